import type { ServedOrder } from '../../../../common/api/earn.ts'
import type { BoughtOrder, OrderedWork } from '../../../../common/api/market.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import type { ComputeCustomerJob } from './customer-workflow.ts'
import type { OrderedWork as Ordered } from './ordered-work.ts'
import type { ComputeProviderJob } from './provider-workflow.ts'

export const toOrderedWork = ({ kind, spec, units }: Ordered): OrderedWork => ({
  kind: kind.type,
  words: kind.describe(spec),
  units,
  unit: kind.units,
  result: kind.result,
})

export function toBoughtOrder(order: OrderRow, job: ComputeCustomerJob | null, work: Ordered | null): BoughtOrder {
  if (!job) return { order, job: null }
  const { rowsSent, rowsFetched, rowsChecked, operationsPerSecond, receipt } = job.payload
  return {
    order,
    job: {
      state: job.state,
      reason: job.reason,
      work: work && toOrderedWork(work),
      unitsSent: rowsSent,
      unitsFetched: rowsFetched,
      unitsChecked: rowsChecked,
      operationsPerSecond,
      receiptServed: receipt?.served ?? null,
    },
  }
}

export function toServedOrder(order: OrderRow, job: ComputeProviderJob | null, work: Ordered | null): ServedOrder {
  const payload = job?.payload
  return {
    order,
    state: job?.state ?? (order.state === 'active' ? 'placed' : 'closed'),
    reason: job?.reason ?? null,
    work: work && toOrderedWork(work),
    unitsDone: payload?.rowsDone ?? 0,
    operationsPerSecond: payload?.operationsPerSecond ?? 0,
    receiptServed: payload?.receipt?.served ?? null,
  }
}
