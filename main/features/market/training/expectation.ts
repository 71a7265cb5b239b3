import type { Expectation } from '../../../../common/children/trainer.ts'
import { recipeHash } from '../../../../common/model/recipe.ts'
import type { JobRow, TrainingWork } from '../../../../common/model/training-job.ts'

/** A commitment that a job's provider made on the chain. */
export interface ChainCommitment {
  readonly root: string
  readonly checkpoints: number
}

/** What a proof of the last of a job's commitments must be. All before it were paid, so this one goes on from them. */
export function expectationOf(
  work: TrainingWork,
  row: JobRow,
  commitments: readonly ChainCommitment[],
  claims: boolean,
): Expectation {
  const [previous, current] = [commitments.at(-2), commitments.at(-1)!]
  return {
    recipe: recipeHash(work.recipe),
    root: current.root.slice(2),
    beacon: row.beacon!,
    checkpoints: current.checkpoints,
    from: previous ? previous.checkpoints - 1 : 0,
    previous: previous?.root.slice(2) ?? null,
    start: work.start,
    until: work.milestones[row.done]!,
    claims,
  }
}
