import { randomInt } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type * as z from 'zod'
import { MAX_CHUNK_BYTES } from '../../../../common/children/peer.ts'
import type { exactInferenceContract } from '../../../../common/children/exact-inference.ts'
import type { MachineRow, OrderRow } from '../../../../common/model/market.ts'
import { nextCustomerState, type CustomerOrderState } from '../../../../common/model/order-state.ts'
import { inputBytes, outputWidth, type WorkSpec } from '../../../../common/model/work.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { pause } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { asDiskError } from '../../../core/files.ts'
import type { Job, JobStore } from '../../../core/jobs.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { ChainMonitor, Indexer } from '../../chain/index.ts'
import type { Ask, PeerAddress } from '../../peers/index.ts'
import type { MarketRepository } from './market-repository.ts'
import { orderRoute, type OrderMessages } from './order-messages.ts'
import type { Receipt } from './receipt.ts'
import type { WorkStore } from './work-store.ts'

export interface ComputeCustomerPayload {
  readonly spec: WorkSpec | null
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
}
export type ComputeCustomerJob = Job<ComputeCustomerPayload>

const KIND = 'buy'
const FOLLOW_WAIT_MS = 5_000
const MIN_SAMPLES = 4
const MAX_SAMPLES = 256
/** A provider that computes wrongly or refuses is not argued with; one that is only away is tried again. */
const refusals: ReadonlySet<string> = new Set([
  'WORK_MISMATCH',
  'ROWS_MISMATCH',
  'NOT_A_PARTY',
  'PEER_LIED',
  'BAD_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'NOT_ENOUGH_DISK',
])

interface Ports {
  readonly jobs: JobStore
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly checker: SupervisedProcess<typeof exactInferenceContract>
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly config: ConfigStore
  readonly account: () => string | null
  readonly ask: (machine: PeerAddress) => Ask
  readonly signReceipt: (order: number, served: number, finished: boolean) => Promise<string>
  readonly log: Log
}

