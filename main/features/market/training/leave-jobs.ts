import { trainingWorkHash } from '../../../../common/model/training-job.ts'
import type { ChainChange } from '../../chain/index.ts'
import type { BlobStore, SealedFile } from '../../file-transfer/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import type { TrainingCustomerJobs } from './customer-job.ts'
import type { JuryJobs } from './juror-workflow.ts'
import type { OrderDrafts } from './order-drafts.ts'
import type { TrainingProviderJobs } from './provider-job.ts'

interface Ports {
  readonly chainChange: ChainChange
  readonly hired: TrainingCustomerJobs
  readonly provided: TrainingProviderJobs
  readonly judged: JuryJobs
  readonly drafts: OrderDrafts
  readonly training: TrainingService
  readonly blobs: BlobStore
}

/** What becomes of training jobs when their chain is left: runs come home as far as they are proven. */
export function leaveJobs({ chainChange, hired, provided, judged, drafts, training, blobs }: Ports): void {
  const removeAll = async (files: readonly (SealedFile | null | undefined)[]): Promise<null> => {
    for (const file of files) if (file) await blobs.remove(file.hash)
    return null
  }
  chainChange.leaves(hired, {
    called: ({ subjectId }) => `Training job ${subjectId}`,
    leave: async ({ state, payload: { run, proven, work, files } }) => {
      if (state === 'closed') return null
      await drafts.discard(trainingWorkHash(work), files)
      // The run of a refused job may be away for another one, which brings it home.
      if (state === 'refused') return null
      const step = proven ?? work.start?.step ?? 0
      await training.market.giveBack(run, step)
      return step > 0 ? `The run is back, with everything up to step ${step}.` : 'The run is back.'
    },
  })
  chainChange.leaves(provided, {
    called: ({ subjectId }) => `Training job ${subjectId}, done here`,
    leave: ({ payload: { files, proof } }) => removeAll([files?.data, files?.start, proof?.file]),
  })
  chainChange.leaves(judged, {
    called: ({ subjectId }) => `Jury duty ${subjectId}`,
    leave: ({ payload: { cases } }) => removeAll(cases.flatMap(({ data, proof }) => [data, proof])),
  })
}
