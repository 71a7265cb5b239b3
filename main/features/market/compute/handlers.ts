import { implement } from '@orpc/server'
import { marketContract, type BoughtOrder } from '../../../../common/api/market.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { base64Of } from '../../../core/file-pieces.ts'
import type { JobStore } from '../../../core/jobs.ts'
import { watch } from '../../../core/watch.ts'
import type { WorkRegistry } from '../../../work/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { ComputeCustomerWorkflow } from './customer-workflow.ts'
import type { HardwareInquiry } from './hardware-inquiry.ts'
import type { MarketRepository } from './market-repository.ts'
import type { ComputeProviderWorkflow } from './provider-workflow.ts'
import { readOrder } from './ordered-work.ts'
import { toBoughtOrder, toOrderedWork } from './views.ts'
import type { WorkStore } from './work-store.ts'

const RESULT_CHUNK = 256 * 1024

/** Orders of compute time, from the customer's side: from the contract to the services. */
export function marketHandlers({
  buying,
  hardware,
  jobs,
  kinds,
  reads,
  serving,
  wallet,
  work,
}: {
  readonly buying: ComputeCustomerWorkflow
  readonly hardware: HardwareInquiry
  readonly jobs: JobStore
  readonly kinds: WorkRegistry
  readonly reads: MarketRepository
  readonly serving: ComputeProviderWorkflow
  readonly wallet: WalletService
  readonly work: WorkStore
}) {
  const os = implement(marketContract).$context<CallContext>()
  const bought = (order: OrderRow): BoughtOrder => {
    const job = buying.job(order.id)
    return toBoughtOrder(order, job, buying.ordered(job))
  }
  const boughtOrder = (id: number): BoughtOrder => {
    const order = reads.order(id)
    if (!order) throw new HearthError('NOT_FOUND', `there is no order ${id}`)
    return bought(order)
  }
  return {
    offers: os.offers.handler(() =>
      reads.openOffers().map((offer) => ({ ...offer, hardware: hardware.of(offer.machine) })),
    ),
    orders: os.orders.handler(({ input }) =>
      wallet.addressOrNull() ? reads.ordersOf('buyer', wallet.address(), input).map(bought) : [],
    ),
    totals: os.totals.handler(() =>
      wallet.addressOrNull() ? reads.totalsOf(wallet.address()) : { orders: 0, finished: 0, paid: 0n },
    ),
    order: os.order.handler(({ input }) => boughtOrder(input.id)),
    watchOrder: os.watchOrder.handler(async function* ({ input, signal }) {
      boughtOrder(input.id)
      let seq = 0
      const subscribe = (changed: () => void): (() => void) =>
        jobs.events.on('changed', ({ subjectId }) => subjectId === input.id && changed())
      const snapshot = () => {
        const job = buying.job(input.id) ?? serving.job(input.id)
        const log = job ? jobs.logAfter(job.id, seq) : []
        seq = log.at(-1)?.seq ?? seq
        return { order: boughtOrder(input.id), log }
      }
      for await (const next of watch(subscribe, snapshot, signal)) {
        yield next
        if (next.order.order.state !== 'active' && next.log.length === 0) return
      }
    }),
    kinds: os.kinds.handler(() => kinds.orders.map(({ kind: { type }, form }) => ({ kind: type, form }))),
    prepareWork: os.prepareWork.handler(async ({ input }) => {
      const { kind, request } = kinds.request(input.kind, input.request)
      const { hash, spec } = await work.prepare(kind, request)
      return { hash, work: toOrderedWork(readOrder(kinds, spec)) }
    }),
    readResult: os.readResult.handler(async ({ input }) => {
      const piece = await buying.readResult(input.id, input.offset, RESULT_CHUNK)
      return { ...base64Of(piece), unitBytes: piece.unitBytes }
    }),
    prices: os.prices.handler(() => {
      const prices = reads.openOffers().map((offer) => offer.price)
      const [low, median, high] = [prices[0], prices[Math.floor(prices.length / 2)], prices.at(-1)]
      return low === undefined || median === undefined || high === undefined
        ? null
        : { offers: prices.length, low, median, high }
    }),
  }
}
