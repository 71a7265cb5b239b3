import type { Verdict } from '../../../../common/children/trainer.ts'
import type { TrainingWork } from '../../../../common/model/training-job.ts'
import {
  trainingCustomerMoves,
  type TrainingCustomerEvent,
  type TrainingCustomerState,
} from '../../../../common/model/training-job-state.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { SealedFile } from '../../file-transfer/index.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { SentStep } from '../../chain/index.ts'
import type { Draft } from './order-drafts.ts'

export interface TrainingCustomerPayload {
  readonly run: string
  readonly work: TrainingWork
  readonly files: { readonly data: SealedFile; readonly start: SealedFile | null }
  readonly bytesSent: number
  /** Lines of the provider's log, and of the run's history, that are known here. */
  readonly providerLog: number
  readonly entries: number
  readonly step: number
  /** Milestones that were paid when the work at hand began. */
  readonly done: number
  /** Step of the last checkpoint that passed; it lies in the run's folder. */
  readonly proven: number | null
  /** How each milestone was judged; those that were paid while this machine was away are missing. */
  readonly verdicts: readonly (Verdict & { readonly milestone: number })[]
  /** The beacon whose proof has arrived here, whatever came of it. */
  readonly shown: string | null
  readonly ended: boolean
  readonly sent: SentStep | null
}
export type TrainingCustomerJob = SubjectJob<TrainingCustomerState, TrainingCustomerPayload>

export type TrainingCustomerJobs = JobTable<TrainingCustomerState, TrainingCustomerEvent, TrainingCustomerPayload>
export const trainingCustomerJobs = (jobs: JobStore): TrainingCustomerJobs =>
  new JobTable(jobs, 'hire', trainingCustomerMoves)

/** What a job begins with. */
export const newTrainingCustomerJob = ({ run, work, files }: Draft): TrainingCustomerPayload => ({
  run,
  work,
  files,
  bytesSent: 0,
  providerLog: 0,
  entries: 0,
  step: work.start?.step ?? 0,
  done: 0,
  proven: null,
  verdicts: [],
  shown: null,
  ended: false,
  sent: null,
})

/** How a milestone was judged, where it was. */
export const verdictOn = ({ payload: { verdicts } }: TrainingCustomerJob, milestone: number) =>
  verdicts.find((verdict) => verdict.milestone === milestone)
