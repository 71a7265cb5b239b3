import type { Action } from '../../../../common/model/action.ts'
import { jobIsOver, type JobRow } from '../../../../common/model/training-job.ts'
import type { TrainingCustomerState } from '../../../../common/model/training-job-state.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { pause } from '../../../core/clock.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { ChainMonitor, ChainSteps, Indexer } from '../../chain/index.ts'
import type { Counterparty, FileTransfer } from '../../file-transfer/index.ts'
import type { MarketRepository } from '../compute/index.ts'
import type { Ask, PeerAddress } from '../../peers/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import type { CaseSender } from './case-sender.ts'
import { expectationOf } from './expectation.ts'
import { newTrainingCustomerJob, type TrainingCustomerJob, type TrainingCustomerJobs } from './customer-job.ts'
import { jobRoute, type Followed } from './job-messages.ts'
import type { JobRepository } from './job-repository.ts'
import type { MilestoneCheck } from './milestone-check.ts'
import type { OrderDrafts } from './order-drafts.ts'

const FOLLOW_WAIT_MS = 5_000
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
const REVEAL_SECONDS = 86_400

interface Ports {
  readonly jobs: TrainingCustomerJobs
  readonly reads: JobRepository
  readonly market: MarketRepository
  readonly training: TrainingService
  readonly check: MilestoneCheck
  readonly drafts: OrderDrafts
  readonly cases: CaseSender
  readonly exchange: FileTransfer
  readonly steps: ChainSteps
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly account: () => string | null
  readonly ask: (machine: PeerAddress) => Ask
  readonly log: Log
}

/**
 * The customer's side of training jobs: sends recipe and sealed data, follows the work, executes drawn segments again,
 * pays or challenges, and takes each proven milestone into the run.
 */
