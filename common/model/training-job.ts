import { keccak256, toUtf8Bytes } from 'ethers'
import * as z from 'zod'
import { canonicalJson, Recipe } from './recipe.ts'
import { Address, ChainTime, Hash, Units } from './values.ts'

/** States of a job in the order of the Training contract's enum, which has None before them. */
export const jobStates = [
  'open',
  'active',
  'committed',
  'sampled',
  'challenged',
  'defended',
  'passed',
  'slashed',
  'ended',
] as const
export const JobState = z.enum(jobStates)
export type JobState = z.infer<typeof JobState>
export const jobIsOver = (state: JobState): boolean => state === 'passed' || state === 'slashed' || state === 'ended'

/** A training job as the chain has it. */
export const JobRow = z.object({
  id: z.int(),
  customer: Address,
  machine: z.int(),
  provider: Address.nullable(),
  /** Hash of the TrainingWork. */
  work: Hash,
  /** Of one milestone. */
  price: Units,
  milestones: z.int(),
  /** Milestones that are paid. */
  done: z.int(),
  /** Seconds for each milestone. */
  duration: z.int(),
  state: JobState,
  /** Until when the state may last before anybody may end it; null where it may last for ever. */
  deadline: ChainTime.nullable(),
  root: Hash.nullable(),
  checkpoints: z.int(),
  beaconBlock: z.int().nullable(),
  beacon: Hash.nullable(),
  /** The segment that is challenged. */
  segment: z.int().nullable(),
  /** The jury's case about the milestone at hand, or the last one. */
  dispute: z.int().nullable(),
  refunded: Units,
  /** Every event of the job with its transaction. */
  transactions: z.array(z.object({ event: z.string(), hash: Hash })),
})
export type JobRow = z.infer<typeof JobRow>

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** What a job is about; its hash is what the customer opens the job with. */
export const TrainingWork = z
  .strictObject({
    version: z.literal(1),
    recipe: Recipe,
    /** The checkpoint that it goes on from; null for the recipe's own beginning. */
    start: z.strictObject({ step: z.int().min(1), hash: Sha256 }).nullable(),
    /** Steps at which a milestone is reached. */
    milestones: z.array(z.int().min(1)).min(1).max(100),
  })
  .refine(
    ({ recipe, milestones }) =>
      milestones.at(-1) === recipe.steps && milestones.every((step) => step % recipe.checkpointEvery === 0),
    { path: ['milestones'], message: 'must stand at checkpoints and end with the run' },
  )
  .refine(
    ({ start, milestones }) => [start?.step ?? 0, ...milestones].every((step, i, all) => i === 0 || step > all[i - 1]!),
    { path: ['milestones'], message: 'must ascend from the start' },
  )
export type TrainingWork = z.infer<typeof TrainingWork>

export const trainingWorkHash = (work: TrainingWork): Hash =>
  keccak256(toUtf8Bytes(canonicalJson(TrainingWork.parse(work))))

/** Divides what is left of a run into milestones of about the same length, each at a checkpoint. */
export function milestonesOf(recipe: Recipe, from: number, count: number): number[] {
  const { steps, checkpointEvery } = recipe
  const segments = (steps - from) / checkpointEvery
  const wanted = Math.max(1, Math.min(count, segments))
  return Array.from({ length: wanted }, (_, i) => from + checkpointEvery * Math.round(((i + 1) * segments) / wanted))
}
