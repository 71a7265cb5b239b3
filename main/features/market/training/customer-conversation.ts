import { plain, type JobSaying } from '../../../../common/model/job-saying-names.ts'
import type { JobRow } from '../../../../common/model/training-job.ts'
import type { TrainingCustomerState } from '../../../../common/model/training-job-state.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { pause } from '../../../core/clock.ts'
import type { Verdict } from '../../../../common/children/trainer.ts'
import type { Counterparty, FileTransfer } from '../../file-transfer/index.ts'
import type { MarketRepository } from '../compute/index.ts'
import type { Ask, PeerAddress } from '../../peers/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import { expectationOf } from '../../../work/kinds/training/index.ts'
import { verdictOn, type TrainingCustomerJob, type TrainingCustomerJobs } from './customer-job.ts'
import { jobRoute, type Followed } from './job-messages.ts'
import type { JobRepository } from './job-repository.ts'
import type { MilestoneCheck } from './milestone-check.ts'

const FOLLOW_WAIT_MS = 5_000

export interface ConversationPorts {
  readonly jobs: TrainingCustomerJobs
  readonly reads: JobRepository
  readonly market: MarketRepository
  readonly training: TrainingService
  readonly check: MilestoneCheck
  readonly exchange: FileTransfer
  readonly ask: (machine: PeerAddress) => Ask
}

type Turn = (job: TrainingCustomerJob, machine: Counterparty, signal: AbortSignal) => Promise<boolean>

/**
 * What a customer's machine says to the one that does its training job: the work, the data, and questions how it goes.
 */
export class CustomerConversation {
  readonly #ports: ConversationPorts
  readonly #settle: (job: TrainingCustomerJob, row: JobRow | null) => Promise<void>
  readonly #collected: () => void
  readonly #turns: Readonly<Record<TrainingCustomerState, Turn>>

