import { jobIsOver, type JobRow, type JobState } from '../../../../common/model/training-job.ts'
import type { TrainingCustomerEvent, TrainingCustomerState } from '../../../../common/model/training-job-state.ts'
import { plain, type JobSaying } from '../../../../common/model/job-saying-names.ts'
import { failureOf } from '../../../../common/model/sayings.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ChainMonitor } from '../../chain/index.ts'
import { ChainWorkflow, converse, type ChainPorts } from '../../chain-workflow/index.ts'
import type { CaseSender } from './case-sender.ts'
import type { Disputes } from './disputes.ts'
import { CustomerConversation, type ConversationPorts } from './customer-conversation.ts'
import {
  newTrainingCustomerJob,
  verdictOn,
  type TrainingCustomerJob,
  type TrainingCustomerPayload,
} from './customer-job.ts'
import { seenOfJob } from './job-repository.ts'
import type { OrderDrafts } from './order-drafts.ts'

/** A provider that refuses or lies is not argued with; one that is only away is tried again. */
const refusals: ReadonlySet<string> = new Set([
  'WORK_MISMATCH',
  'RECIPE_MISMATCH',
  'NOT_A_PARTY',
  'PEER_LIED',
  'BAD_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'NOT_ENOUGH_DISK',
  'BASE_MISSING',
  'DOES_NOT_FIT',
  'NOT_PAID_ENOUGH',
  'MODEL_UNSUPPORTED',
  'BACKEND_WRONG',
])
/** A proof that has not come this long before the time to challenge runs out counts as withheld (chain seconds). */
const LAST_CALL_SECONDS = 3_600
/** The provider takes the common steps; where it does not, we do, so many blocks later. */
const PATIENCE_BLOCKS = 15

interface Ports extends ChainPorts, ConversationPorts {
  readonly drafts: OrderDrafts
  readonly cases: CaseSender
  readonly disputes: Disputes
  readonly monitor: ChainMonitor
}

type Step = (job: TrainingCustomerJob, row: JobRow) => void | Promise<void>

/**
 * The customer's side of training jobs: sends recipe and sealed data, follows the work, executes drawn segments again,
 * pays or challenges, and takes each proven milestone into the run.
 */
export class TrainingCustomerWorkflow extends ChainWorkflow<
  JobRow,
  TrainingCustomerState,
  TrainingCustomerEvent,
  TrainingCustomerPayload
