import type { Expectation, Verdict } from '../../../common/children/trainer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { recipeHash } from '../../../common/model/recipe.ts'
import type { JobRow, TrainingWork } from '../../../common/model/training-job.ts'
import type { Verifier } from './verifier.ts'

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
  const [previous, current] = [commitments.at(-2), commitments.at(-1)]
  const { beacon } = row
  const until = work.milestones[row.done]
  if (!current || beacon === null || until === undefined)
    throw new HearthError('NOT_FOUND', `job ${row.id} has no commitment that a sample is drawn of`)
  return {
    recipe: recipeHash(work.recipe),
    root: current.root.slice(2),
    beacon,
    checkpoints: current.checkpoints,
    from: previous ? previous.checkpoints - 1 : 0,
    previous: previous?.root.slice(2) ?? null,
    start: work.start,
    until,
    claims,
  }
}

/**
 * Checks whose failure the chain and the committed checkpoints prove; any other may be the fault of who showed the
 * proof.
 */
const provenGuilt: ReadonlySet<string> = new Set(['steps', 'checkpoint', 'segment', 'start'])

/** What a juror makes of a proof that was executed again; a worthless one says nothing about the provider. */
export function voteOn({ passed, failure }: Verdict): 'innocent' | 'guilty' | 'worthless' {
  if (passed) return 'innocent'
  return failure && provenGuilt.has(failure.check) ? 'guilty' : 'worthless'
}

const brokenProofs: ReadonlySet<string> = new Set(['PROOF_FAILED', 'CHECKPOINT_BROKEN', 'FILE_DAMAGED', 'BAD_RECIPE'])

/** Whether an error says that what was shown is no proof, rather than that this machine cannot tell. */
export const isBrokenProof = (error: unknown): boolean =>
  error instanceof HearthError &&
  (brokenProofs.has(error.code) ||
    error.code === 'DATASET_BROKEN' ||
    // The data that was shown; another field would be this machine's own.
    (error.code === 'RECIPE_MISMATCH' && error.details.field === 'data.root'))

export interface SegmentsClaim {
  /** Opens what was handed over, so that it lies at `bundle`. */
  readonly open: () => Promise<void>
  readonly bundle: string
  readonly base: string
  readonly data: string
  /** Null where nobody is left to hold the provider to it. */
  readonly expected: Expectation | null
}

/**
 * Executes the segments again that a later block draws, from one checkpoint to the next. Where customer and provider
 * disagree, a drawn jury does the same and votes.
 */
export const segmentsJury = (
  execute: (claim: Omit<SegmentsClaim, 'open'>) => Promise<Verdict>,
  stop: () => Promise<void>,
): Verifier<SegmentsClaim, Verdict> => ({
  type: 'segments-jury',
  stop,
  async check({ open, ...claim }) {
    const detail = await open()
      .then(() => execute(claim))
      .catch((error: unknown) => {
        if (!(error instanceof HearthError && brokenProofs.has(error.code))) throw error
        return unreadable(error.message)
      })
    return { passed: detail.passed, why: detail.failure?.why ?? null, detail }
  },
})

const unreadable = (why: string): Verdict => ({
  passed: false,
  failure: { check: 'form', why },
  segments: [],
  heldOutLoss: null,
  begins: 0,
  step: 0,
  stepsAgain: 0,
  share: 0,
})
