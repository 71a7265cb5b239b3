import type { Action } from '../../../common/model/action.ts'
import type { JobSaying } from '../../../common/model/job-saying-names.ts'
import { failureOf } from '../../../common/model/sayings.ts'
import { isSame, type JobTable, type SubjectJob } from '../../core/job-table.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import type { ChainSteps, Indexer, SentStep } from '../chain/index.ts'
import { Background } from './background.ts'

export interface ChainPorts {
  readonly indexer: Pick<Indexer, 'events' | 'caughtUp' | 'isFinal' | 'requireWitnessed' | 'chainTime'>
  readonly steps: Pick<ChainSteps, 'send' | 'pending'>
  readonly account: () => string | null
  readonly log: Log
}

interface Options<State extends string, Event extends string, Payload extends object> {
  readonly name: string
  readonly jobs: JobTable<State, Event, Payload>
  /** How often it looks when the chain brings nothing new. */
  readonly everyMs: number
  /** Stands still while the index is behind the chain. */
  readonly whenCaughtUp?: boolean
  /** Shows why a job waits on the job itself, not in the app's log alone. */
  readonly showWhy?: boolean
}

/** A job that waits after a failed step. What changes on the chain or in the job ends the wait. */
interface Waiting {
  readonly seen: string
  readonly why: JobSaying
  readonly failures: number
  readonly until: number
}

const LONGEST_WAIT_MS = 10_000

/**
 * Steps that show what cannot be taken back once they are sent, though the block that they follow from may be: a key, a
 * secret, a vote. They wait for the network's confirmations; those that a party loses by being late wait no longer than
 * until their time is nearly over.
 */
const revealing: Readonly<Partial<Record<Action['kind'], 'when final' | 'when final or late'>>> = {
  deliverSale: 'when final',
  complainSale: 'when final or late',
  revealVote: 'when final or late',
}
/** Late, in seconds before the end: enough for a transaction whose fee has to be raised a few times. */
const LATE_SECONDS = 3_600

/** A row of a contract's table, with what says whether it stays and how long its state lasts. */
export interface ChainRow {
  readonly id: number
  readonly transactions?: readonly { readonly hash: string }[]
  readonly until?: number | null
  readonly deadline?: number | null
}

const endOf = ({ until, deadline }: ChainRow): number => until ?? deadline ?? Number.MAX_SAFE_INTEGER

/**
 * One side of what the chain records, as jobs: looks after each block, adopts rows that have no job here yet, and takes
 * every open job one step further. All of it follows from the chain and the job, so a host that was killed goes on.
 */
export abstract class ChainWorkflow<
  Row extends ChainRow,
  State extends string,
  Event extends string,
  Payload extends { readonly sent: SentStep | null },
