import {
  trainingProviderMoves,
  type TrainingProviderEvent,
  type TrainingProviderState,
} from '../../../../common/model/training-job-state.ts'
import type { TrainingWork } from '../../../../common/model/training-job.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { SealedFile } from '../../file-transfer/index.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { SentStep } from '../../chain/index.ts'

export interface TrainingProviderPayload {
  readonly work: TrainingWork | null
  /** Where the base model lies here. */
  readonly base: string | null
  readonly files: { readonly data: SealedFile; readonly start: SealedFile | null } | null
  readonly step: number
  readonly loss: number | null
  readonly tokensPerSecond: number
  /** Bytes that were expected when the job was taken, and the most that the engine held since. */
  readonly memory: { readonly predicted: number; readonly peak: number | null } | null
  /** Milestones that were paid when the work at hand began. */
  readonly done: number
  readonly proof: { readonly beacon: string; readonly file: SealedFile } | null
  /** Whether a challenged milestone came out the same when it was executed again here. */
  readonly right: boolean | null
  readonly sent: SentStep | null
}
export type TrainingProviderJob = SubjectJob<TrainingProviderState, TrainingProviderPayload>

export const NO_WORK_YET: TrainingProviderPayload = {
  work: null,
  base: null,
  files: null,
  step: 0,
  loss: null,
  tokensPerSecond: 0,
  memory: null,
  done: 0,
  proof: null,
  right: null,
  sent: null,
}

export type TrainingProviderJobs = JobTable<TrainingProviderState, TrainingProviderEvent, TrainingProviderPayload>
export const trainingProviderJobs = (jobs: JobStore): TrainingProviderJobs =>
  new JobTable(jobs, 'train', trainingProviderMoves)

/** Whether a job keeps the machine busy: taken on and not over. */
export const isTakenOn = ({ state }: TrainingProviderJob): boolean =>
  state !== 'closed' && state !== 'placed' && state !== 'receiving'
