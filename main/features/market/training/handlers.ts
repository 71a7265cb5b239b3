import { implement } from '@orpc/server'
import type { DisputeView, HiredJob, ProvidedJob } from '../../../../common/api/jobs.ts'
import { jobsContract } from '../../../../common/api/jobs.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { jobIsOver, type JobRow } from '../../../../common/model/training-job.ts'
import type { CallContext } from '../../../core/call-context.ts'
import type { JobStore } from '../../../core/jobs.ts'
import { watch } from '../../../core/watch.ts'
import type { WalletService } from '../../wallet/index.ts'
import { settlements } from '../../../work/index.ts'
import type { TrainingCustomerJob } from './customer-job.ts'
import type { TrainingCustomerWorkflow } from './customer-workflow.ts'
import type { Disputes } from './disputes.ts'
import type { DisputeRepository } from './dispute-repository.ts'
import type { JobRepository } from './job-repository.ts'
import type { TrainingJurorWorkflow } from './juror-workflow.ts'
import type { OrderDrafts } from './order-drafts.ts'
import type { TrainingProviderJob } from './provider-job.ts'
import type { TrainingProviderWorkflow } from './provider-workflow.ts'

/** Training on the market: from the contract to the workflows. */
export function jobsHandlers({
  wallet,
  jobs,
  jobRepository,
  disputeRepository,
  disputes,
  machine,
  drafts,
  customer,
  provider,
  juror,
}: {
  readonly wallet: WalletService
  readonly jobs: JobStore
  readonly jobRepository: JobRepository
  readonly disputeRepository: DisputeRepository
  readonly disputes: Disputes
  /** This machine's number on the chain; null where it is not registered. */
  readonly machine: () => number | null
  readonly drafts: OrderDrafts
  readonly customer: TrainingCustomerWorkflow
  readonly provider: TrainingProviderWorkflow
  readonly juror: TrainingJurorWorkflow
}) {
  const hiredOf = (row: JobRow): HiredJob => toHired(row, customer.job(row.id), disputes.view(row, 'accuser'))
  const providedOf = (row: JobRow): ProvidedJob[] =>
    toProvided(row, provider.job(row.id), disputes.view(row, 'accused'))
  const os = implement(jobsContract).$context<CallContext>()
  return {
    quotes: os.quotes.handler(({ input }) => drafts.quotes(input.run)),
    draft: os.draft.handler(({ input }) => drafts.draft(input.run, input.milestones)),
    hired: os.hired.handler(() =>
      wallet.addressOrNull() ? jobRepository.ofCustomer(wallet.address()).map((row) => hiredOf(row)) : [],
    ),
    provided: os.provided.handler(() =>
      wallet.addressOrNull() ? jobRepository.ofProvider(wallet.address()).flatMap((row) => providedOf(row)) : [],
    ),
    jury: os.jury.handler(() =>
      juror.list().flatMap(({ subjectId, state, payload }) => {
        const [job, dispute] = [jobRepository.ofDispute(subjectId), disputeRepository.dispute(subjectId)]
        return job && dispute ? [{ job, dispute, state, guilty: payload.guilty }] : []
      }),
    ),
    juror: os.juror.handler(() => {
      const [own, account] = [machine(), wallet.addressOrNull()]
      return {
        machine: own,
        enrolled: own === null ? null : disputeRepository.juror(own),
        others: disputeRepository.enrolledBesides(account ? [account] : []),
      }
    }),
    watch: os.watch.handler(async function* ({ input, signal }) {
      const known = (): JobRow => {
        const row = jobRepository.job(input.job)
        if (!row) throw new HearthError('NOT_FOUND', `there is no job ${input.job}`)
        return row
      }
      known()
      let seq = 0
      const snapshot = () => {
        const [row, hired, provided] = [known(), customer.job(input.job), provider.job(input.job)]
        const own = hired ?? provided
        const log = own ? jobs.logAfter(own.id, seq) : []
        seq = log.at(-1)?.seq ?? seq
        return { hired: hired && hiredOf(row), provided: provided ? (providedOf(row)[0] ?? null) : null, log }
      }
      for await (const next of watch(
        (changed) =>
          jobs.events.on(
            'changed',
            ({ kind, subjectId }) =>
              subjectId === input.job && Object.hasOwn(settlements.milestones.jobs, kind) && changed(),
          ),
        snapshot,
        signal,
      )) {
        yield next
        const { job } = next.hired ?? next.provided ?? {}
        const closed = (next.hired?.own?.state ?? next.provided?.state) === 'closed'
        if ((!job || jobIsOver(job.state)) && closed && next.log.length === 0) return
      }
    }),
  }
}

function toHired(job: JobRow, own: TrainingCustomerJob | null, dispute: DisputeView | null): HiredJob {
  if (!own) return { job, dispute, own: null }
  const { run, files, bytesSent, step, work, verdicts } = own.payload
  return {
    job,
    dispute,
    own: {
      run,
      state: own.state,
      reason: own.reason,
      bytes: files.data.bytes + (files.start?.bytes ?? 0),
      bytesSent,
      step,
      milestones: work.milestones,
      verdicts: [...verdicts],
    },
  }
}

/** Jobs that ended before this machine heard of them are none of its own. */
function toProvided(job: JobRow, own: TrainingProviderJob | null, dispute: DisputeView | null): ProvidedJob[] {
  if (!own) return []
  const { work, step, loss, tokensPerSecond, memory } = own.payload
  const summary = work && {
    base: work.recipe.base.name,
    method: work.recipe.method.kind,
    steps: work.recipe.steps,
    milestones: work.milestones,
  }
  return [
    {
      job,
      dispute,
      state: own.state,
      reason: own.reason,
      work: summary,
      step,
      loss,
      tokensPerSecond,
      memory,
    },
  ]
}