> implements Service {
  readonly name: string
  protected readonly jobs: JobTable<State, Event, Payload>
  protected readonly log: Log
  /** What a job does beside the loop: a conversation, the engine's work, a judgement. */
  protected readonly background = new Background()
  readonly #chain: ChainPorts
  readonly #options: Options<State, Event, Payload>
  readonly #loop: Loop
  readonly #waiting = new Map<number, Waiting>()

  protected constructor(chain: ChainPorts, options: Options<State, Event, Payload>) {
    this.name = options.name
    this.jobs = options.jobs
    this.log = chain.log.child(options.name)
    this.#chain = chain
    this.#options = options
    this.#loop = new Loop((signal) => this.#step(signal), options.everyMs, this.log)
  }

  /** Rows that an account has a part in on this side. */
  protected abstract rows(account: string): readonly Row[]
  /** Null while a reorganisation has taken the row away; it comes back with the transaction that made it. */
  protected abstract row(id: number): Row | null
  /** Where the chain has the row: a sent step that changed this is done. */
  protected abstract seen(row: Row): string
  /** Opens the job of a row that has none here, unless the row is none of this data folder's. */
  protected abstract adopt(row: Row): void | Promise<void>
  /** Takes a job as far as it gets without waiting for others. It is tried again when it throws. */
  protected abstract advance(job: SubjectJob<State, Payload>, row: Row, signal: AbortSignal): void | Promise<void>

  /** What this side has to do beside its jobs. */
  protected tend(_account: string): void | Promise<void> {}

  /** Ends what cannot be interrupted by a signal, once all tasks were told to end. */
  protected halt(): void | Promise<void> {}

  start(): Promise<void> {
    this.#loop.start((poke) => this.#chain.indexer.events.on('indexed', poke))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    this.background.abort()
    await this.halt()
    await this.background.settled()
  }

  /** Looks at its jobs now rather than at the next block. */
  poke(): void {
    this.#loop.poke()
  }

  job(id: number): SubjectJob<State, Payload> | null {
    return this.jobs.get(id)
  }

  list(): SubjectJob<State, Payload>[] {
    return this.jobs.list()
  }

  /** Whether a step may be sent at this depth of the chain. */
  protected mayReveal(row: Row, kind: Action['kind']): boolean {
    const when = revealing[kind]
    if (when === undefined || this.#chain.indexer.isFinal(row.transactions ?? [])) return true
    return when === 'when final or late' && endOf(row) - this.#chain.indexer.chainTime < LATE_SECONDS
  }

  /**
   * Sends a step to the chain, once for each place that the row is at.
   * @param words for the job's log, once it is sent
   */
  protected async send(job: SubjectJob<State, Payload>, row: Row, action: Action, words?: JobSaying): Promise<void> {
    if (!this.mayReveal(row, action.kind)) return
    if (revealing[action.kind]) await this.#chain.indexer.requireWitnessed(row.transactions ?? [])
    const current = this.jobs.get(row.id) ?? job
    const sent = await this.#chain.steps.send(this.seen(row), current.payload.sent, action)
    if (!sent) return
    this.jobs.rewrite(current, (payload) => ({ ...payload, sent }))
    if (words !== undefined) this.jobs.report(current, words)
  }

  async #step(signal: AbortSignal): Promise<void> {
    const account = this.#chain.account()
    if (account === null || (this.#options.whenCaughtUp && !this.#chain.indexer.caughtUp)) return
    await this.tend(account)
    for (const row of this.rows(account)) if (!this.jobs.get(row.id)) await this.adopt(row)
    const due = this.jobs.unfinished().flatMap((job) => {
      const row = this.row(job.subjectId)
      return row ? [{ job, row }] : []
    })
    // What is over first comes first.
    for (const { job, row } of due.sort((a, b) => endOf(a.row) - endOf(b.row))) {
      if (signal.aborted) return
      await this.#drive(job, row, signal)
    }
  }

  async #drive(job: SubjectJob<State, Payload>, row: Row, signal: AbortSignal): Promise<void> {
    const seen = `${this.seen(row)} ${job.state}`
    const before = this.#waiting.get(row.id)
    if (before?.seen === seen && performance.now() < before.until) return
    try {
      if (!this.jobs.knows(job.state)) throw new Error(`this version of Hearth does not know the state “${job.state}”`)
      await this.advance(job, row, signal)
      this.#waiting.delete(row.id)
      if (before && isSame(this.jobs.get(row.id)?.reason ?? null, before.why)) this.jobs.block(job, null)
    } catch (error) {
      if (signal.aborted) return
      const why: JobSaying = { code: 'failed', args: { failure: failureOf(error) } }
      const failures = before?.seen === seen ? before.failures + 1 : 1
      this.#waiting.set(row.id, {
        seen,
        why,
        failures,
        until: performance.now() + Math.min(LONGEST_WAIT_MS, 250 * 2 ** failures),
      })
      if (!before || !isSame(before.why, why)) this.sayWhy(job, why, error)
    }
  }

  /** Shows why a job waits; the step is tried again. */
  protected sayWhy(job: SubjectJob<State, Payload>, why: JobSaying, error: unknown): void {
    this.log.warn('a job’s step failed; it is tried again', { job: job.subjectId, error })
    if (this.#options.showWhy) this.standStill(job, why)
  }

  /** Says on the job and in its log why it waits, once. */
  protected standStill(job: SubjectJob<State, Payload>, why: JobSaying): void {
    if (!isSame(job.reason, why)) this.jobs.block(this.jobs.report(job, why), why)
  }
}
