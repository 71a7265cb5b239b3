import { nextProviderState, type ProviderOrderState } from '../../../../common/model/order-state.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import type { WorkSpec } from '../../../../common/model/work.ts'
import { pause } from '../../../core/clock.ts'
import type { Job, JobStore } from '../../../core/jobs.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { ChainMonitor, Indexer, OwnTransaction } from '../../chain/index.ts'
import type { Action } from '../../../../common/model/action.ts'
import type { MarketRepository } from './market-repository.ts'
import type { Receipt } from './receipt.ts'
import type { WorkStore } from './work-store.ts'

export interface ComputeProviderPayload {
  readonly spec: WorkSpec | null
  readonly rowsDone: number
  readonly operationsPerSecond: number
  readonly receipt: Receipt | null
  /** Our transaction that ends the order, once it is under way. */
  readonly ending: string | null
}
export type ComputeProviderJob = Job<ComputeProviderPayload>

/** Computes rows; the drilling feature. Ends early, without error, when the signal aborts. */
export interface WorkEngine {
  run(folder: string, signal: AbortSignal): AsyncIterable<{ rowsDone: number; operationsPerSecond: number }>
}

const KIND = 'serve'
/** A customer may still hand in the last receipt for this long after the end (chain seconds). */
const PATIENCE_SECONDS = 60

interface Ports {
  readonly jobs: JobStore
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly engine: WorkEngine
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly account: () => string | null
  readonly follow: (action: Action) => Promise<OwnTransaction>
  readonly transaction: (id: string) => OwnTransaction | null
  readonly log: Log
}

/** The provider's side of orders: takes work in, has it computed, hands results out and collects. */
export class ComputeProviderWorkflow implements Service {
  readonly name = 'serving'
  readonly #ports: Ports
  readonly #log: Log
  readonly #loop: Loop
  #running: { order: number; abort: AbortController; done: Promise<void> } | undefined
  /** Why the machine is its owner's at present. */
  #paused: string | null = null

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('serving')
    this.#loop = new Loop(() => this.#step(), 2_000, this.#log)
  }

  start(): Promise<void> {
    this.#loop.start((poke) => this.#ports.indexer.events.on('indexed', poke))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    this.#running?.abort.abort()
    await this.#running?.done
  }

  /** Gives the machine back to its owner after the batch at hand, or goes on. */
  setPaused(paused: string | null): void {
    this.#paused = paused
    if (paused) this.#running?.abort.abort()
    this.#loop.poke()
  }

  /** Looks at once, without waiting for the next block. */
  poke(): void {
    this.#loop.poke()
  }

  job(order: number): ComputeProviderJob | null {
    return this.#ports.jobs.bySubject<ComputeProviderPayload>(KIND, order)
  }

  jobs(): ComputeProviderJob[] {
    return this.#ports.jobs.list<ComputeProviderPayload>(KIND)
  }

  get active(): ComputeProviderJob | null {
    return this.jobs().find((job) => job.state !== 'closed') ?? null
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (!account) return
    for (const order of this.#ports.reads.activeOrdersOf('provider', account)) {
      if (this.job(order.id)) continue
      const job = this.#ports.jobs.ensure<ComputeProviderPayload>(KIND, order.id, 'placed', {
        spec: null,
        rowsDone: 0,
        operationsPerSecond: 0,
        receipt: null,
        ending: null,
      })
      this.#ports.jobs.log(job, `Order ${order.id} arrived; waiting for the customer’s specification.`)
    }
    for (const job of this.jobs()) {
      if (job.state === 'closed') continue
      const order = this.#ports.reads.order(job.subjectId!)
      // An order that a reorganisation took away comes back with the transaction that placed it.
      if (!order) continue
      if (order.state !== 'active') this.#close(job, order)
      else {
        await this.#end(job, order)
        this.#work(this.job(order.id)!)
      }
    }
  }

  #close(job: ComputeProviderJob, order: OrderRow): void {
    if (this.#running?.order === order.id) this.#running.abort.abort()
    const closed = this.#move(job, 'closed', { reason: order.state })
    this.#ports.jobs.log(
      closed,
      order.state === 'completed' ? 'The order is completed and paid.' : 'The order is closed.',
    )
  }

  /** Settles with the best receipt when the work is done or the time is over; gives up where there is none. */
  async #end(job: ComputeProviderJob, order: OrderRow): Promise<void> {
    if (job.payload.ending !== null) {
      const state = this.#ports.transaction(job.payload.ending)?.state
      // A refused transaction is tried again: by then the chain may have moved on, or the index sees the order closed.
      if (state === 'failed' || state === undefined || state === 'cancelled') this.#amend(job, { ending: null })
      return
    }
    const { receipt } = job.payload
    const overdue = (this.#ports.monitor.head?.time ?? 0) > order.end + PATIENCE_SECONDS
    if (!receipt?.finished && !overdue) return
    const action: Action = receipt ? { kind: 'settle', order: order.id, ...receipt } : { kind: 'fail', order: order.id }
    const transaction = await this.#ports.follow(action)
    this.#amend(job, { ending: transaction.id })
    this.#ports.jobs.log(
      job,
      receipt
        ? `Settling with a receipt for ${receipt.served} seconds.`
        : 'The time is over and there is no receipt; leaving the order.',
    )
  }

  #work(job: ComputeProviderJob): void {
    if (this.#running || (job.state !== 'running' && job.state !== 'paused')) return
    if (this.#paused) {
      if (job.state === 'running') this.#move(job, 'paused', { reason: this.#paused })
      return
    }
    const current = job.state === 'paused' ? this.#move(job, 'resumed', { reason: null }) : job
    const abort = new AbortController()
    this.#running = {
      order: job.subjectId!,
      abort,
      done: this.#compute(current, abort.signal).finally(() => ((this.#running = undefined), this.#loop.poke())),
    }
  }

  async #compute(job: ComputeProviderJob, signal: AbortSignal): Promise<void> {
    const order = job.subjectId!
    const total = job.payload.spec!.rows.count
    this.#ports.jobs.log(
      job,
      job.payload.rowsDone ? `Going on after row ${job.payload.rowsDone}.` : `Computing ${total} rows.`,
    )
    try {
      for await (const { rowsDone, operationsPerSecond } of this.#ports.engine.run(
        this.#ports.work.servingFolder(order),
        signal,
      )) {
        this.#amend(this.job(order)!, { rowsDone, operationsPerSecond })
      }
    } catch (error) {
      if (signal.aborted) return
      this.#log.warn('the engine failed; the order goes on from its last batch', { order, error })
      this.#ports.jobs.log(job, 'The engine stopped; it goes on from its last batch.')
      await pause(500, signal)
      return
    }
    const after = this.job(order)!
    if (after.state !== 'running') return
    if (after.payload.rowsDone < total) return
    this.#ports.jobs.log(this.#move(after, 'finished', {}), 'All rows are computed.')
  }

  #amend(job: ComputeProviderJob, change: Partial<ComputeProviderPayload>): ComputeProviderJob {
    const current = this.job(job.subjectId!) ?? job
    return this.#ports.jobs.update(current, { payload: { ...current.payload, ...change } })
  }

  #move(
    job: ComputeProviderJob,
    event: Parameters<typeof nextProviderState>[1],
    change: { reason?: string | null; payload?: ComputeProviderPayload },
  ): ComputeProviderJob {
    return this.#ports.jobs.update(job, { ...change, state: nextProviderState(job.state as ProviderOrderState, event) })
  }
}