> {
  readonly #ports: Ports
  readonly #conversation: CustomerConversation
  /** What is to be done where the chain has the job. */
  readonly #steps: Readonly<Record<JobState, Step>>

  constructor(ports: Ports) {
    super(ports, { name: 'training-customer', jobs: ports.jobs, everyMs: 1_500 })
    this.#ports = ports
    this.#conversation = new CustomerConversation(ports, {
      settle: (job, row) => this.#settle(job, row),
      collected: () => this.poke(),
    })
    this.#steps = {
      open: (job, row) => this.#open(job, row),
      active: (job, row) => this.#follow(this.#catchUp(job, row), row),
      committed: (job, row) => this.#committed(job, row),
      sampled: (job, row) => this.#sampled(job, row),
      challenged: (job, row) => this.#challenged(job, row),
      defended: (job, row) => this.#defended(job, row),
      passed: (job, row) => this.#close(job, row, plain('jobProven')),
      slashed: (job, row) => this.#close(job, row, plain('stakeYours')),
      ended: (job, row) => this.#close(job, row, plain('jobOver')),
    }
  }

  protected rows(account: string): readonly JobRow[] {
    return this.#ports.reads.ofCustomer(account).filter(({ state }) => !jobIsOver(state))
  }

  protected row(id: number): JobRow | null {
    return this.#ports.reads.job(id)
  }

  protected seen(row: JobRow): string {
    return `${seenOfJob(row)} ${this.#ports.disputes.seen(row)}`
  }

  /** Ties a job that appeared on the chain to the run that it is for. A job of another data folder is left alone. */
  protected adopt(row: JobRow): void {
    const draft = this.#ports.drafts.byHash(row.work)
    if (!draft) return
    const job = this.jobs.report(this.jobs.open(row.id, 'placed', newTrainingCustomerJob(draft)), {
      code: 'jobOpened',
      args: { job: row.id },
    })
    if (this.#isTaken(job)) this.#refuse(job, plain('runTaken'))
  }

  protected advance(job: TrainingCustomerJob, row: JobRow): void | Promise<void> {
    return this.#steps[row.state](job, row)
  }

  /** A verification in the middle cannot be interrupted; it is done again. */
  protected override async halt(): Promise<void> {
    if (this.background.busy) await this.#ports.check.stop()
  }

  /** Whether another machine is doing the same run. */
  #isTaken({ subjectId, payload: { run } }: TrainingCustomerJob): boolean {
    return this.jobs
      .list()
      .some(
        (other) =>
          other.subjectId !== subjectId &&
          other.payload.run === run &&
          other.state !== 'closed' &&
          other.state !== 'refused',
      )
  }

  #open(job: TrainingCustomerJob, row: JobRow): void | Promise<void> {
    if (job.state === 'refused') return this.send(job, row, { kind: 'cancelJob', job: row.id })
    if (job.state === 'placed' && !this.#ports.training.market.hire(job.payload.run))
      return this.#refuse(job, plain('runWentOn'))
    this.#talk(row.id)
  }

  #follow(job: TrainingCustomerJob, row: JobRow): void | Promise<void> {
    const leave = (words?: JobSaying): Promise<void> => this.send(job, row, { kind: 'leaveJob', job: row.id }, words)
    if (job.state === 'refused') return leave()
    if (this.#isPast(row)) return this.send(job, row, { kind: 'expireJob', job: row.id }, plain('machineLate'))
    if (job.payload.ended && job.state === 'training') return leave(plain('endedEarly'))
    // A jury found for the machine, and this one still gets other results: they do not go on together.
    if (row.done > 0 && verdictOn(job, row.done - 1)?.passed === false) return leave(plain('juryForMachine'))
    this.#talk(row.id)
  }

  async #committed(job: TrainingCustomerJob, row: JobRow): Promise<void> {
    this.#expectProof(job, row)
    if (this.#blocksAfterBeacon(row) > PATIENCE_BLOCKS) await this.send(job, row, { kind: 'sampleJob', job: row.id })
  }

  async #sampled(job: TrainingCustomerJob, row: JobRow): Promise<void> {
    this.#expectProof(job, row)
    // One that has come and could not be judged here is paid by the clock: that is no fault of the machine.
    if (this.#isPast(row, -LAST_CALL_SECONDS) && !this.#isPast(row) && job.payload.shown !== row.beacon)
      await this.#challenge(job, row, 0, plain('proofLate'))
    else this.#talk(row.id)
  }

  async #challenged(job: TrainingCustomerJob, row: JobRow): Promise<void> {
    if (this.#isPast(row)) await this.send(job, row, { kind: 'slashJob', job: row.id }, plain('undefended'))
  }

  async #defended(job: TrainingCustomerJob, row: JobRow): Promise<void> {
    const at = this.#ports.disputes.of(row)
    if (!at) return
    const { data, bundle } = this.#ports.check.paths(job.payload.run)
    this.#ports.cases.show(row, job.payload.work, { data, proof: bundle }, at.seats)
    if (at.step && this.#ports.disputes.waited(row) > PATIENCE_BLOCKS) await this.send(job, row, at.step)
  }

  /** Whether the chain's clock is so many seconds past the end of the job's present state. */
  #isPast({ deadline }: JobRow, seconds = 0): boolean {
    return (this.#ports.monitor.head?.time ?? 0) > (deadline ?? Infinity) + seconds
  }

  #blocksAfterBeacon({ beaconBlock }: JobRow): number {
    return (this.#ports.monitor.head?.number ?? 0) - (beaconBlock ?? Infinity)
  }

  /** However much of the job went on while this machine was away: what comes next is a proof. */
  #expectProof(job: TrainingCustomerJob, row: JobRow): void {
    const current = this.#catchUp(job, row)
    if (current.state === 'training') this.jobs.move(current, 'committed', { words: plain('drawing') })
  }

  /** Brings our side to where the chain is: accepted, or a milestone paid. */
  #catchUp(job: TrainingCustomerJob, row: JobRow): TrainingCustomerJob {
    // The provider accepts only when everything has arrived, whatever the last answer was that reached us.
    let current = job.state === 'placed' ? this.jobs.move(job, 'specified') : job
    if (current.state === 'sending') current = this.jobs.move(current, 'sent')
    if (current.state === 'waiting') current = this.jobs.move(current, 'accepted', { words: plain('jobTaken') })
    if (row.done === current.payload.done) return current
    if (current.state === 'checking' || current.state === 'disputed') current = this.jobs.move(current, 'passed')
    const words: JobSaying = { code: 'milestonePaid', args: { done: row.done, count: row.milestones } }
    return this.jobs.amend(this.jobs.report(current, words), { done: row.done })
  }

  async #close(job: TrainingCustomerJob, row: JobRow, words: JobSaying): Promise<void> {
    const { files, proven, ended, work } = job.payload
    const finished = ended || proven === work.recipe.steps
    if (row.state === 'passed' && !finished) return this.#fetchUnseen(job)
    await this.background.cancel(row.id)
    await this.#ports.cases.drop(row.id)
    // The run and its sealed files may be another job's by now.
    if (this.#isTaken(job)) return void this.jobs.move(job, 'closed', { reason: words })
    const kept = await this.#takeIn(job, finished)
    await this.#ports.drafts.discard(row.work, files)
    this.jobs.report(this.jobs.move(job, 'closed', { reason: words, words }), kept)
  }

  #fetchUnseen(job: TrainingCustomerJob): void {
    if (job.state !== 'collecting') this.jobs.move(job, 'unseen', { words: plain('paidUnseen') })
    this.#talk(job.subjectId)
  }

  /** Leaves the run with what was proven. Says what that is. */
  async #takeIn({ payload: { run, proven, work } }: TrainingCustomerJob, finished: boolean): Promise<JobSaying> {
    if (finished) {
      await this.#ports.training.market.importResult(run)
      return plain('adapterKept')
    }
    const step = proven ?? work.start?.step ?? 0
    await this.#ports.training.market.giveBack(run, step)
    return step > 0 ? { code: 'stepsKept', args: { step } } : plain('runFree')
  }

  /** Talks with the machine beside the loop, unless it does already. */
  #talk(id: number): void {
    const job = (): TrainingCustomerJob => {
      const current = this.jobs.get(id)
      if (!current) throw new HearthError('NOT_FOUND', `there is no job ${id} here`)
      return current
    }
    this.background.run(id, (signal) =>
      converse(
        {
          job: id,
          turn: () => this.#conversation.turn(job(), signal),
          refuse: (code, error) => {
            const current = job()
            if (!refusals.has(code) || !['placed', 'sending', 'waiting'].includes(current.state)) return false
            this.#refuse(current, { code: 'failed', args: { failure: failureOf(error) } })
            this.jobs.report(current, plain('escrowReturns'))
            return true
          },
          waits: (why) => void this.jobs.report(job(), why),
          log: this.log,
        },
        signal,
      ),
    )
  }

  /** Pays for a milestone that passed, or challenges one that did not; again after a restart in between. */
  async #settle(job: TrainingCustomerJob, row: JobRow | null): Promise<void> {
    const verdict = row?.state === 'sampled' ? verdictOn(job, row.done) : undefined
    if (!row || !verdict) return
    if (verdict.passed) await this.send(job, row, { kind: 'passJob', job: row.id })
    else
      await this.#challenge(
        job,
        row,
        verdict.segments.findLast(({ passed }) => !passed)?.index ?? 0,
        plain('challenging'),
      )
  }

  async #challenge(job: TrainingCustomerJob, row: JobRow, segment: number, words: JobSaying): Promise<void> {
    await this.send(job, row, { kind: 'challengeJob', job: row.id, segment }, words)
    if (this.jobs.get(row.id)?.state === 'checking') this.jobs.move(job, 'failed', { reason: words })
  }

  #refuse(job: TrainingCustomerJob, why: JobSaying): void {
    this.jobs.move(job, 'refused', { words: why, reason: why })
    this.poke()
  }
}
