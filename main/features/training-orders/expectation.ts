import type { Expectation } from '../../../common/children/trainer.ts'
import { recipeHash } from '../../../common/model/recipe.ts'
import type { JobRow, TrainingWork } from '../../../common/model/training-job.ts'

/** A checkpoint that was proven and paid. */
export interface Proven {
  /** Its place among the job's checkpoints. */
  readonly index: number
  readonly step: number
  readonly hash: string
}

/** What a proof must be for a job as the chain has it. */
export function expectationOf(work: TrainingWork, row: JobRow, proven: Proven | null): Expectation {
  return {
    recipe: recipeHash(work.recipe),
    root: row.root!.slice(2),
    beacon: row.beacon!,
    checkpoints: row.checkpoints,
    from: proven?.index ?? 0,
    begin: proven ? { step: proven.step, hash: proven.hash } : work.start,
    until: work.milestones[row.done]!,
  }
}
