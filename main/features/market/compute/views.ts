import type { ServedOrder } from '../../../../common/api/earn.ts'
import type { BoughtOrder } from '../../../../common/api/market.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import type { ComputeCustomerJob } from './customer-workflow.ts'
import type { ComputeProviderJob } from './provider-workflow.ts'

export function toBoughtOrder(order: OrderRow, job: ComputeCustomerJob | null, units: number | null): BoughtOrder {
  if (!job) return { order, job: null }
  const { rowsSent, rowsFetched, rowsChecked, operationsPerSecond, receipt } = job.payload
  return {
    order,
    job: {
      state: job.state,
      reason: job.reason,
      rows: units,
      rowsSent,
      rowsFetched,
      rowsChecked,
      operationsPerSecond,
      receiptServed: receipt?.served ?? null,
    },
  }
}

export function toServedOrder(order: OrderRow, job: ComputeProviderJob | null, units: number | null): ServedOrder {
  const payload = job?.payload
  return {
    order,
    state: job?.state ?? (order.state === 'active' ? 'placed' : 'closed'),
    reason: job?.reason ?? null,
    rows: units,
    rowsDone: payload?.rowsDone ?? 0,
    operationsPerSecond: payload?.operationsPerSecond ?? 0,
    receiptServed: payload?.receipt?.served ?? null,
  }
}
