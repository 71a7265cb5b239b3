import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type * as z from 'zod'
import { MAX_CHUNK_BYTES } from '../../../../common/children/peer.ts'
import { plain, type JobSaying } from '../../../../common/model/job-saying-names.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import {
  customerMoves,
  type CustomerOrderEvent,
  type CustomerOrderState,
} from '../../../../common/model/order-state.ts'
import { failureOf } from '../../../../common/model/sayings.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { asDiskError } from '../../../core/files.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { ChainMonitor, SentStep } from '../../chain/index.ts'
import { ChainWorkflow, converse, type ChainPorts } from '../../chain-workflow/index.ts'
import type { Ask, PeerAddress } from '../../peers/index.ts'
import type { WorkRegistry } from '../../../work/index.ts'
import type { MarketRepository } from './market-repository.ts'
import { orderRoute, type OrderMessages } from './order-messages.ts'
import type { Receipt } from './receipt.ts'
import { knownWork, piecesOf, problemOf, readOrder, type OrderedWork } from './ordered-work.ts'
import type { WorkStore } from './work-store.ts'

export interface ComputeCustomerPayload {
  /** As its kind wrote it; null where the order was placed from another data folder. */
  readonly spec: unknown
  readonly rowsSent: number
  /** Rows whose outputs are on this disk. */
  readonly rowsFetched: number
  /** Rows up to which samples were rechecked, and how many were. */
  readonly rowsVerified: number
  readonly rowsChecked: number
  readonly operationsPerSecond: number
  readonly providerLog: number
  readonly receipt: Receipt | null
  readonly delivered: boolean
  readonly sent: SentStep | null
}
export type ComputeCustomerJob = SubjectJob<CustomerOrderState, ComputeCustomerPayload>

const FOLLOW_WAIT_MS = 5_000
/** A provider that computes wrongly or refuses is not argued with; one that is only away is tried again. */
const refusals: ReadonlySet<string> = new Set([
  'WORK_MISMATCH',
  'ROWS_MISMATCH',
  'NOT_A_PARTY',
  'PEER_LIED',
  'BAD_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'NOT_ENOUGH_DISK',
  'MODEL_UNSUPPORTED',
])

interface Ports extends ChainPorts {
  readonly jobs: JobStore
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly kinds: WorkRegistry
  readonly monitor: ChainMonitor
  readonly config: ConfigStore
  readonly ask: (machine: PeerAddress) => Ask
  readonly signReceipt: (order: OrderRow, served: number, finished: boolean) => Promise<string>
}

/**
 * The customer's side of orders: sends the work, fetches and rechecks results, and signs receipts for what was served.
 */
export class ComputeCustomerWorkflow extends ChainWorkflow<
  OrderRow,
  CustomerOrderState,
  CustomerOrderEvent,
  ComputeCustomerPayload
