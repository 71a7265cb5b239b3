import { freemem } from 'node:os'
import type { Expectation } from '../../../common/children/trainer.ts'
import type { Action } from '../../../common/model/action.ts'
import { jobIsOver, trainingWorkHash, type JobRow, type TrainingWork } from '../../../common/model/training-job.ts'
import { nextProviding, type ProvidingEvent, type ProvidingState } from '../../../common/model/training-job-state.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { pause, type Clock } from '../../core/clock.ts'
import type { Job, JobStore } from '../../core/jobs.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import type { ChainMonitor, Indexer } from '../chain/index.ts'
import type { FileShelf, SealedFile } from '../exchange/index.ts'
import type { PeerAnswer, PeerRequest, PeerWallets } from '../peers/index.ts'
import type { JobEngine } from './job-engine.ts'
import { parseTrainingRequest, type Followed, type TrainingRequest } from './job-messages.ts'
import type { JobReads } from './job-reads.ts'
import type { JobSteps, SentStep } from './job-steps.ts'
import type { CaseSender } from './case-sender.ts'
import { expectationOf } from './expectation.ts'

export interface ProvidingPayload {
  readonly work: TrainingWork | null
  /** Where the base model lies here. */
  readonly base: string | null
  readonly files: { readonly data: SealedFile; readonly start: SealedFile | null } | null
  readonly step: number
  readonly loss: number | null
  readonly tokensPerSecond: number
  /** Milestones that were paid when the work at hand began. */
  readonly done: number
  readonly proof: { readonly beacon: string; readonly file: SealedFile } | null
  /** Whether a challenged milestone came out the same when it was executed again here. */
  readonly right: boolean | null
  /** The recipe's patience ended the run. */
  readonly ended: boolean
  readonly sent: SentStep | null
}
export type ProvidingJob = Job<ProvidingPayload>

const KIND = 'train'
const NOTHING: ProvidingPayload = { work: null, base: null, files: null, step: 0, loss: null, tokensPerSecond: 0, done: 0, proof: null, right: null, ended: false, sent: null }
const ANSWER_STEP_MS = 150
const ENTRIES_AT_ONCE = 200
const NOTE_EVERY_MS = 250
/** How long a finished result is kept for a customer who was away. */
const KEPT_MS = 30 * 86_400_000
/** A quote is a measurement; what the owner's other programs do moves it by about this much. */
const QUOTE_SLACK_PERCENT = 125n
/** The contract gives jurors as long again to reveal as to vote. */
const REVEAL_SECONDS = 86_400

interface Ports {
  readonly clock: Clock
  readonly jobs: JobStore
  readonly reads: JobReads
  readonly engine: JobEngine
  readonly shelf: FileShelf
  readonly steps: JobSteps
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly wallets: PeerWallets
  readonly account: () => string | null
  readonly free: (account: string) => bigint
  /** Units a second that the owner asks for. */
  readonly price: () => bigint
  /** Why no job is taken at present, or null. */
  readonly unwilling: () => string | null
  readonly freeDisk: () => Promise<number>
  /** The base model with this hash, where it lies here. */
  readonly baseOf: (hash: string) => Promise<string | null>
  readonly cases: CaseSender
  readonly log: Log
}

