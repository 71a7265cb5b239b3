import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { VaultNetwork } from '../../../../common/children/vault.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { LogLine } from '../../../../common/model/job-saying.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import {
  providerMoves,
  type ProviderOrderEvent,
  type ProviderOrderState,
} from '../../../../common/model/order-state.ts'
import { pause } from '../../../core/clock.ts'
import { asDiskError } from '../../../core/files.ts'
import { JobTable } from '../../../core/job-table.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { PartyService } from '../../peers/index.ts'
import type { MachineFacts, SecondsKind, WorkRegistry } from '../../../work/index.ts'
import type { MarketRepository } from './market-repository.ts'
import type { OrderMessages, OrderSubject } from './order-messages.ts'
import { piecesOf, readOrder, type OrderedWork } from './ordered-work.ts'
import type { ComputeProviderJob, ComputeProviderPayload } from './provider-workflow.ts'
import { isReceiptOf, type Receipt } from './receipt.ts'
import type { WorkStore } from './work-store.ts'

const ANSWER_STEP_MS = 150

interface Ports {
  readonly jobs: JobStore
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly kinds: WorkRegistry
  readonly network: VaultNetwork
  readonly account: () => string | null
  readonly facts: () => Promise<Omit<MachineFacts, 'pricePerSecond'>>
  /** Told when the chain's side has something to do: rows that are whole, or a better receipt. */
  readonly onNews: () => void
}
interface Party {
  readonly order: OrderRow
  readonly job: ComputeProviderJob
}

/** What a provider answers the buyer of an order: takes the work in, shows how far it is, hands results out. */
export class OrderAnswers implements PartyService<OrderSubject, OrderMessages, Party> {
  readonly #ports: Ports
  readonly #jobs: JobTable<ProviderOrderState, ProviderOrderEvent, ComputeProviderPayload>

  constructor(ports: Ports) {
    this.#ports = ports
    this.#jobs = new JobTable(ports.jobs, 'serve', providerMoves)
  }

  readonly party = ({ order: id }: OrderSubject, wallet: string): Party => {
    const [order, job] = [this.#ports.reads.order(id), this.#jobs.get(id)]
    // The customer may have seen the block first; it asks again.
    if (!order || !job) throw new HearthError('NOT_FOUND', 'this order has not been seen on the chain here yet')
    if (order.provider !== this.#ports.account()?.toLowerCase() || order.buyer !== wallet)
      throw new HearthError('NOT_A_PARTY', 'this order is not between us')
    return { order, job }
  }

  readonly answers: PartyService<OrderSubject, OrderMessages, Party>['answers'] = {
    specify: async ({ message, party }) => ({ message: { received: await this.#specify(party, message.spec) } }),
    put: async ({ message, party, body }) => ({
      message: { received: await this.#put(party.job, message.offset, body) },
    }),
    follow: async ({ message, party }) => ({ message: await this.#follow(party.order.id, message) }),
    get: async ({ message, party }) => ({
      message: {},
      body: await this.#get(party.job, message.offset, message.length),
    }),
    receipt: async ({ message, party }) => {
      this.#accept(party, message)
      return { message: {} }
    },
  }

  async #specify({ order, job }: Party, given: unknown): Promise<number> {
    const { kind, spec, inputBytes, outputBytes, units } = readOrder(this.#ports.kinds, given)
    if (kind.hash(spec) !== order.work)
      throw new HearthError('WORK_MISMATCH', 'this specification is not the one that the order names')
    const seconds = job.state === 'placed' ? await this.#quoted(kind, spec, order) : 0
    const folder = await this.#ports.work.openServing(order.id, spec, inputBytes + outputBytes)
    if (this.#jobs.get(order.id)?.state === 'placed')
      this.#jobs.move(this.#jobs.amend(job, { spec }), 'specified', {
        words: { code: 'specified', args: { count: units, pieces: piecesOf(kind), time: Math.ceil(seconds) } },
      })
    return job.state === 'placed' || job.state === 'fetching' ? sizeOf(join(folder, 'rows.bin')) : inputBytes
  }

  /** Seconds that an order takes here. @throws HearthError with the kind's own refusal */
  async #quoted(kind: SecondsKind, spec: unknown, { price }: OrderRow): Promise<number> {
    const quote = await kind.quote(spec, { ...(await this.#ports.facts()), pricePerSecond: price })
    if (quote.refusal) throw new HearthError(quote.refusal.code, quote.refusal.why)
    return quote.seconds
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
    if (size + body.length > inputBytes) throw new HearthError('MESSAGE_TOO_LARGE', 'more than the specification names')
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
    if (this.#jobs.get(job.subjectId)?.state !== 'fetching') return
    this.#jobs.move(job, 'ready', { words: { code: 'inputsComplete', args: { pieces: piecesOf(kind) } } })
    this.#ports.onNews()
  }

  /** What a job's order is about. @throws HearthError before it is specified */
  #work({ payload: { spec } }: ComputeProviderJob): OrderedWork {
    if (spec === null) throw new HearthError('BAD_MESSAGE', 'the specification comes first')
    return readOrder(this.#ports.kinds, spec)
  }

  /** Waits until there is something the customer does not know, or the wait is over. */
  async #follow(
    order: number,
    { afterLog, rowsKnown, waitMs }: { afterLog: number; rowsKnown: number; waitMs: number },
  ): Promise<{ state: ProviderOrderState; rowsDone: number; operationsPerSecond: number; log: LogLine[] }> {
    const deadline = performance.now() + waitMs
    for (;;) {
      const job = this.#jobs.get(order)
      if (!job) throw new HearthError('NOT_FOUND', `there is no job for order ${order}`)
      const { rowsDone, operationsPerSecond } = job.payload
      const log = this.#jobs.linesAfter(job, afterLog)
      if (log.length > 0 || rowsDone > rowsKnown || job.state === 'closed' || performance.now() >= deadline)
        return { state: job.state, rowsDone, operationsPerSecond, log }
      await pause(ANSWER_STEP_MS)
    }
  }

  async #get(job: ComputeProviderJob, offset: number, length: number): Promise<Buffer> {
    const available = job.payload.rowsDone * this.#work(job).unitBytes
    if (offset >= available) throw new HearthError('RESULT_INCOMPLETE', 'this part is not computed yet')
    await using handle = await open(join(this.#ports.work.servingFolder(job.subjectId), 'outputs.bin'), 'r')
    const buffer = Buffer.alloc(Math.min(length, available - offset))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
    return buffer.subarray(0, bytesRead)
  }

  /** Keeps a receipt that is better than the last; an older or replayed one changes nothing. */
  #accept({ order, job }: Party, receipt: Receipt): void {
    if (receipt.served > order.end - order.start || !isReceiptOf(this.#ports.network, order, receipt))
      throw new HearthError('BAD_MESSAGE', 'this receipt is not good for this order')
    const best = job.payload.receipt
    if (
      best &&
      (receipt.served < best.served ||
        (receipt.served === best.served && !receipt.finished) ||
        (best.finished && !receipt.finished))
    )
      return
    this.#jobs.report(this.#jobs.amend(job, { receipt }), {
      code: receipt.finished ? 'finalReceipt' : 'receipt',
      args: { time: receipt.served },
    })
    this.#ports.onNews()
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.size,
    () => 0,
  )
}