> {
  readonly #ports: Ports
  readonly #turns: Readonly<Record<CustomerOrderState, (job: ComputeCustomerJob, signal: AbortSignal) => Promise<void>>>

  constructor(ports: Ports) {
    super(ports, { name: 'buying', jobs: new JobTable(ports.jobs, 'buy', customerMoves), everyMs: 2_000 })
    this.#ports = ports
    const nothing = (): Promise<void> => Promise.resolve()
    this.#turns = {
      placed: (job) => this.#specify(job),
      sending: (job, signal) => this.#sendRows(job, signal),
      running: (job, signal) => this.#collect(job, signal),
      finished: (job) => this.#deliverReceipt(job),
      disputed: nothing,
      closed: nothing,
    }
  }

  override async stop(): Promise<void> {
    await super.stop()
    for (const kind of this.#ports.kinds.kinds) if (kind.settlement === 'seconds') await kind.verifier.stop()
  }

  /** A piece of a result that was fetched and rechecked. @throws HearthError RESULT_INCOMPLETE */
  async readResult(
    order: number,
    offset: number,
    length: number,
  ): Promise<{ chunk: Buffer; total: number; unitBytes: number }> {
    const job = this.#job(order)
    const { unitBytes } = this.#work(job)
    const total = job.payload.rowsVerified * unitBytes
    if (offset > total) throw new HearthError('RESULT_INCOMPLETE', 'this part is not here yet')
    await using handle = await open(join(this.#ports.work.buyingFolder(order), 'outputs.bin'), 'r')
    const buffer = Buffer.alloc(Math.min(length, total - offset))
    await handle.read(buffer, 0, buffer.length, offset)
    return { chunk: buffer, total, unitBytes }
  }

  protected rows(account: string): readonly OrderRow[] {
    return this.#ports.reads.activeOrdersOf('buyer', account)
  }

  protected row(id: number): OrderRow | null {
    return this.#ports.reads.order(id)
  }

  protected seen({ state }: OrderRow): string {
    return state
  }

  protected async adopt(order: OrderRow): Promise<void> {
    const spec = await this.#ports.work.adopt(order.work, order.id)
    const job = this.jobs.open(order.id, 'placed', {
      spec,
      rowsSent: 0,
      rowsFetched: 0,
      rowsVerified: 0,
      rowsChecked: 0,
      operationsPerSecond: 0,
      providerLog: 0,
      receipt: null,
      delivered: false,
      sent: null,
    })
    if (spec) this.jobs.report(job, { code: 'orderPlaced', args: { order: order.id } })
    else this.#dispute(job, plain('workElsewhere'))
  }

  protected advance(job: ComputeCustomerJob, order: OrderRow): void {
    if (order.state !== 'active') return this.#close(job, order)
    if (isIdle(job)) return
    const problem = problemOf(this.#ports.kinds, job.payload.spec)
    if (problem !== null) return void this.jobs.block(job, problem)
    this.background.run(order.id, (signal) => this.#converse(order.id, signal))
  }

  #close(job: ComputeCustomerJob, order: OrderRow): void {
    // The result is fetched before the provider can settle, so nothing is left to do.
    void this.background.cancel(order.id)
    const words = plain(order.state === 'completed' ? 'orderCompleted' : 'orderReturned')
    this.jobs.move(job, 'closed', { words, reason: words })
  }

  /** Takes an order from wherever it stands to its end, through restarts and cut connections. */
  #converse(order: number, signal: AbortSignal): Promise<void> {
    return converse(
      {
        job: order,
        turn: async () => {
          const job = this.#job(order)
          if (isIdle(job)) return false
          await this.#turns[job.state](job, signal)
          return true
        },
        refuse: (code, error) => {
          if (!refusals.has(code)) return false
          this.#dispute(this.#job(order), { code: 'failed', args: { failure: failureOf(error) } })
          return true
        },
        waits: (why) => void this.jobs.report(this.#job(order), why),
        log: this.log,
      },
      signal,
    )
  }

  #onChain(id: number): OrderRow {
    const order = this.#ports.reads.order(id)
    if (!order) throw new HearthError('NOT_FOUND', GONE)
    return order
  }

  #job(order: number): ComputeCustomerJob {
    const job = this.jobs.get(order)
    if (!job) throw new HearthError('NOT_FOUND', 'this order was not placed from here')
    return job
  }

  async #specify(job: ComputeCustomerJob): Promise<void> {
    const { received } = (await this.#ask(job, { type: 'specify', spec: job.payload.spec })).message
    this.jobs.amend(this.jobs.move(job, 'accepted', { words: plain('accepted') }), {
      rowsSent: unitsIn(this.#work(job), received),
    })
  }

  async #sendRows(job: ComputeCustomerJob, signal: AbortSignal): Promise<void> {
    const work = this.#work(job)
    const { kind, spec, inputBytes: total, units } = work
    // The provider says how much it has, so a cut transfer goes on where it stopped.
    let { received } = (await this.#ask(job, { type: 'specify', spec })).message
    // A kind without inputs has no such file.
    await using rows =
      total > 0 ? await open(join(this.#ports.work.buyingFolder(job.subjectId), 'rows.bin'), 'r') : null
    const buffer = Buffer.alloc(MAX_CHUNK_BYTES)
    while (rows && received < total && !signal.aborted) {
      const { bytesRead } = await rows.read(buffer, 0, Math.min(buffer.length, total - received), received)
      const chunk = buffer.subarray(0, bytesRead)
      const { received: next } = (await this.#ask(job, { type: 'put', offset: received }, chunk, 60_000)).message
      if (next > total || (next === received && bytesRead > 0))
        throw new HearthError('PEER_LIED', 'the machine does not take the inputs')
      received = next
      this.jobs.amend(job, { rowsSent: unitsIn(work, received) })
    }
    if (received >= total)
      this.jobs.move(job, 'sent', {
        words:
          total > 0 ? { code: 'inputsSent', args: { count: units, pieces: piecesOf(kind) } } : plain('nothingToSend'),
      })
  }

  async #collect(job: ComputeCustomerJob, signal: AbortSignal): Promise<void> {
    const { units } = this.#work(job)
    let current = await this.#verify(await this.#truncateTorn(job))
    while (!signal.aborted) {
      const { rowsFetched, providerLog, rowsVerified } = current.payload
      if (rowsVerified === units) return this.#finish(current)
      const { message: followed } = await this.#ask(current, {
        type: 'follow',
        afterLog: providerLog,
        rowsKnown: rowsFetched,
        waitMs: FOLLOW_WAIT_MS,
      })
      for (const line of followed.log) this.jobs.report(current, line.saying, true)
      current = this.jobs.amend(current, {
        operationsPerSecond: followed.operationsPerSecond,
        providerLog: followed.log.at(-1)?.seq ?? providerLog,
      })
      const rowsDone = Math.min(followed.rowsDone, units)
      if (rowsDone > current.payload.rowsFetched) {
        current = await this.#fetch(current, rowsDone, signal)
        current = await this.#verify(current)
        await this.#receiptIfDue(current)
        current = this.#job(job.subjectId)
      }
    }
  }

  /** Outputs count from whole rows on disk, so a crash in mid-write costs a row at most. */
  async #truncateTorn(job: ComputeCustomerJob): Promise<ComputeCustomerJob> {
    const { unitBytes: width } = this.#work(job)
    const file = join(this.#ports.work.buyingFolder(job.subjectId), 'outputs.bin')
    const size = await stat(file).then(
      (info) => info.size,
      () => 0,
    )
    const rows = Math.floor(size / width)
    await using handle = await open(file, 'a')
    if (size !== rows * width) await handle.truncate(rows * width)
    return this.jobs.amend(job, { rowsFetched: rows, rowsVerified: Math.min(rows, job.payload.rowsVerified) })
  }

  async #fetch(job: ComputeCustomerJob, rowsDone: number, signal: AbortSignal): Promise<ComputeCustomerJob> {
    const { unitBytes: width } = this.#work(job)
    const chunkRows = Math.floor(MAX_CHUNK_BYTES / width)
    await using outputs = await open(join(this.#ports.work.buyingFolder(job.subjectId), 'outputs.bin'), 'a')
    let rows = job.payload.rowsFetched
    while (rows < rowsDone && !signal.aborted) {
      const length = Math.min(chunkRows, rowsDone - rows) * width
      const { body } = await this.#ask(job, { type: 'get', offset: rows * width, length }, null, 60_000)
      if (!body || body.length === 0 || body.length > length || body.length % width !== 0)
        throw new HearthError('PEER_LIED', 'the machine sent a result of the wrong size')
      await outputs.appendFile(body).catch((error: unknown) => {
        throw asDiskError(error)
      })
      rows += body.length / width
    }
    await outputs.datasync()
    return this.jobs.amend(job, { rowsFetched: rows })
  }

  /** Recomputes a random sample of the rows that came since the last check. The provider cannot know which. */
  async #verify(job: ComputeCustomerJob): Promise<ComputeCustomerJob> {
    const { rowsVerified, rowsFetched, rowsChecked } = job.payload
    if (rowsFetched === rowsVerified) return job
    const { kind, spec } = this.#work(job)
    const { passed, why, detail } = await kind.verifier.check({
      folder: this.#ports.work.buyingFolder(job.subjectId),
      spec,
      from: rowsVerified,
      to: rowsFetched,
      share: this.#ports.config.get().buy.sampledShare,
    })
    if (!passed)
      throw new HearthError('PEER_LIED', `${why}; no more receipts are signed`, { row: detail.wrong ?? 'unknown' })
    return this.jobs.amend(job, { rowsVerified: rowsFetched, rowsChecked: rowsChecked + detail.checked })
  }

  /** A receipt for the time so far, at most one an interval, and only behind rows that were checked. */
  async #receiptIfDue(job: ComputeCustomerJob): Promise<void> {
    const served = this.#served(job.subjectId)
    const last = job.payload.receipt?.served ?? 0
    if (
      served - last < this.#ports.config.get().buy.receiptEverySeconds ||
      job.payload.rowsVerified === this.#work(job).units
    )
      return
    await this.#sendReceipt(await this.#sign(job, served, false))
  }

  async #finish(job: ComputeCustomerJob): Promise<void> {
    const served = Math.max(1, this.#served(job.subjectId), job.payload.receipt?.served ?? 0)
    const signed = await this.#sign(job, served, true)
    const { kind } = this.#work(job)
    this.jobs.report(signed, {
      code: 'rechecked',
      args: { pieces: piecesOf(kind), count: signed.payload.rowsChecked },
    })
    this.jobs.move(signed, 'verified', { words: { code: 'signing', args: { time: served } } })
  }

  async #deliverReceipt(job: ComputeCustomerJob): Promise<void> {
    await this.#sendReceipt(job)
    this.jobs.amend(job, { delivered: true })
  }

  async #sign(job: ComputeCustomerJob, served: number, finished: boolean): Promise<ComputeCustomerJob> {
    const signature = await this.#ports.signReceipt(this.#onChain(job.subjectId), served, finished)
    return this.jobs.amend(job, { receipt: { served, finished, signature } })
  }

  async #sendReceipt(job: ComputeCustomerJob): Promise<void> {
    await this.#ask(job, { type: 'receipt', ...job.payload.receipt! })
  }

  /** Seconds of the term that have passed by the chain's own clock. */
  #served(id: number): number {
    const order = this.#onChain(id)
    return Math.max(0, Math.min(this.#ports.monitor.head?.time ?? 0, order.end) - order.start)
  }

  async #ask<T extends keyof OrderMessages>(
    job: ComputeCustomerJob,
    message: { readonly type: T } & z.input<OrderMessages[T]['request']>,
    body: Buffer | null = null,
    timeoutMs = 20_000,
  ): Promise<{ readonly message: z.output<OrderMessages[T]['answer']>; readonly body: Buffer | null }> {
    const order = this.#onChain(job.subjectId)
    const machine = this.#ports.reads.machine(order.machine)
    if (!machine) throw new HearthError('NOT_FOUND', GONE)
    return this.#ports.ask(machine)(orderRoute, { order: order.id }, message, body, timeoutMs)
  }

  /** What an order is about; null where that is not known here. */
  ordered(job: ComputeCustomerJob | null): OrderedWork | null {
    return knownWork(this.#ports.kinds, job?.payload.spec ?? null)
  }

  #work({ payload: { spec } }: ComputeCustomerJob): OrderedWork {
    if (spec === null) throw new HearthError('NOT_FOUND', 'this order was not placed from here')
    return readOrder(this.#ports.kinds, spec)
  }

  #dispute(job: ComputeCustomerJob, why: JobSaying): void {
    this.jobs.report(this.jobs.move(job, 'refused', { reason: why, words: why }), plain('escrowAfterEnd'))
  }
}

const GONE = 'the order is not on the chain at present'

/** Nothing is left for this side to do but to see the order closed. */
const isIdle = (job: ComputeCustomerJob): boolean =>
  job.state === 'disputed' || job.state === 'closed' || (job.state === 'finished' && job.payload.delivered)

const unitsIn = ({ inputBytes, units }: OrderedWork, bytes: number): number =>
  inputBytes === 0 ? units : Math.floor((bytes * units) / inputBytes)
