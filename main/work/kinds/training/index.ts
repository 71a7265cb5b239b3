import { join } from 'node:path'
import type { Estimate, trainerContract, Verdict } from '../../../../common/children/trainer.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { BlobStore } from '../../../features/file-transfer/index.ts'
import { limitsOf } from '../../../core/processes/confinement.ts'
import type { SegmentsClaim } from '../../verifiers/segments-jury.ts'
import type { Verifier } from '../../verifiers/verifier.ts'
import type { WorkKind, WorkSandbox } from '../../work-kind.ts'
import { execute, TrainingProgress, type TrainingContext } from './execute.ts'
import { JobEngine } from './job-engine.ts'
import { quote } from './quote.ts'
import { describe, trainingWorkHash, TrainingWork } from './spec.ts'
import { verifier } from './verify.ts'

export type { TrainingProgress } from './execute.ts'
export { refusalOf, termsOf, type Terms } from './quote.ts'
export { expectationOf, isBrokenProof, voteOn, type ChainCommitment } from '../../verifiers/segments-jury.ts'

export const trainingSandbox: WorkSandbox = { network: false, ...limitsOf('trainer'), reads: ['base-models'] }

interface Ports {
  /** Trains for strangers, in the sandbox. */
  readonly process: SupervisedProcess<typeof trainerContract>
  /** Checks what strangers did for this machine. */
  readonly checker: SupervisedProcess<typeof trainerContract>
  readonly blobs: BlobStore
  readonly folder: string
  /** Where the base model with a hash lies here. */
  readonly baseOf: (hash: string) => Promise<string | null>
}

export interface TrainingKind extends WorkKind<TrainingWork, TrainingProgress, 'milestones'> {
  readonly engine: JobEngine
  readonly verifier: Verifier<SegmentsClaim, Verdict>
  execute(context: TrainingContext, signal: AbortSignal): AsyncIterable<TrainingProgress>
  /** One step of a recipe, measured here. @throws HearthError BASE_MISSING */
  measure(recipe: TrainingWork['recipe']): Promise<Estimate & { readonly base: string }>
}

/** Training of adapters and small models by recipes, paid by milestones whose checkpoints are proven. */
export function training({ process, checker, blobs, folder, baseOf }: Ports): TrainingKind {
  const engine = new JobEngine({ engine: process, blobs, folder })
  const measure: TrainingKind['measure'] = async (recipe) => {
    const base = await baseOf(recipe.base.hash)
    if (!base) throw new HearthError('BASE_MISSING', `the base model ${recipe.base.name} is not on this machine`)
    return { base, ...(await engine.measure(recipe, base)) }
  }
  return {
    type: 'training',
    spec: TrainingWork,
    progress: TrainingProgress,
    settlement: 'milestones',
    sandbox: trainingSandbox,
    engine,
    verifier: verifier(checker),
    measure,
    unwanted: (settings) => (settings.training ? null : 'the owner takes no training jobs'),
    broken: () => process.broken,
    hash: trainingWorkHash,
    quote: async (work, machine) => quote(work, machine, await measure(work.recipe)),
    async prepare({ folder: at, spec }) {
      await process.apart({ write: [at], read: [] }, (engine) =>
        engine.checkData({ recipe: spec.recipe, data: join(at, 'data.htd') }),
      )
    },
    execute: (context, signal) => execute(process, context, signal),
    describe,
    progressed: ({ recipe }, progress) => {
      if (progress.kind === 'reached') return { done: progress.step, of: recipe.steps, rate: 0 }
      const { batch, data } = recipe
      const tokens = batch.sequences * batch.accumulation * data.sequenceLength
      const { entry } = progress
      return {
        done: entry.step,
        of: recipe.steps,
        rate: entry.kind === 'step' ? (tokens * 1000) / entry.milliseconds : 0,
      }
    },
    running: (id) => `It trains job #${id}. You can pause at any time; it goes on from its last checkpoint.`,
  }
}
