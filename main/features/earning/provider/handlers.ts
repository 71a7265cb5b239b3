import { implement } from '@orpc/server'
import { earnContract, type Earnings, type ServedOrder } from '../../../../common/api/earn.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import { ROWS_A_PAGE } from '../../../../common/model/pages.ts'
import type { CallContext } from '../../../core/call-context.ts'
import type { Clock } from '../../../core/clock.ts'
import { watch } from '../../../core/watch.ts'
import type { MachineService } from '../../machine/hardware/index.ts'
import { toServedOrder, type ComputeProviderWorkflow, type MarketRepository } from '../../market/compute/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { EarningService } from './earning-service.ts'

/** Earning with this machine: from the contract to the services. */
export function earnHandlers({
  clock,
  earning,
  earnings,
  machine,
  reads,
  serving,
  wallet,
}: {
  readonly clock: Clock
  readonly earning: EarningService
  readonly earnings: () => Earnings
  readonly machine: MachineService
  readonly reads: MarketRepository
  readonly serving: ComputeProviderWorkflow
  readonly wallet: WalletService
}) {
  const os = implement(earnContract).$context<CallContext>()
  const served = (order: OrderRow): ServedOrder => {
    const job = serving.job(order.id)
    return toServedOrder(order, job, serving.ordered(job))
  }
  return {
    machine: os.machine.handler(async () => {
      const registered = earning.myMachine()
      return {
        report: await machine.report(),
        benchmark: machine.latest(),
        progress: machine.progress,
        registered,
        stake: registered ? reads.stakeOf(registered.id) : 0n,
        offer: registered ? reads.openOffer(registered.id) : null,
        freeDiskBytes: await machine.freeDisk(),
      }
    }),
    measure: os.measure.handler(({ input }) => machine.measure(input.quick)),
    cancelMeasure: os.cancelMeasure.handler(() => (machine.cancel(), {})),
    watchMeasure: os.watchMeasure.handler(({ signal }) =>
      watch(
        (changed) => machine.events.on('progress', changed),
        () => machine.progress,
        signal,
      ),
    ),
    benchmarks: os.benchmarks.handler(() => machine.history()),
    start: os.start.handler(() => earning.begin()),
    stop: os.stop.handler(() => earning.end()),
    snooze: os.snooze.handler(({ input }) => earning.snooze(clock.now() + input.minutes * 60_000)),
    stopAfterOrder: os.stopAfterOrder.handler(() => earning.endAfterOrder()),
    orders: os.orders.handler(({ input }) =>
      wallet.addressOrNull() ? reads.ordersOf('provider', wallet.address(), input).map(served) : [],
    ),
    earnings: os.earnings.handler(() => {
      const { rows: _, ...sums } = earnings()
      return sums
    }),
    payments: os.payments.handler(({ input }) => earnings().rows.slice(input.offset, input.offset + ROWS_A_PAGE)),
  }
}
