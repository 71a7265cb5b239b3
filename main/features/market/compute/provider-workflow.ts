import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { VaultNetwork } from '../../../../common/children/vault.ts'
import {
  providerMoves,
  type ProviderOrderEvent,
  type ProviderOrderState,
} from '../../../../common/model/order-state.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { pause } from '../../../core/clock.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { ChainMonitor, SentStep } from '../../chain/index.ts'
import { ProviderWorkflow, type ChainPorts } from '../../chain-workflow/index.ts'
import type { PeerAnswer, PeerRequest, PeerWallets } from '../../peers/index.ts'
import type { AnyWorkKind, WorkRegistry } from '../../../work/index.ts'
import type { MarketRepository } from './market-repository.ts'
import { OrderRequest } from './order-messages.ts'
import { isReceiptOf, type Receipt } from './receipt.ts'
import type { WorkStore } from './work-store.ts'
import { problemOf, readOrder, type OrderedWork } from './ordered-work.ts'

export interface ComputeProviderPayload {
  /** As its kind wrote it; null until the customer has sent it. */
  readonly spec: unknown
  readonly rowsDone: number
  readonly operationsPerSecond: number
  readonly receipt: Receipt | null
  readonly sent: SentStep | null
  /** The transaction that ends the order, where an earlier version sent it. */
  readonly ending?: string | null
}
export type ComputeProviderJob = SubjectJob<ProviderOrderState, ComputeProviderPayload>

/** A customer may still hand in the last receipt for this long after the end (chain seconds). */
const PATIENCE_SECONDS = 60
const ANSWER_STEP_MS = 150

interface Ports extends ChainPorts {
  readonly jobs: JobStore
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly kinds: WorkRegistry
  readonly monitor: ChainMonitor
  readonly network: VaultNetwork
  readonly wallets: PeerWallets
}

/** The provider's side of orders: takes work in, has it computed, hands results out and collects. */
export class ComputeProviderWorkflow extends ProviderWorkflow<
  OrderRow,
  ProviderOrderState,
  ProviderOrderEvent,
  ComputeProviderPayload
