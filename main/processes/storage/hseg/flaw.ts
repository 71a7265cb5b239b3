import type { HsegKey, SegmentFlaw } from '../../../../common/model/hseg.ts'
import { commitOf, masked } from '../../../core/segment-proof.ts'
import { keyBytes } from './open.ts'
import { openPublic } from './public.ts'

/**
 * The first segment whose wrapped key does not lead to its commitment, as a complaint shows it; null where all do.
 * @throws HearthError WRONG_KEY where the key is not the one that the header commits to
 */
export async function flawOf(folder: string, given: HsegKey): Promise<SegmentFlaw | null> {
  await using sealed = await openPublic(folder)
  const { header, extent, keys } = sealed
  const key = keyBytes(header, given)
  for (let number = 0; number < extent.count; number++) {
    const { commit, wrapped } = await keys.at(number)
    if (commitOf(masked(wrapped, key, number)).equals(commit)) continue
    const { pathOf } = await keys.tree([number])
    return { number, commit: commit.toString('hex'), wrapped: wrapped.toString('hex'), ...pathOf(number) }
  }
  return null
}