export class TrainingCustomerWorkflow implements Service {
  readonly name = 'training-customer'
  readonly #ports: Ports
  readonly #log: Log
  readonly #loop: Loop
  readonly #drives = new Map<number, { abort: AbortController; done: Promise<void> }>()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('training-customer')
    this.#loop = new Loop(() => this.#step(), 1_500, this.#log)
  }

  start(): Promise<void> {
    this.#loop.start((poke) => this.#ports.indexer.events.on('indexed', poke))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    for (const { abort } of this.#drives.values()) abort.abort()
    if (this.#drives.size > 0) await this.#ports.check.stop()
    await Promise.all([...this.#drives.values()].map(({ done }) => done))
  }

  job(id: number): TrainingCustomerJob | null {
    return this.#ports.jobs.get(id)
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (!account) return
    for (const row of this.#ports.reads.ofCustomer(account))
      if (!jobIsOver(row.state) && !this.#ports.jobs.get(row.id)) this.#adopt(row)
    for (const job of this.#ports.jobs.list()) {
      const row = job.state === 'closed' ? null : this.#ports.reads.job(job.subjectId!)
      if (!row) continue
      try {
        await this.#advance(job, row)
      } catch (error) {
        this.#log.warn('a job’s step failed; it is tried again', { job: row.id, error })
      }
    }
  }

  /** Ties a job that appeared on the chain to the run that it is for. A job of another data folder is left alone. */
  #adopt(row: JobRow): void {
    const draft = this.#ports.drafts.byHash(row.work)
    if (!draft) return
    const job = this.#ports.jobs.report(
      this.#ports.jobs.open(row.id, 'placed', newTrainingCustomerJob(draft)),
      `Job ${row.id} is open; looking for the machine.`,
    )
    if (this.#isTaken(job)) this.#refuse(job, 'Another machine is doing this run already, so the job is taken back.')
  }

  /** Whether another machine is doing the same run. */
  #isTaken({ subjectId, payload: { run } }: TrainingCustomerJob): boolean {
    return this.#ports.jobs
      .list()
      .some(
        (other) =>
          other.subjectId !== subjectId &&
          other.payload.run === run &&
          other.state !== 'closed' &&
          other.state !== 'refused',
      )
  }

  async #advance(job: TrainingCustomerJob, row: JobRow): Promise<void> {
    const { number = 0, time = 0 } = this.#ports.monitor.head ?? {}
    switch (row.state) {
      case 'open':
        if (job.state === 'refused') await this.#send(job, row, { kind: 'cancelJob', job: row.id })
        else if (job.state === 'placed' && !this.#ports.training.hire(job.payload.run))
          this.#refuse(job, 'The run has gone on here in the meantime, so the job is taken back.')
        else this.#drive(row.id)
        return
      case 'active': {
        const current = this.#catchUp(job, row)
        if (current.state === 'refused') await this.#send(current, row, { kind: 'leaveJob', job: row.id })
        else if (time > row.deadline!)
          await this.#send(
            current,
            row,
            { kind: 'expireJob', job: row.id },
            'The machine is too late: ending the job. A milestone’s price of its stake is yours.',
          )
        else if (current.payload.ended && current.state === 'training')
          await this.#send(
            current,
            row,
            { kind: 'leaveJob', job: row.id },
            'The held-out loss had stopped falling, so the run ended early; what is left comes back.',
          )
        // A jury found for the machine, and this one still gets other results: they do not go on together.
        else if (row.done > 0 && verdictOn(current, row.done - 1)?.passed === false)
          await this.#send(
            current,
            row,
            { kind: 'leaveJob', job: row.id },
            'The jury found for the machine. The job ends here.',
          )
        else this.#drive(row.id)
        return
      }
      case 'committed':
        this.#expectProof(job, row)
        if (number > row.beaconBlock! + PATIENCE_BLOCKS) await this.#send(job, row, { kind: 'sampleJob', job: row.id })
        return
      case 'sampled':
        this.#expectProof(job, row)
        // One that has come and could not be judged here is paid by the clock: that is no fault of the machine.
        if (time > row.deadline! - LAST_CALL_SECONDS && time <= row.deadline! && job.payload.shown !== row.beacon)
          await this.#challenge(job, row, 0, 'The proof was not handed over in time.')
        else this.#drive(row.id)
        return
      case 'challenged':
        if (time > row.deadline!)
          await this.#send(
            job,
            row,
            { kind: 'slashJob', job: row.id },
            'The machine did not defend its work; its stake is yours.',
          )
        return
      case 'defended':
        if (time <= row.deadline!) await this.#faceJury(job, row, number)
        if (time > row.deadline! + REVEAL_SECONDS) await this.#send(job, row, { kind: 'ruleJob', job: row.id })
        return
      case 'passed':
      case 'slashed':
      case 'ended':
        return this.#close(job, row)
    }
  }

  /** However much of the job went on while this machine was away: what comes next is a proof. */
  #expectProof(job: TrainingCustomerJob, row: JobRow): void {
    const current = this.#catchUp(job, row)
    if (current.state === 'training')
      this.#ports.jobs.move(
        this.#ports.jobs.report(
          current,
          'The machine stands by its checkpoints; a block that is not made yet draws the sample.',
        ),
        'committed',
      )
  }

  async #faceJury(job: TrainingCustomerJob, row: JobRow, block: number): Promise<void> {
    const { data, bundle } = this.#ports.check.paths(job.payload.run)
    const drawn = this.#ports.reads.jurors(row.id).length > 0
    if (drawn) this.#ports.cases.show(row, job.payload.work, { data, proof: bundle })
    else if (block > row.beaconBlock! + PATIENCE_BLOCKS) await this.#send(job, row, { kind: 'drawJury', job: row.id })
  }

  /** Brings our side to where the chain is: accepted, or a milestone paid. */
  #catchUp(job: TrainingCustomerJob, row: JobRow): TrainingCustomerJob {
    // The provider accepts only when everything has arrived, whatever the last answer was that reached us.
    let current = job.state === 'placed' ? this.#ports.jobs.move(job, 'specified') : job
    if (current.state === 'sending') current = this.#ports.jobs.move(current, 'sent')
    if (current.state === 'waiting')
      current = this.#ports.jobs.move(
        this.#ports.jobs.report(current, 'The machine has taken the job, with a stake of what it can earn.'),
        'accepted',
      )
    if (row.done === current.payload.done) return current
    if (current.state === 'checking' || current.state === 'disputed') current = this.#ports.jobs.move(current, 'passed')
    return this.#ports.jobs.amend(
      this.#ports.jobs.report(current, `Milestone ${row.done} of ${row.milestones} is paid.`),
      { done: row.done },
    )
  }

  async #close(job: TrainingCustomerJob, row: JobRow): Promise<void> {
    const drive = this.#drives.get(row.id)
    drive?.abort.abort()
    await drive?.done
    const { files, proven, ended, work } = job.payload
    const finished = ended || proven === work.recipe.steps
    if (row.state === 'passed' && !finished) {
      if (job.state !== 'collecting')
        this.#ports.jobs.move(
          this.#ports.jobs.report(
            job,
            'All milestones were paid by the clock while this machine was away; fetching the result.',
          ),
          'unseen',
        )
      return this.#drive(row.id)
    }
    await this.#ports.cases.drop(row.id)
    if (this.#isTaken(job)) {
      // The run and its sealed files are the other job's.
      this.#ports.jobs.move(job, 'closed', row.state)
      return
    }
    const kept = await this.#takeIn(job, finished)
    await this.#ports.drafts.discard(row.work, files)
    const words = {
      passed: 'All milestones are proven and paid.',
      slashed: 'The machine lost its stake to you.',
      ended: 'The job is over; what was not earned has come back.',
    }[row.state as 'passed' | 'slashed' | 'ended']
    this.#ports.jobs.move(this.#ports.jobs.report(job, `${words} ${kept}`), 'closed', row.state)
  }

  /** Leaves the run with what was proven. Says what that is. */
  async #takeIn({ payload: { run, proven, work } }: TrainingCustomerJob, finished: boolean): Promise<string> {
    if (finished) {
      await this.#ports.training.importResult(run)
      return 'The adapter is in your library.'
    }
    const step = proven ?? work.start?.step ?? 0
    await this.#ports.training.giveBack(run, step)
    return step > 0
      ? `Everything up to step ${step} is kept: the run can go on here or on another machine.`
      : 'The run can start here or on another machine.'
  }

  #drive(id: number): void {
    if (this.#drives.has(id)) return
    const abort = new AbortController()
    const done = this.#converse(id, abort.signal).finally(() => this.#drives.delete(id))
    this.#drives.set(id, { abort, done })
  }

  /** Talks with the provider for as long as there is something to say, through restarts and cut connections. */
  async #converse(id: number, signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const job = this.#ports.jobs.get(id)!
      try {
        if (!(await this.#speak(job, signal))) return
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        const code = error instanceof HearthError ? error.code : 'INTERNAL'
        const current = this.#ports.jobs.get(id)!
        if (refusals.has(code) && ['placed', 'sending', 'waiting'].includes(current.state))
          return this.#refuse(current, `${messageOf(error)} The escrow comes back.`)
        if (failures++ === 0) this.#ports.jobs.report(current, `Waiting: ${messageOf(error)}`)
        if (code === 'INTERNAL') this.#log.warn('a job’s step failed', { job: id, error })
        await pause(Math.min(10_000, 300 * 2 ** failures), signal)
      }
    }
  }

  /** One turn; false when only the chain can bring the job further. */
  async #speak(job: TrainingCustomerJob, signal: AbortSignal): Promise<boolean> {
    const { data, start } = job.payload.files
    const machine = this.#counterparty(job)
    switch (job.state as TrainingCustomerState) {
      case 'placed':
        await machine.ask(
          jobRoute,
          { job: job.subjectId! },
          { type: 'specify', work: job.payload.work, data, start },
          null,
          120_000,
        )
        this.#ports.jobs.move(this.#ports.jobs.report(job, 'The machine accepts the recipe.'), 'specified')
        return true
      case 'sending':
        for (const file of [data, start])
          if (file)
            await this.#ports.exchange.send(
              machine,
              file,
              (bytes) => this.#ports.jobs.amend(job, { bytesSent: bytes }),
              signal,
            )
        if (signal.aborted) return false
        this.#ports.jobs.move(
          this.#ports.jobs.report(job, `The data is there, sealed: ${data.bytes + (start?.bytes ?? 0)} bytes.`),
          'sent',
        )
        return true
      case 'waiting':
      case 'training':
        await this.#listen(job, machine)
        return this.#ports.reads.job(job.subjectId!)?.state === 'active' || job.state === 'waiting'
      case 'checking':
        await this.#judge(job, machine, signal)
        return (
          this.#ports.reads.job(job.subjectId!)?.state === 'sampled' &&
          verdictOn(this.#ports.jobs.get(job.subjectId!)!, job.payload.done) === undefined
        )
      case 'collecting':
        return this.#collect(job, machine, signal)
      default:
        return false
    }
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
      verdict.passed
        ? 'The result is here, and its proof holds.'
        : `The result is here; its proof fails at ${verdict.failure!.check}.`,
    )
    const { step, ended } = await this.#ports.check.takeIn(proof.file, job.payload.run)
    this.#ports.jobs.amend(job, {
      verdicts: [...job.payload.verdicts, { ...verdict, milestone: job.payload.work.milestones.length - 1 }],
      proven: step,
      ended,
    })
    this.#loop.poke()
    return false
  }

  async #listen(job: TrainingCustomerJob, machine: Counterparty): Promise<Followed> {
    const { providerLog, entries, run } = job.payload
    const { message: news } = await machine.ask(
      jobRoute,
      { job: job.subjectId! },
      {
        type: 'follow',
        afterLog: providerLog,
        afterEntry: entries,
        waitMs: job.state === 'checking' ? 500 : FOLLOW_WAIT_MS,
      },
    )
    for (const line of news.log) this.#ports.jobs.report(job, `Machine: ${line.message}`)
    await this.#ports.training.hear(run, news.entries, news.tokensPerSecond)
    this.#ports.jobs.amend(job, {
      providerLog: news.log.at(-1)?.seq ?? providerLog,
      entries: entries + news.entries.length,
      step: news.step,
    })
    return news
  }

  /** Fetches the proof of a milestone, executes the drawn segments again, and pays or challenges. */
  async #judge(job: TrainingCustomerJob, machine: Counterparty, signal: AbortSignal): Promise<void> {
    const row = this.#ports.reads.job(job.subjectId!)
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
      this.#ports.jobs.report(job, `The proof fails at ${verdict.failure!.check}: ${verdict.failure!.why}.`)
      return this.#settle(this.#ports.jobs.amend(job, { verdicts }), row)
    }
    // Taken over before it is paid: what was paid for is here.
    const { step, ended } = await this.#ports.check.takeIn(proof.file, job.payload.run)
    this.#ports.jobs.report(
      job,
      `The proof holds: ${verdict.segments.length} of ${expected.checkpoints - 1 - expected.from} segments executed again, ${verdict.segments.every(({ exact }) => exact) ? 'to the same bits' : `at most ${Math.max(...verdict.segments.map(({ distance }) => distance)).toExponential(1)} apart`}.`,
    )
    return this.#settle(
      this.#ports.jobs.amend(job, { verdicts, proven: step, ended: ended && step < job.payload.work.recipe.steps }),
      row,
    )
  }

  /** Pays for a milestone that passed, or challenges one that did not; again after a restart in between. */
  async #settle(job: TrainingCustomerJob, row: JobRow | null): Promise<void> {
    const verdict = row?.state === 'sampled' ? verdictOn(job, row.done) : undefined
    if (!row || !verdict) return
    if (verdict.passed) await this.#send(job, row, { kind: 'passJob', job: row.id })
    else
      await this.#challenge(
        job,
        row,
        verdict.segments.findLast(({ passed }) => !passed)?.index ?? 0,
        'Challenging the work, with a milestone’s price as bond.',
      )
  }

  async #challenge(job: TrainingCustomerJob, row: JobRow, segment: number, words: string): Promise<void> {
    await this.#send(job, row, { kind: 'challengeJob', job: row.id, segment }, words)
    if (this.#ports.jobs.get(row.id)!.state === 'checking') this.#ports.jobs.move(job, 'failed', words)
  }

  #counterparty(job: TrainingCustomerJob): Counterparty {
    // Where the machine is reached may change between two questions.
    const ask: Ask = async (...question) => {
      const row = this.#ports.reads.job(job.subjectId!)
      const machine = row && this.#ports.market.machine(row.machine)
      if (!row || !machine) throw new HearthError('NOT_FOUND', 'the job is not on the chain at present')
      return this.#ports.ask(machine)(...question)
    }
    return { ask, subject: { kind: 'job', id: job.subjectId! } }
  }

  #refuse(job: TrainingCustomerJob, why: string): void {
    this.#ports.jobs.move(this.#ports.jobs.report(job, why), 'refused', why.slice(0, 300))
    this.#loop.poke()
  }

  async #send(job: TrainingCustomerJob, row: JobRow, action: Action, words?: string): Promise<void> {
    const current = this.#ports.jobs.get(row.id) ?? job
    const sent = await this.#ports.steps.send(`${row.state} ${row.done}`, current.payload.sent, action)
    if (!sent) return
    this.#ports.jobs.amend(current, { sent })
    if (words) this.#ports.jobs.report(current, words)
  }
}

const verdictOn = ({ payload: { verdicts } }: TrainingCustomerJob, milestone: number) =>
  verdicts.find((verdict) => verdict.milestone === milestone)
