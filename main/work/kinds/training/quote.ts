import type { Estimate } from '../../../../common/children/trainer.ts'
import { milestonesOf, type JobRow } from '../../../../common/model/training-job.ts'
import type { MachineFacts, Quote, Refusal } from '../../work-kind.ts'
import { longestMilestone, type TrainingWork } from './spec.ts'

/** A quote is a measurement; what the owner's other programs do moves it by about this much. */
const QUOTE_SLACK_PERCENT = 125n
const HOUR = 3600
const MOST_MILESTONES = 5
/**
 * The owner of the machine needs it as well: a milestone may take this many times its measured time, and not less than
 * the least.
 */
const PATIENCE = 4
const LEAST_DURATION = 900

export interface Terms {
  /** Units for one milestone. */
  readonly price: bigint
  readonly milestones: number
  /** Seconds that a milestone may take; what it will take is `seconds` over the milestones. */
  readonly duration: number
  readonly seconds: number
}

const priceOf = (pricePerSecond: bigint, seconds: number): bigint =>
  (pricePerSecond * BigInt(Math.ceil(seconds * 1000))) / 1000n
const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

/** What a run takes here, as one measured step of it tells; refused where it does not fit. */
export function quote({ recipe, start }: TrainingWork, machine: MachineFacts, measured: Estimate): Quote | Refusal {
  const { memoryBytes, checkpointBytes, secondsPerStep } = measured
  const refused = (why: string): Refusal => ({ refusal: { code: 'DOES_NOT_FIT', why } })
  if (memoryBytes > machine.freeMemory)
    return refused(`it takes ${mebibytes(memoryBytes)} MiB, ${Math.floor(machine.freeMemory / 2 ** 20)} MiB are free`)
  const diskBytes = checkpointBytes * (recipe.steps / recipe.checkpointEvery + 1)
  if (diskBytes > machine.freeDisk)
    return refused(`its checkpoints take ${mebibytes(diskBytes)} MiB, which the disk has not`)
  const seconds = (recipe.steps - (start?.step ?? 0)) * secondsPerStep
  return { refusal: null, price: priceOf(machine.pricePerSecond, seconds), seconds, memoryBytes, diskBytes }
}

/** Why a job does not pay for what its milestones take here, or does not leave the time; null where it does. */
export function refusalOf(
  work: TrainingWork,
  { price, duration }: Pick<JobRow, 'price' | 'duration'>,
  pricePerSecond: bigint,
  secondsPerStep: number,
): Refusal | null {
  const seconds = longestMilestone(work) * secondsPerStep
  if (price * QUOTE_SLACK_PERCENT < priceOf(pricePerSecond, seconds) * 100n)
    return {
      refusal: {
        code: 'NOT_PAID_ENOUGH',
        why: `a milestone takes ${Math.ceil(seconds)} seconds here, which is more than it pays`,
      },
    }
  if (duration < seconds)
    return {
      refusal: {
        code: 'DOES_NOT_FIT',
        why: `a milestone takes ${Math.ceil(seconds)} seconds here, longer than it may`,
      },
    }
  return null
}

/** Short runs are paid in two parts, long ones about every hour: what either side can lose is one of them. */
export function termsOf(
  recipe: TrainingWork['recipe'],
  step: number,
  pricePerSecond: bigint,
  secondsPerStep: number,
): Terms {
  const seconds = (recipe.steps - step) * secondsPerStep
  const milestones = milestonesOf(recipe, step, Math.max(2, Math.min(MOST_MILESTONES, Math.ceil(seconds / HOUR))))
  const longest = longestMilestone({ start: step === 0 ? null : { step, hash: '' }, milestones }) * secondsPerStep
  return {
    price: priceOf(pricePerSecond, longest) + 1n,
    milestones: milestones.length,
    duration: Math.max(LEAST_DURATION, Math.ceil(longest * PATIENCE)),
    seconds,
  }
}