> {
  readonly #ports: Ports

  constructor(ports: Ports) {
    super(ports, { name: 'serving', jobs: new JobTable(ports.jobs, 'serve', providerMoves), everyMs: 2_000 })
    this.#ports = ports
  }

  protected rows(account: string): readonly OrderRow[] {
    return this.#ports.reads.activeOrdersOf('provider', account)
  }

  protected row(id: number): OrderRow | null {
    return this.#ports.reads.order(id)
  }

  protected seen({ state }: OrderRow): string {
    return state
  }

  protected isTakenOn({ state }: ComputeProviderJob): boolean {
    return state !== 'closed'
  }

  protected isAtWork({ state }: ComputeProviderJob): boolean {
    return state === 'running' || state === 'delivering' || state === 'fetching'
  }

  protected kindOf({ payload: { spec } }: ComputeProviderJob): AnyWorkKind | null {
    return spec === null || problemOf(this.#ports.kinds, spec) !== null ? null : this.#ports.kinds.read(spec).kind
  }

  protected adopt({ id }: OrderRow): void {
    const job = this.jobs.open(id, 'placed', {
      spec: null,
      rowsDone: 0,
      operationsPerSecond: 0,
      receipt: null,
      sent: null,
    })
    this.jobs.report(job, `Order ${id} arrived; waiting for the customer’s specification.`)
  }

  protected async advance(job: ComputeProviderJob, order: OrderRow): Promise<void> {
    if (order.state !== 'active') return this.#close(job, order)
    await this.#end(job, order)
    const current = this.jobs.get(order.id) ?? job
    const problem = problemOf(this.#ports.kinds, current.payload.spec)
    if (problem !== null) return void this.jobs.block(current, problem)
    // Nobody sends the inputs of a kind that has none.
    if (current.state === 'fetching' && this.#work(current).inputBytes === 0)
      return this.#rowsComplete(current, this.#ports.work.servingFolder(order.id), this.#work(current))
    if (current.state === 'running' || current.state === 'paused')
      this.work(current, {
        execute: (signal) => this.#compute(order.id, signal),
        failed: () => 'The engine stopped; it goes on from its last batch.',
      })
  }

  async #close(job: ComputeProviderJob, order: OrderRow): Promise<void> {
    await this.background.cancel(order.id)
    this.jobs.move(job, 'closed', {
      reason: order.state,
      words: order.state === 'completed' ? 'The order is completed and paid.' : 'The order is closed.',
    })
  }

  /** Settles with the best receipt when the work is done or the time is over; gives up where there is none. */
  async #end(job: ComputeProviderJob, order: OrderRow): Promise<void> {
    const { receipt, sent, ending } = job.payload
    const transaction = sent?.transaction ?? ending
    // However it is being ended, it is not ended in two ways at once.
    if (transaction && this.#ports.steps.pending({ transaction })) return
    const overdue = (this.#ports.monitor.head?.time ?? 0) > order.end + PATIENCE_SECONDS
    if (!receipt?.finished && !overdue) return
    if (receipt)
      await this.send(
        job,
        order,
        { kind: 'settle', order: order.id, ...receipt },
        `Settling with a receipt for ${receipt.served} seconds.`,
      )
    else
      await this.send(
        job,
        order,
        { kind: 'fail', order: order.id },
        'The time is over and there is no receipt; leaving the order.',
      )
  }

  async #compute(order: number, signal: AbortSignal): Promise<void> {
    const job = this.#job(order)
    const { kind, spec, units } = this.#work(job)
    this.jobs.report(
      job,
      job.payload.rowsDone ? `Going on after row ${job.payload.rowsDone}.` : `Computing ${units} rows.`,
    )
    const folder = this.#ports.work.servingFolder(order)
    for await (const progress of kind.execute({ folder, spec }, signal)) {
      const { done, rate } = kind.progressed(spec, progress)
      this.jobs.amend(job, { rowsDone: done, operationsPerSecond: rate })
    }
    const after = this.#job(order)
    if (after.state !== 'running' || after.payload.rowsDone < units) return
    this.jobs.move(after, 'finished', { words: 'All rows are computed.' })
  }

  /** Units that an order is about; null where that is not known here. */
  units(job: ComputeProviderJob | null): number | null {
    const known = job !== null && job.payload.spec !== null && problemOf(this.#ports.kinds, job.payload.spec) === null
    return known ? this.#work(job).units : null
  }

  /**
   * What a job's order is about.
   * @throws HearthError before it is specified, or where this version does not know its kind
   */
  #work({ payload: { spec } }: ComputeProviderJob): OrderedWork {
    if (spec === null) throw new HearthError('BAD_MESSAGE', 'the specification comes first')
    return readOrder(this.#ports.kinds, spec)
  }

  #job(order: number): ComputeProviderJob {
    const job = this.jobs.get(order)
    if (!job) throw new HearthError('NOT_FOUND', `there is no job for order ${order}`)
    return job
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

  async #specify(job: ComputeProviderJob, order: OrderRow, given: unknown): Promise<number> {
    const { kind, spec, inputBytes, outputBytes } = readOrder(this.#ports.kinds, given)
    if (kind.hash(spec) !== order.work)
      throw new HearthError('WORK_MISMATCH', 'this specification is not the one that the order names')
    const folder = await this.#ports.work.openServing(order.id, spec, inputBytes + outputBytes)
    if (job.state === 'placed')
      this.jobs.move(this.jobs.amend(job, { spec }), 'specified', { words: `Specification: ${kind.describe(spec)}.` })
    return job.state === 'placed' || job.state === 'fetching' ? sizeOf(join(folder, 'rows.bin')) : inputBytes
  }

  /** Appends a chunk of rows. A repeated or misplaced chunk changes nothing; the answer says where to go on. */
  async #put(job: ComputeProviderJob, offset: number, body: Buffer | null): Promise<number> {
    const work = this.#work(job)
    const { inputBytes } = work
    if (job.state !== 'fetching') return inputBytes
    const folder = this.#ports.work.servingFolder(job.subjectId)
    const file = join(folder, 'rows.bin')
    const size = await sizeOf(file)
    if (!body || offset !== size) return size
    if (size + body.length > inputBytes)
      throw new HearthError('MESSAGE_TOO_LARGE', 'more rows than the specification names')
    try {
      await using handle = await open(file, 'a')
      await handle.appendFile(body)
      if (size + body.length === inputBytes) await handle.sync()
    } catch (error) {
      throw asDiskError(error)
    }
    if (size + body.length === inputBytes) await this.#rowsComplete(job, folder, work)
    return size + body.length
  }

  async #rowsComplete(job: ComputeProviderJob, folder: string, { kind, spec }: OrderedWork): Promise<void> {
    try {
      await kind.prepare({ folder, spec })
    } catch (error) {
      await using handle = await open(join(folder, 'rows.bin'), 'w')
      await handle.truncate(0)
      throw error
    }
    if (this.#job(job.subjectId).state !== 'fetching') return
    this.jobs.move(job, 'ready', { words: 'All rows are here and their hash is right.' })
    this.poke()
  }

  /** Waits until there is something the customer does not know, or the wait is over. */
  async #follow(
    order: number,
    { afterLog, rowsKnown, waitMs }: { afterLog: number; rowsKnown: number; waitMs: number },
  ): Promise<Record<string, unknown>> {
    const deadline = performance.now() + waitMs
    for (;;) {
      const job = this.#job(order)
      const log = this.jobs.linesAfter(job, afterLog)
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
    const { unitBytes } = this.#work(job)
    const available = job.payload.rowsDone * unitBytes
    if (offset >= available) throw new HearthError('RESULT_INCOMPLETE', 'these rows are not computed yet')
    await using handle = await open(join(this.#ports.work.servingFolder(job.subjectId), 'outputs.bin'), 'r')
    const buffer = Buffer.alloc(Math.min(length, available - offset))
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
    this.jobs.report(
      this.jobs.amend(job, { receipt }),
      receipt.finished
        ? `The customer is content: receipt for ${receipt.served} seconds, finished.`
        : `Receipt for ${receipt.served} seconds.`,
    )
    this.poke()
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.size,
    () => 0,
  )
}