  /**
   * @param ports.settle pays for a milestone that was judged, or challenges it
   * @param ports.collected called when a result that was paid unseen is here
   */
  constructor(
    ports: ConversationPorts,
    {
      settle,
      collected,
    }: { settle: (job: TrainingCustomerJob, row: JobRow | null) => Promise<void>; collected: () => void },
  ) {
    this.#ports = ports
    this.#settle = settle
    this.#collected = collected
    const listen: Turn = async (job, machine) => {
      await this.#listen(job, machine)
      return this.#stateOnChain(job) === 'active' || job.state === 'waiting'
    }
    const silence: Turn = () => Promise.resolve(false)
    this.#turns = {
      placed: (job, machine) => this.#specify(job, machine),
      sending: (job, machine, signal) => this.#sendFiles(job, machine, signal),
      waiting: listen,
      training: listen,
      checking: (job, machine, signal) => this.#check(job, machine, signal),
      collecting: (job, machine, signal) => this.#collect(job, machine, signal),
      refused: silence,
      disputed: silence,
      closed: silence,
    }
  }

  /** One turn; false when only the chain can bring the job further. */
  turn(job: TrainingCustomerJob, signal: AbortSignal): Promise<boolean> {
    return this.#turns[job.state](job, this.#counterparty(job), signal)
  }

  async #specify(job: TrainingCustomerJob, machine: Counterparty): Promise<boolean> {
    const { work, files } = job.payload
    await machine.ask(
      jobRoute,
      { job: job.subjectId },
      { type: 'specify', work, data: files.data, start: files.start },
      null,
      120_000,
    )
    this.#ports.jobs.move(job, 'specified', { words: plain('recipeAccepted') })
    return true
  }

  async #sendFiles(job: TrainingCustomerJob, machine: Counterparty, signal: AbortSignal): Promise<boolean> {
    const { data, start } = job.payload.files
    for (const file of [data, start])
      if (file)
        await this.#ports.exchange.send(
          machine,
          file,
          (bytes) => this.#ports.jobs.amend(job, { bytesSent: bytes }),
          signal,
        )
    if (signal.aborted) return false
    this.#ports.jobs.move(job, 'sent', {
      words: { code: 'dataSent', args: { size: data.bytes + (start?.bytes ?? 0) } },
    })
    return true
  }

  async #check(job: TrainingCustomerJob, machine: Counterparty, signal: AbortSignal): Promise<boolean> {
    await this.#judge(job, machine, signal)
    const current = this.#ports.jobs.get(job.subjectId) ?? job
    return this.#stateOnChain(job) === 'sampled' && verdictOn(current, job.payload.done) === undefined
  }

  #stateOnChain(job: TrainingCustomerJob): JobRow['state'] | undefined {
    return this.#ports.reads.job(job.subjectId)?.state
  }

  /** The result of a job that was paid unseen. It is checked against itself; there is nobody left to complain to. */
  async #collect(job: TrainingCustomerJob, machine: Counterparty, signal: AbortSignal): Promise<boolean> {
    const { proof } = await this.#listen(job, machine)
    if (!proof) throw new HearthError('NOT_FOUND', 'the machine has no result for this job any more')
    await this.#ports.check.fetch(machine, proof.file, signal)
    if (signal.aborted) return false
    const verdict = await this.#ports.check.verify(proof.file, job.payload.run, null)
    this.#ports.jobs.report(
      job,
      verdict.passed ? plain('resultHolds') : { code: 'resultFails', args: { check: verdict.failure?.check ?? '' } },
    )
    const { step, ended } = await this.#ports.check.takeIn(proof.file, job.payload.run)
    this.#ports.jobs.amend(job, {
      verdicts: [...job.payload.verdicts, { ...verdict, milestone: job.payload.work.milestones.length - 1 }],
      proven: step,
      ended,
    })
    this.#collected()
    return false
  }

  async #listen(job: TrainingCustomerJob, machine: Counterparty): Promise<Followed> {
    const { providerLog, entries, run } = job.payload
    const { message: news } = await machine.ask(
      jobRoute,
      { job: job.subjectId },
      {
        type: 'follow',
        afterLog: providerLog,
        afterEntry: entries,
        waitMs: job.state === 'checking' ? 500 : FOLLOW_WAIT_MS,
      },
    )
    for (const line of news.log) this.#ports.jobs.report(job, line.saying, true)
    await this.#ports.training.market.hear(run, news.entries, news.tokensPerSecond)
    this.#ports.jobs.amend(job, {
      providerLog: news.log.at(-1)?.seq ?? providerLog,
      entries: entries + news.entries.length,
      step: news.step,
    })
    return news
  }

  /** Fetches the proof of a milestone, executes the drawn segments again, and pays or challenges. */
  async #judge(job: TrainingCustomerJob, machine: Counterparty, signal: AbortSignal): Promise<void> {
    const row = this.#ports.reads.job(job.subjectId)
    if (row?.state !== 'sampled' || verdictOn(job, row.done)) return this.#settle(job, row)
    const { proof } = await this.#listen(job, machine)
    if (proof?.beacon !== row.beacon) {
      await pause(500, signal)
      return
    }
    const expected = expectationOf(job.payload.work, row, this.#ports.reads.commitments(row.id), true)
    await this.#ports.check.fetch(machine, proof.file, signal)
    if (signal.aborted) return
    this.#ports.jobs.amend(job, { shown: row.beacon })
    const verdict = await this.#ports.check.verify(proof.file, job.payload.run, expected)
    const verdicts = [...job.payload.verdicts, { ...verdict, milestone: row.done }]
    if (!verdict.passed) {
      const { check = '', why = '' } = verdict.failure ?? {}
      this.#ports.jobs.report(job, { code: 'proofFails', args: { check, why } })
      return this.#settle(this.#ports.jobs.amend(job, { verdicts }), row)
    }
    const segments = expected.checkpoints - 1 - expected.from
    // Taken over before it is paid: what was paid for is here.
    const { step, ended } = await this.#ports.check.takeIn(proof.file, job.payload.run)
    this.#ports.jobs.report(job, holds(verdict, segments))
    return this.#settle(
      this.#ports.jobs.amend(job, { verdicts, proven: step, ended: ended && step < job.payload.work.recipe.steps }),
      row,
    )
  }

  #counterparty(job: TrainingCustomerJob): Counterparty {
    // Where the machine is reached may change between two questions.
    const ask: Ask = async (...question) => {
      const row = this.#ports.reads.job(job.subjectId)
      const machine = row && this.#ports.market.machine(row.machine)
      if (!row || !machine) throw new HearthError('NOT_FOUND', 'the job is not on the chain at present')
      return this.#ports.ask(machine)(...question)
    }
    return { ask, subject: { kind: 'job', id: job.subjectId } }
  }
}

/** A proof that holds, with how close the drawn segments came when they were executed again. */
function holds({ segments: drawn }: Verdict, segments: number): JobSaying {
  const again = drawn.length
  if (drawn.every(({ exact }) => exact)) return { code: 'proofExact', args: { again, segments } }
  const distance = Math.max(...drawn.map((segment) => segment.distance)).toExponential(1)
  return { code: 'proofClose', args: { again, segments, distance } }
}