/** The provider's side of training jobs: quotes, takes work in, trains, commits, proves and is paid by milestones. */
export class ProviderDesk implements Service {
  readonly name = 'training-provider'
  readonly #ports: Ports
  readonly #log: Log
  readonly #loop: Loop
  #running: { job: number; abort: AbortController; done: Promise<void> } | undefined
  #opening = new Map<number, Promise<void>>()
  #yielded = false
  #unsubscribe = (): void => {}

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('training-provider')
    this.#loop = new Loop(() => this.#step(), 1_500, this.#log)
  }

  start(): Promise<void> {
    this.#unsubscribe = this.#ports.indexer.events.on('indexed', () => this.#loop.poke())
    this.#loop.start()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#loop.stop()
    this.#running?.abort.abort()
    // A graph in the middle cannot be interrupted; the job goes on from its last checkpoint.
    await this.#ports.engine.stop()
    await this.#running?.done
  }

  /** Gives the machine back to its owner after the layer at hand, or goes on. */
  setYielded(yielded: boolean): void {
    if (this.#yielded === yielded) return
    this.#yielded = yielded
    if (yielded) this.#running?.abort.abort()
    this.#loop.poke()
  }

  job(id: number): ProvidingJob | null {
    return this.#ports.jobs.byOrder<ProvidingPayload>(KIND, id)
  }

  jobs(): ProvidingJob[] {
    return this.#ports.jobs.list<ProvidingPayload>(KIND)
  }

  /** A job that keeps the machine busy: taken on and not over. */
  get active(): ProvidingJob | null {
    return this.jobs().find(({ state }) => state !== 'closed' && state !== 'placed' && state !== 'receiving') ?? null
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (!account) return
    for (const row of this.#ports.reads.ofProvider(account)) {
      if (!jobIsOver(row.state) && !this.job(row.id)) this.#ports.jobs.log(this.#ports.jobs.ensure(KIND, row.id, 'placed', NOTHING), `Job ${row.id} arrived; waiting for the customer’s recipe and data.`)
    }
    for (const job of this.jobs()) {
      if (job.state === 'closed') await this.#forget(job)
      const row = job.state === 'closed' ? null : this.#ports.reads.job(job.orderId!)
      if (!row) continue
      try {
        await this.#advance(job, row)
      } catch (error) {
        this.#log.warn('a job’s step failed; it is tried again', { job: row.id, error })
      }
    }
  }

  async #advance(job: ProvidingJob, row: JobRow): Promise<void> {
    const now = this.#ports.monitor.head?.time ?? 0
    switch (row.state) {
      case 'open':
        if (job.state === 'ready') await this.#send(job, row, { kind: 'acceptJob', job: row.id })
        return
      case 'active':
        return this.#work(this.#follow(job, row), row)
      case 'committed':
        if ((this.#ports.monitor.head?.number ?? 0) > row.beaconBlock!) await this.#send(job, row, { kind: 'sampleJob', job: row.id })
        return
      case 'sampled':
        if (job.payload.proof?.beacon !== row.beacon) await this.#prove(job, row)
        else if (now > row.deadline!) await this.#send(job, row, { kind: 'passJob', job: row.id }, 'The customer has been silent for a day; the milestone is due.')
        return
      case 'challenged':
        return this.#answerChallenge(job, row)
      case 'defended':
        if (now <= row.deadline!) await this.#faceJury(job, row)
        if (now > row.deadline! + REVEAL_SECONDS) await this.#send(job, row, { kind: 'ruleJob', job: row.id })
        return
      case 'passed':
      case 'slashed':
      case 'ended':
        return this.#close(job, row)
    }
  }

  /** Brings our side to where the chain is: accepted, or paid for a milestone. */
  #follow(job: ProvidingJob, row: JobRow): ProvidingJob {
    if (job.state === 'ready') {
      const moved = this.#move(job, 'accepted')
      this.#ports.jobs.log(moved, `The job is ours; ${row.milestones} milestones.`)
      return moved
    }
    if ((job.state === 'proving' || job.state === 'disputed') && row.done > job.payload.done) {
      const { proof } = job.payload
      if (proof) void this.#ports.shelf.remove(proof.file.hash)
      const moved = this.#move(job, 'paid')
      this.#ports.jobs.log(moved, `Milestone ${row.done} of ${row.milestones} is paid.`)
      return this.#amend(moved, { done: row.done, proof: null, right: null })
    }
    return job
  }

  async #work(job: ProvidingJob, row: JobRow): Promise<void> {
    if (job.state === 'proving') {
      // Reached, not committed yet.
      const { root, checkpoints } = await this.#ports.engine.commitment(row.id)
      if (checkpoints > Math.max(1, row.checkpoints)) await this.#send(job, row, { kind: 'commitJob', job: row.id, root: `0x${root}`, checkpoints }, `Committing to ${checkpoints} checkpoints.`)
      return
    }
    if (this.#running || job.payload.ended || (job.state !== 'training' && job.state !== 'paused')) return
    if (this.#yielded) {
      if (job.state === 'training') this.#move(job, 'yielded', 'paused-by-you')
      return
    }
    const current = job.state === 'paused' ? this.#move(job, 'resumed') : job
    const abort = new AbortController()
    this.#running = { job: row.id, abort, done: this.#train(current, row, abort.signal).finally(() => ((this.#running = undefined), this.#loop.poke())) }
  }

  async #train(job: ProvidingJob, row: JobRow, signal: AbortSignal): Promise<void> {
    const work = job.payload.work!
    const until = work.milestones[row.done]!
    const { batch, data } = work.recipe
    const tokens = batch.sequences * batch.accumulation * data.sequenceLength
    this.#ports.jobs.log(job, job.payload.step > 0 ? `Going on after step ${job.payload.step}, up to ${until}.` : `Training up to step ${until} of ${work.recipe.steps}.`)
    let noted = 0
    try {
      const result = await this.#ports.engine.train(row.id, job.payload.base!, until, (entry) => {
        if (entry.kind !== 'step' || (performance.now() - noted < NOTE_EVERY_MS && entry.step < until)) return
        noted = performance.now()
        this.#amend(job, { step: entry.step, loss: entry.loss, tokensPerSecond: (tokens * 1000) / entry.milliseconds })
      }, signal)
      if (signal.aborted) return
      const reached = this.#amend(job, { step: result.step, ended: result.ended && result.step < work.recipe.steps })
      this.#ports.jobs.log(this.#move(reached, 'reached'), result.ended ? 'The training is done.' : `Milestone ${row.done + 1} is reached.`)
    } catch (error) {
      if (signal.aborted) return
      this.#log.warn('the engine failed; the job goes on from its last checkpoint', { job: row.id, error })
      this.#ports.jobs.log(job, `The engine stopped: ${messageOf(error)}. It goes on from its last checkpoint.`)
      await pause(500, signal)
    }
  }

  #expected(job: ProvidingJob, row: JobRow): Expectation {
    return expectationOf(job.payload.work!, row, this.#ports.reads.commitments(row.id), false)
  }

  async #prove(job: ProvidingJob, row: JobRow): Promise<void> {
    const { from } = this.#expected(job, row)
    const file = await this.#ports.engine.prove(row.id, row.beacon!, from)
    this.#amend(job, { proof: { beacon: row.beacon!, file } })
    this.#ports.jobs.log(job, 'The sample is drawn; the proof is ready for the customer.')
  }

  async #faceJury(job: ProvidingJob, row: JobRow): Promise<void> {
    if (this.#ports.reads.jurors(row.id).length === 0) await this.#send(job, row, { kind: 'drawJury', job: row.id })
    else this.#ports.cases.show(row, job.payload.work!, this.#ports.engine.evidence(row.id))
  }

  /** Stands by its work only where it can execute it again itself: a bond behind a broken machine would be lost. */
  async #answerChallenge(job: ProvidingJob, row: JobRow): Promise<void> {
    const current = job.state === 'proving' ? this.#move(job, 'challenged') : job
    const right = current.payload.right ?? (await this.#checkOwn(current, row))
    if (right) await this.#send(current, row, { kind: 'defendJob', job: row.id })
  }

  async #checkOwn(job: ProvidingJob, row: JobRow): Promise<boolean> {
    this.#ports.jobs.log(job, 'The customer says that the work is wrong; executing it again here.')
    const { passed, failure } = await this.#ports.engine.check(row.id, job.payload.base!, this.#expected(job, row))
    this.#ports.jobs.log(job, passed ? 'It is right: asking for a jury.' : `It is wrong here as well (${failure!.why}). The stake is lost; have this machine’s memory and processor checked.`)
    this.#amend(job, { right: passed })
    return passed
  }

  async #close(job: ProvidingJob, row: JobRow): Promise<void> {
    if (this.#running?.job === row.id) {
      this.#running.abort.abort()
      await this.#running.done
    }
    const { files, proof } = job.payload
    await this.#ports.cases.drop(row.id)
    // A customer who was away may still fetch what was paid for.
    const kept = row.state === 'passed' ? proof : null
    await this.#ports.engine.clear(row.id, [files?.data ?? null, files?.start ?? null, kept ? null : (proof?.file ?? null)])
    const closed = this.#amend(this.#move(job, 'closed', row.state), { done: row.done, proof: kept })
    const words = { passed: 'All milestones are paid; the stake is back.', slashed: 'The stake is lost.', ended: 'The job is over; finished milestones stay paid.' }[row.state as 'passed' | 'slashed' | 'ended']
    this.#ports.jobs.log(closed, `${words} The customer’s data and the adapter were deleted here.`)
  }

  async #forget(job: ProvidingJob): Promise<void> {
    const { proof } = job.payload
    if (!proof || this.#ports.clock.now() - job.updated < KEPT_MS) return
    await this.#ports.shelf.remove(proof.file.hash)
    this.#amend(job, { proof: null })
  }

  /** Answers one request of a customer's app. */
  async answer(request: PeerRequest): Promise<PeerAnswer> {
    const message = parseTrainingRequest(request.message)
    const wallet = this.#ports.wallets.of(message.record, request.key)
    if (message.type === 'train-quote') {
      const { secondsPerStep } = await this.#quote(message.recipe)
      return { message: { pricePerSecond: this.#ports.price().toString(), secondsPerStep }, body: null }
    }
    const row = this.#ports.reads.job(message.job)
    const job = this.job(message.job)
    // The customer may have seen the block first; it asks again.
    if (!row || !job) throw new HearthError('NOT_FOUND', 'this job has not been seen on the chain here yet')
    if (row.customer !== wallet) throw new HearthError('NOT_A_PARTY', 'this job is not between us')
    switch (message.type) {
      case 'train-job':
        await this.#specify(job, row, message)
        return { message: {}, body: null }
      case 'train-put':
        return { message: { received: await this.#put(job, message.hash, message.offset, request.body) }, body: null }
      case 'train-follow':
        return { message: { ...(await this.#news(row.id, message)) }, body: null }
      case 'train-get':
        if (job.payload.proof?.file.hash !== message.hash) throw new HearthError('NOT_FOUND', 'this file is not for this job')
        return { message: {}, body: await this.#ports.shelf.read(message.hash, message.offset, message.length) }
      case 'train-case':
        throw new HearthError('BAD_MESSAGE', 'this machine is a party of this job')
    }
  }

  async #quote(recipe: TrainingWork['recipe']): Promise<{ base: string; secondsPerStep: number }> {
    const unwilling = this.#ports.unwilling()
    if (unwilling) throw new HearthError('MACHINE_BUSY', unwilling)
    const base = await this.#ports.baseOf(recipe.base.hash)
    if (!base) throw new HearthError('BASE_MISSING', `the base model ${recipe.base.name} is not on this machine`)
    const { memoryBytes, checkpointBytes, secondsPerStep } = await this.#ports.engine.quote(recipe, base)
    if (memoryBytes > freemem()) throw new HearthError('DOES_NOT_FIT', `it takes ${Math.ceil(memoryBytes / 2 ** 20)} MiB, ${Math.floor(freemem() / 2 ** 20)} MiB are free`)
    const disk = checkpointBytes * (recipe.steps / recipe.checkpointEvery + 1)
    if (disk > (await this.#ports.freeDisk())) throw new HearthError('DOES_NOT_FIT', `its checkpoints take ${Math.ceil(disk / 2 ** 20)} MiB, which the disk has not`)
    return { base, secondsPerStep }
  }

  async #specify(job: ProvidingJob, row: JobRow, { work, data, start }: Extract<TrainingRequest, { type: 'train-job' }>): Promise<void> {
    if (trainingWorkHash(work) !== row.work || work.milestones.length !== row.milestones) throw new HearthError('WORK_MISMATCH', 'this work is not the one that the job names')
    if (job.state !== 'placed') {
      // The customer's app was restarted and sealed its files anew.
      if (job.state === 'receiving') this.#amend(job, { files: { data, start } })
      return
    }
    const { base, secondsPerStep } = await this.#quote(work.recipe)
    const steps = work.milestones.map((step, i) => step - (work.milestones[i - 1] ?? work.start?.step ?? 0))
    const seconds = Math.max(...steps) * secondsPerStep
    const due = (this.#ports.price() * BigInt(Math.ceil(seconds * 1000))) / 1000n
    if (row.price * QUOTE_SLACK_PERCENT < due * 100n) throw new HearthError('NOT_PAID_ENOUGH', `a milestone takes ${Math.ceil(seconds)} seconds here, which is more than it pays`)
    if (row.duration < seconds) throw new HearthError('DOES_NOT_FIT', `a milestone takes ${Math.ceil(seconds)} seconds here, longer than it may`)
    const account = this.#ports.account()!
    if (this.#ports.free(account) < row.price * BigInt(row.milestones)) throw new HearthError('DOES_NOT_FIT', 'the machine’s owner has not enough coins free for the stake')
    const moved = this.#move(this.#amend(job, { work, base, files: { data, start }, step: work.start?.step ?? 0 }), 'specified')
    this.#ports.jobs.log(moved, `Recipe: ${work.recipe.steps} steps of ${work.recipe.method.kind} on ${work.recipe.base.name}; receiving ${data.bytes + (start?.bytes ?? 0)} sealed bytes.`)
  }

  async #put(job: ProvidingJob, hash: string, offset: number, body: Buffer | null): Promise<number> {
    const files = job.payload.files
    const file = [files?.data, files?.start].find((item) => item?.hash === hash)
    if (!files || !file) throw new HearthError('BAD_MESSAGE', 'this file was not announced')
    if (job.state !== 'receiving') return file.bytes
    const received = await this.#ports.shelf.put(file, offset, body)
    if (received === file.bytes) await this.#receiveAll(job)
    return received
  }

  /** When the last file is here: opens and checks them, once however often the customer asks. */
  async #receiveAll(job: ProvidingJob): Promise<void> {
    const { work, files } = job.payload
    for (const file of [files!.data, files!.start]) if (file && !(await this.#ports.shelf.has(file.hash))) return
    const id = job.orderId!
    const opening = this.#opening.get(id) ?? this.#ports.engine.open(id, work!, files!)
    this.#opening.set(id, opening)
    try {
      await opening
    } finally {
      this.#opening.delete(id)
    }
    const current = this.job(id)!
    if (current.state !== 'receiving') return
    this.#ports.jobs.log(this.#move(current, 'received'), 'Everything is here and is what the recipe names. Taking the job on with its stake.')
    this.#loop.poke()
  }

  /** Waits until there is something the customer does not know, or the wait is over. */
  async #news(id: number, { afterLog, afterEntry, waitMs }: { afterLog: number; afterEntry: number; waitMs: number }): Promise<Followed> {
    const deadline = performance.now() + waitMs
    const first = this.job(id)!.state
    for (;;) {
      const job = this.job(id)!
      const log = this.#ports.jobs.logAfter(job.id, afterLog)
      const entries = (await this.#ports.engine.log(id)).slice(afterEntry, afterEntry + ENTRIES_AT_ONCE)
      if (log.length > 0 || entries.length > 0 || job.state !== first || performance.now() >= deadline) {
        return { state: job.state as ProvidingState, step: job.payload.step, tokensPerSecond: job.payload.tokensPerSecond, log, entries, proof: job.payload.proof }
      }
      await pause(ANSWER_STEP_MS)
    }
  }

  async #send(job: ProvidingJob, row: JobRow, action: Action, words?: string): Promise<void> {
    const current = this.job(row.id) ?? job
    const sent = await this.#ports.steps.send(row, current.payload.sent, action)
    if (!sent) return
    this.#amend(current, { sent })
    if (words) this.#ports.jobs.log(current, words)
  }

  #amend(job: ProvidingJob, change: Partial<ProvidingPayload>): ProvidingJob {
    const current = this.job(job.orderId!) ?? job
    return this.#ports.jobs.update(current, { payload: { ...current.payload, ...change } })
  }

  #move(job: ProvidingJob, event: ProvidingEvent, reason: string | null = null): ProvidingJob {
    const current = this.job(job.orderId!) ?? job
    return this.#ports.jobs.update(current, { reason, state: nextProviding(current.state as ProvidingState, event) })
  }
}
