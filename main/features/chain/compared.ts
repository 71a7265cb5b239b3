import type { Recomputed } from '../../../common/api/explorer.ts'

/**
 * A row of a check.
 * @param why said where one of the two is missing
 */
export const compared = (
  what: Recomputed['what'],
  here: string | null,
  said: string | null,
  { of = null, means = 'hash', why = null }: Partial<Pick<Recomputed, 'of' | 'means' | 'why'>> = {},
): Recomputed => ({ what, of, means, here, said, why: here === null || said === null ? why : null })
