import { randomInt } from 'node:crypto'
import type { Verifier } from './verifier.ts'

const MIN_SAMPLES = 4
const MAX_SAMPLES = 256

/** Units `from` to `to` of a folder's outputs are claimed to be right; `share` of them is computed again. */
export interface ResampleClaim<Spec = unknown> {
  readonly folder: string
  readonly spec: Spec
  readonly from: number
  readonly to: number
  readonly share: number
}

export interface Resampled {
  readonly checked: number
  /** The first unit that was found wrong. */
  readonly wrong: number | null
}

/**
 * Computes a random sample of units again. The provider cannot know which, so a share of wrong units is found with a
 * probability that grows with the sample.
 * @param unit what one unit of the outputs is called
 * @param recheck the first of these units that differs, or null
 */
export const resample = <Spec>(
  unit: string,
  recheck: (claim: ResampleClaim<Spec>, units: readonly number[]) => Promise<number | null>,
  stop: () => Promise<void> = () => Promise.resolve(),
): Verifier<ResampleClaim<Spec>, Resampled> => ({
  type: 'resample',
  stop,
  async check(claim) {
    const fresh = claim.to - claim.from
    const count = Math.min(fresh, MAX_SAMPLES, Math.max(MIN_SAMPLES, Math.ceil(fresh * claim.share)))
    const units = Array.from({ length: count }, () => randomInt(claim.from, claim.to))
    const wrong = await recheck(claim, units)
    return {
      passed: wrong === null,
      why: wrong === null ? null : `${unit} ${wrong} is wrong`,
      detail: { checked: count, wrong },
    }
  },
})