/** The customer's side of orders: sends the work, fetches and rechecks results, and signs receipts for what was served. */
export class ComputeCustomerWorkflow implements Service {
  readonly name = 'buying'
  readonly #ports: Ports
  readonly #log: Log
  readonly #loop: Loop
  readonly #drives = new Map<number, { abort: AbortController; done: Promise<void> }>()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('buying')
    this.#loop = new Loop(() => this.#step(), 2_000, this.#log)
  }

  start(): Promise<void> {
    this.#loop.start((poke) => this.#ports.indexer.events.on('indexed', poke))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    for (const { abort } of this.#drives.values()) abort.abort()
    await Promise.all([...this.#drives.values()].map(({ done }) => done))
    await this.#ports.checker.stop()
  }

  job(order: number): ComputeCustomerJob | null {
    return this.#ports.jobs.bySubject<ComputeCustomerPayload>(KIND, order)
  }

  jobs(): ComputeCustomerJob[] {
    return this.#ports.jobs.list<ComputeCustomerPayload>(KIND)
  }

  /** A piece of a result that was fetched and rechecked. @throws HearthError RESULT_INCOMPLETE */
  async readResult(order: number, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    const job = this.job(order)
    if (!job?.payload.spec) throw new HearthError('NOT_FOUND', 'this order was not placed from here')
    const total = job.payload.rowsVerified * outputWidth(job.payload.spec)
    if (offset > total) throw new HearthError('RESULT_INCOMPLETE', 'this part is not here yet')
    await using handle = await open(join(this.#ports.work.buyingFolder(order), 'outputs.bin'), 'r')
    const buffer = Buffer.alloc(Math.min(length, total - offset))
    await handle.read(buffer, 0, buffer.length, offset)
    return { chunk: buffer, total }
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (!account) return
    for (const order of this.#ports.reads.activeOrdersOf('buyer', account))
      if (!this.job(order.id)) await this.#adopt(order)
    for (const job of this.jobs()) {
      if (job.state === 'closed') continue
      const order = this.#ports.reads.order(job.subjectId!)
      if (!order) continue
      if (order.state !== 'active') this.#close(job, order)
      else if (!isIdle(job) && !this.#drives.has(order.id)) this.#drive(order.id)
    }
  }

  async #adopt(order: OrderRow): Promise<void> {
    const spec = await this.#ports.work.adopt(order.work, order.id)
    const payload: ComputeCustomerPayload = {
      spec,
      rowsSent: 0,
      rowsFetched: 0,
      rowsVerified: 0,
      rowsChecked: 0,
      operationsPerSecond: 0,
      providerLog: 0,
      receipt: null,
      delivered: false,
    }
    const job = this.#ports.jobs.ensure(KIND, order.id, 'placed', payload)
    if (spec) this.#ports.jobs.log(job, `Order ${order.id} is placed; looking for the machine.`)
    else this.#dispute(job, 'This order’s work is not on this machine. It was placed from another data folder.')
  }

  #close(job: ComputeCustomerJob, order: OrderRow): void {
    // The result is fetched before the provider can settle, so nothing is left to do.
    this.#drives.get(order.id)?.abort.abort()
    const closed = this.#move(job, 'closed', order.state)
    this.#ports.jobs.log(
      closed,
      order.state === 'completed'
        ? 'The order is completed.'
        : 'The order is closed; what was not served has come back.',
    )
  }

  #drive(order: number): void {
    const abort = new AbortController()
    const done = this.#run(order, abort.signal).finally(() => this.#drives.delete(order))
    this.#drives.set(order, { abort, done })
  }

  /** Takes an order from wherever it stands to its end, through restarts and cut connections. */
  async #run(order: number, signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const before = this.job(order)!
      try {
        if (isIdle(before)) return
        await this.#advance(before, signal)
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        const code = error instanceof HearthError ? error.code : 'INTERNAL'
        if (refusals.has(code)) return this.#dispute(this.job(order)!, messageOf(error))
        if (failures++ === 0) this.#ports.jobs.log(before, `Waiting: ${messageOf(error)}`)
        if (code === 'INTERNAL') this.#log.warn('an order’s step failed', { order, error })
        await pause(Math.min(10_000, 300 * 2 ** failures), signal)
      }
    }
  }

  #advance(job: ComputeCustomerJob, signal: AbortSignal): Promise<void> {
    switch (job.state as CustomerOrderState) {
      case 'placed':
        return this.#specify(job)
      case 'sending':
        return this.#send(job, signal)
      case 'running':
        return this.#collect(job, signal)
      case 'finished':
        return this.#deliverReceipt(job)
      default:
        return Promise.resolve()
    }
  }

  async #specify(job: ComputeCustomerJob): Promise<void> {
    const spec = job.payload.spec!
    const { received } = (await this.#ask(job, { type: 'specify', spec })).message
    const moved = this.#move(job, 'accepted', null)
    this.#amend(moved, { rowsSent: Math.floor(received / spec.net.widths[0]!) })
    this.#ports.jobs.log(moved, 'The machine accepted the specification.')
  }

  async #send(job: ComputeCustomerJob, signal: AbortSignal): Promise<void> {
    const spec = job.payload.spec!
    const total = inputBytes(spec)
    await using rows = await open(join(this.#ports.work.buyingFolder(job.subjectId!), 'rows.bin'), 'r')
    // The provider says how much it has, so a cut transfer goes on where it stopped.
    let { received } = (await this.#ask(job, { type: 'specify', spec })).message
    const buffer = Buffer.alloc(MAX_CHUNK_BYTES)
    while (received < total && !signal.aborted) {
      const { bytesRead } = await rows.read(buffer, 0, Math.min(buffer.length, total - received), received)
      const chunk = buffer.subarray(0, bytesRead)
      const { received: next } = (await this.#ask(job, { type: 'put', offset: received }, chunk, 60_000)).message
      if (next > total || (next === received && bytesRead > 0))
        throw new HearthError('PEER_LIED', 'the machine does not take the rows')
      received = next
      this.#amend(job, { rowsSent: Math.floor(received / spec.net.widths[0]!) })
    }
    if (received >= total)
      this.#ports.jobs.log(this.#move(this.job(job.subjectId!)!, 'sent', null), `All ${spec.rows.count} rows are sent.`)
  }

  async #collect(job: ComputeCustomerJob, signal: AbortSignal): Promise<void> {
    const spec = job.payload.spec!
    let current = await this.#verify(await this.#truncateTorn(job))
    while (!signal.aborted) {
      const { rowsFetched, providerLog, rowsVerified } = current.payload
      if (rowsVerified === spec.rows.count) return this.#finish(current)
      const { message: followed } = await this.#ask(current, {
        type: 'follow',
        afterLog: providerLog,
        rowsKnown: rowsFetched,
        waitMs: FOLLOW_WAIT_MS,
      })
      for (const line of followed.log) this.#ports.jobs.log(current, `Machine: ${line.message}`)
      current = this.#amend(current, {
        operationsPerSecond: followed.operationsPerSecond,
        providerLog: followed.log.at(-1)?.seq ?? providerLog,
      })
      const rowsDone = Math.min(followed.rowsDone, spec.rows.count)
      if (rowsDone > current.payload.rowsFetched) {
        current = await this.#fetch(current, rowsDone, signal)
        current = await this.#verify(current)
        await this.#receiptIfDue(current)
        current = this.job(job.subjectId!)!
      }
    }
  }

  /** Outputs count from whole rows on disk, so a crash in mid-write costs a row at most. */
  async #truncateTorn(job: ComputeCustomerJob): Promise<ComputeCustomerJob> {
    const width = outputWidth(job.payload.spec!)
    const file = join(this.#ports.work.buyingFolder(job.subjectId!), 'outputs.bin')
    const size = await stat(file).then(
      (info) => info.size,
      () => 0,
    )
    const rows = Math.floor(size / width)
    await using handle = await open(file, 'a')
    if (size !== rows * width) await handle.truncate(rows * width)
    return this.#amend(job, { rowsFetched: rows, rowsVerified: Math.min(rows, job.payload.rowsVerified) })
  }

  async #fetch(job: ComputeCustomerJob, rowsDone: number, signal: AbortSignal): Promise<ComputeCustomerJob> {
    const width = outputWidth(job.payload.spec!)
    const chunkRows = Math.floor(MAX_CHUNK_BYTES / width)
    await using outputs = await open(join(this.#ports.work.buyingFolder(job.subjectId!), 'outputs.bin'), 'a')
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
    return this.#amend(job, { rowsFetched: rows })
  }

  /** Recomputes a random sample of the rows that came since the last check. The provider cannot know which. */
  async #verify(job: ComputeCustomerJob): Promise<ComputeCustomerJob> {
    const { rowsVerified, rowsFetched, rowsChecked } = job.payload
    if (rowsFetched === rowsVerified) return job
    const fresh = rowsFetched - rowsVerified
    const count = Math.min(
      fresh,
      MAX_SAMPLES,
      Math.max(MIN_SAMPLES, Math.ceil(fresh * this.#ports.config.get().buy.sampledShare)),
    )
    const rows = Array.from({ length: count }, () => randomInt(rowsVerified, rowsFetched))
    const { mismatch } = await this.#ports.checker.client.recheck({
      folder: this.#ports.work.buyingFolder(job.subjectId!),
      rows,
    })
    if (mismatch !== null)
      throw new HearthError('PEER_LIED', `row ${mismatch} is wrong; no more receipts are signed`, { row: mismatch })
    return this.#amend(job, { rowsVerified: rowsFetched, rowsChecked: rowsChecked + count })
  }

  /** A receipt for the time so far, at most one an interval, and only behind rows that were checked. */
  async #receiptIfDue(job: ComputeCustomerJob): Promise<void> {
    const served = this.#served(job.subjectId!)
    const last = job.payload.receipt?.served ?? 0
    if (
      served - last < this.#ports.config.get().buy.receiptEverySeconds ||
      job.payload.rowsVerified === job.payload.spec!.rows.count
    )
      return
    await this.#sendReceipt(await this.#sign(job, served, false))
  }

  async #finish(job: ComputeCustomerJob): Promise<void> {
    const served = Math.max(1, this.#served(job.subjectId!), job.payload.receipt?.served ?? 0)
    const signed = await this.#sign(job, served, true)
    this.#ports.jobs.log(
      this.#move(signed, 'verified', null),
      `All rows are here; ${signed.payload.rowsChecked} were rechecked. Signing the final receipt for ${served} seconds.`,
    )
  }

  async #deliverReceipt(job: ComputeCustomerJob): Promise<void> {
    await this.#sendReceipt(job)
    this.#amend(job, { delivered: true })
  }

  async #sign(job: ComputeCustomerJob, served: number, finished: boolean): Promise<ComputeCustomerJob> {
    const signature = await this.#ports.signReceipt(job.subjectId!, served, finished)
    return this.#amend(job, { receipt: { served, finished, signature } })
  }

  async #sendReceipt(job: ComputeCustomerJob): Promise<void> {
    await this.#ask(job, { type: 'receipt', ...job.payload.receipt! })
  }

  /** Seconds of the term that have passed by the chain's own clock. */
  #served(id: number): number {
    const order = this.#ports.reads.order(id)!
    return Math.max(0, Math.min(this.#ports.monitor.head?.time ?? 0, order.end) - order.start)
  }

  async #ask<T extends keyof OrderMessages>(
    job: ComputeCustomerJob,
    message: { readonly type: T } & z.input<OrderMessages[T]['request']>,
    body: Buffer | null = null,
    timeoutMs = 20_000,
  ): Promise<{ readonly message: z.output<OrderMessages[T]['answer']>; readonly body: Buffer | null }> {
    const order = this.#ports.reads.order(job.subjectId!)
    const machine: MachineRow | null = order && this.#ports.reads.machine(order.machine)
    if (!order || !machine) throw new HearthError('NOT_FOUND', 'the order is not on the chain at present')
    return this.#ports.ask(machine)(orderRoute, { order: order.id }, message, body, timeoutMs)
  }

  #dispute(job: ComputeCustomerJob, why: string): void {
    this.#ports.jobs.log(
      this.#move(job, 'refused', why.slice(0, 300)),
      `${why} The escrow comes back after the order’s end; what was receipted stays paid.`,
    )
  }

  #amend(job: ComputeCustomerJob, change: Partial<ComputeCustomerPayload>): ComputeCustomerJob {
    const current = this.job(job.subjectId!) ?? job
    return this.#ports.jobs.update(current, { payload: { ...current.payload, ...change } })
  }

  #move(
    job: ComputeCustomerJob,
    event: Parameters<typeof nextCustomerState>[1],
    reason: string | null,
  ): ComputeCustomerJob {
    const current = this.job(job.subjectId!) ?? job
    return this.#ports.jobs.update(current, {
      reason,
      state: nextCustomerState(current.state as CustomerOrderState, event),
    })
  }
}

/** Nothing is left for this side to do but to see the order closed. */
const isIdle = (job: ComputeCustomerJob): boolean =>
  job.state === 'disputed' || job.state === 'closed' || (job.state === 'finished' && job.payload.delivered)
