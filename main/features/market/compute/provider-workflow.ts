import {
  providerMoves,
  type ProviderOrderEvent,
  type ProviderOrderState,
} from '../../../../common/model/order-state.ts'
import { plain } from '../../../../common/model/job-saying-names.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { ChainMonitor, SentStep } from '../../chain/index.ts'
import { ProviderWorkflow, type ChainPorts } from '../../chain-workflow/index.ts'
import type { AnyWorkKind, WorkRegistry } from '../../../work/index.ts'
import type { MarketRepository } from './market-repository.ts'
import type { Receipt } from './receipt.ts'
import type { WorkStore } from './work-store.ts'
import { knownWork, piecesOf, problemOf, readOrder, type OrderedWork } from './ordered-work.ts'

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

interface Ports extends ChainPorts {
  readonly jobs: JobStore
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly kinds: WorkRegistry
  readonly monitor: ChainMonitor
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
    return knownWork(this.#ports.kinds, spec)?.kind ?? null
  }

  protected adopt({ id }: OrderRow): void {
    const job = this.jobs.open(id, 'placed', {
      spec: null,
      rowsDone: 0,
      operationsPerSecond: 0,
      receipt: null,
      sent: null,
    })
    this.jobs.report(job, { code: 'orderArrived', args: { order: id } })
  }

  protected async advance(job: ComputeProviderJob, order: OrderRow): Promise<void> {
    if (order.state !== 'active') return this.#close(job, order)
    await this.#end(job, order)
    const current = this.jobs.get(order.id) ?? job
    const problem = problemOf(this.#ports.kinds, current.payload.spec)
    if (problem !== null) return void this.jobs.block(current, problem)
    // Nobody sends the inputs of a kind that has none.
    if (current.state === 'fetching' && this.#work(current).inputBytes === 0) return this.#prepare(current)
    if (current.state === 'running' || current.state === 'paused')
      this.work(current, {
        execute: (signal) => this.#compute(order.id, signal),
        failed: () => plain('engineStopped'),
      })
  }

  async #prepare(job: ComputeProviderJob): Promise<void> {
    const { kind, spec } = this.#work(job)
    await kind.prepare({ folder: this.#ports.work.servingFolder(job.subjectId), spec })
    this.jobs.move(job, 'ready', { words: plain('noInputs') })
    this.poke()
  }

  async #close(job: ComputeProviderJob, order: OrderRow): Promise<void> {
    await this.background.cancel(order.id)
    const words = plain(order.state === 'completed' ? 'orderPaid' : 'orderClosed')
    this.jobs.move(job, 'closed', { words, reason: words })
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
        { code: 'settling', args: { time: receipt.served } },
      )
    else await this.send(job, order, { kind: 'fail', order: order.id }, plain('noReceipt'))
  }

  async #compute(order: number, signal: AbortSignal): Promise<void> {
    const job = this.#job(order)
    const { kind, spec, units } = this.#work(job)
    this.jobs.report(
      job,
      job.payload.rowsDone
        ? { code: 'computingOn', args: { done: job.payload.rowsDone, count: units, pieces: piecesOf(kind) } }
        : { code: 'computing', args: { count: units, pieces: piecesOf(kind) } },
    )
    const folder = this.#ports.work.servingFolder(order)
    for await (const progress of kind.execute({ folder, spec }, signal)) {
      const { done, rate } = kind.progressed(spec, progress)
      this.jobs.amend(job, { rowsDone: done, operationsPerSecond: rate })
    }
    const after = this.#job(order)
    if (after.state !== 'running' || after.payload.rowsDone < units) return
    this.jobs.move(after, 'finished', { words: { code: 'computed', args: { pieces: piecesOf(kind) } } })
  }

  /** What an order is about; null where that is not known here. */
  ordered(job: ComputeProviderJob | null): OrderedWork | null {
    return knownWork(this.#ports.kinds, job?.payload.spec ?? null)
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
}
