import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { VaultNetwork } from '../../../../common/children/vault.ts'
import { nextProviderState, type ProviderOrderState } from '../../../../common/model/order-state.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import { inputBytes, outputBytes, workHash, type WorkSpec } from '../../../../common/model/work.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { pause } from '../../../core/clock.ts'
import type { Job, JobStore } from '../../../core/jobs.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { ChainMonitor, Indexer, OwnTransaction } from '../../chain/index.ts'
import type { PeerAnswer, PeerRequest, PeerWallets } from '../../peers/index.ts'
import type { Action } from '../../../../common/model/action.ts'
import type { MarketRepository } from './market-repository.ts'
import { OrderRequest } from './order-messages.ts'
import { isReceiptOf, type Receipt } from './receipt.ts'
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
const ANSWER_STEP_MS = 150

interface Ports {
  readonly jobs: JobStore
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly engine: WorkEngine
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly network: VaultNetwork
  readonly wallets: PeerWallets
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

  /** Answers one request of a customer's app. Only the order's buyer gets beyond the first lines. */
  async answer(request: PeerRequest): Promise<PeerAnswer> {
    const parsed = OrderRequest.safeParse(request.message)
    if (!parsed.success) throw new HearthError('BAD_MESSAGE', z.prettifyError(parsed.error).slice(0, 300))
    const message = parsed.data
    const order = this.#ports.reads.order(message.order)
    const wallet = this.#ports.wallets.of(message.record, request.key)
    const job = this.job(message.order)
    // The customer may have seen the block first; it asks again.
    if (!order || !job) throw new HearthError('NOT_FOUND', 'this order has not been seen on the chain here yet')
    if (order.provider !== this.#ports.account()?.toLowerCase() || order.buyer !== wallet)
      throw new HearthError('NOT_A_PARTY', 'this order is not between us')
    switch (message.type) {
      case 'specify':
        return { message: { received: await this.#specify(job, order, message.spec) }, body: null }
      case 'put':
        return { message: { received: await this.#put(job, message.offset, request.body) }, body: null }
      case 'follow':
        return { message: await this.#follow(order.id, message), body: null }
      case 'get':
        return { message: {}, body: await this.#get(job, message.offset, message.length) }
      case 'receipt':
        this.#accept(job, order, { served: message.served, finished: message.finished, signature: message.signature })
        return { message: {}, body: null }
    }
  }

  async #specify(job: ComputeProviderJob, order: OrderRow, spec: WorkSpec): Promise<number> {
    if (workHash(spec) !== order.work)
      throw new HearthError('WORK_MISMATCH', 'this specification is not the one that the order names')
    const folder = await this.#ports.work.openServing(order.id, spec)
    if (job.state === 'placed')
      this.#ports.jobs.log(
        this.#move(job, 'specified', { payload: { ...job.payload, spec } }),
        `Specification: ${spec.rows.count} rows through ${spec.net.shifts.length} layers.`,
      )
    return job.state === 'placed' || job.state === 'fetching' ? sizeOf(join(folder, 'rows.bin')) : inputBytes(spec)
  }

  /** Appends a chunk of rows. A repeated or misplaced chunk changes nothing; the answer says where to go on. */
  async #put(job: ComputeProviderJob, offset: number, body: Buffer | null): Promise<number> {
    const spec = job.payload.spec
    if (!spec) throw new HearthError('BAD_MESSAGE', 'the specification comes first')
    if (job.state !== 'fetching') return inputBytes(spec)
    const folder = this.#ports.work.servingFolder(job.subjectId!)
    const file = join(folder, 'rows.bin')
    const size = await sizeOf(file)
    if (!body || offset !== size) return size
    if (size + body.length > inputBytes(spec))
      throw new HearthError('MESSAGE_TOO_LARGE', 'more rows than the specification names')
    try {
      await using handle = await open(file, 'a')
      await handle.appendFile(body)
      if (size + body.length === inputBytes(spec)) await handle.sync()
    } catch (error) {
      throw asDiskError(error)
    }
    if (size + body.length === inputBytes(spec)) await this.#rowsComplete(job, folder, spec)
    return size + body.length
  }

  async #rowsComplete(job: ComputeProviderJob, folder: string, spec: WorkSpec): Promise<void> {
    try {
      await this.#ports.work.checkRows(folder, spec)
    } catch (error) {
      await using handle = await open(join(folder, 'rows.bin'), 'w')
      await handle.truncate(0)
      throw error
    }
    const current = this.job(job.subjectId!)!
    if (current.state !== 'fetching') return
    this.#ports.jobs.log(this.#move(current, 'ready', {}), 'All rows are here and their hash is right.')
    this.#loop.poke()
  }

  /** Waits until there is something the customer does not know, or the wait is over. */
  async #follow(
    order: number,
    { afterLog, rowsKnown, waitMs }: { afterLog: number; rowsKnown: number; waitMs: number },
  ): Promise<Record<string, unknown>> {
    const deadline = performance.now() + waitMs
    for (;;) {
      const job = this.job(order)!
      const log = this.#ports.jobs.logAfter(job.id, afterLog)
      const news = log.length > 0 || job.payload.rowsDone > rowsKnown || job.state === 'closed'
      if (news || performance.now() >= deadline)
        return {
          state: job.state,
          rowsDone: job.payload.rowsDone,
          operationsPerSecond: job.payload.operationsPerSecond,
          log,
        }
      await pause(ANSWER_STEP_MS)
    }
  }

  async #get(job: ComputeProviderJob, offset: number, length: number): Promise<Buffer> {
    const spec = job.payload.spec
    const available = spec ? job.payload.rowsDone * spec.net.widths.at(-1)! : 0
    if (!spec || offset >= available) throw new HearthError('RESULT_INCOMPLETE', 'these rows are not computed yet')
    await using handle = await open(join(this.#ports.work.servingFolder(job.subjectId!), 'outputs.bin'), 'r')
    const buffer = Buffer.alloc(Math.min(length, available - offset, outputBytes(spec) - offset))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
    return buffer.subarray(0, bytesRead)
  }

  /** Keeps a receipt that is better than the last; an older or replayed one changes nothing. */
  #accept(job: ComputeProviderJob, order: OrderRow, receipt: Receipt): void {
    if (receipt.served > order.end - order.start || !isReceiptOf(this.#ports.network, order.id, order.buyer, receipt))
      throw new HearthError('BAD_MESSAGE', 'this receipt is not good for this order')
    const best = job.payload.receipt
    if (
      best &&
      (receipt.served < best.served ||
        (receipt.served === best.served && !receipt.finished) ||
        (best.finished && !receipt.finished))
    )
      return
    this.#amend(job, { receipt })
    this.#ports.jobs.log(
      job,
      receipt.finished
        ? `The customer is content: receipt for ${receipt.served} seconds, finished.`
        : `Receipt for ${receipt.served} seconds.`,
    )
    this.#loop.poke()
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

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.size,
    () => 0,
  )
}
