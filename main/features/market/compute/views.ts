import type { ServedOrder } from '../../../../common/api/earn.ts'
import type { BoughtOrder } from '../../../../common/api/market.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import type { CustomerOrderState } from '../../../../common/model/order-state.ts'
import type { ComputeCustomerJob } from './customer-workflow.ts'
import type { ComputeProviderJob } from './provider-workflow.ts'

export function toBoughtOrder(order: OrderRow, job: ComputeCustomerJob | null): BoughtOrder {
  if (!job) return { order, job: null }
  const { spec, rowsSent, rowsFetched, rowsChecked, operationsPerSecond, receipt } = job.payload
  return {
    order,
    job: {
      state: job.state as CustomerOrderState,
      reason: job.reason,
      rows: spec?.rows.count ?? null,
      rowsSent,
      rowsFetched,
      rowsChecked,
      operationsPerSecond,
      receiptServed: receipt?.served ?? null,
    },
  }
}

export function toServedOrder(order: OrderRow, job: ComputeProviderJob | null): ServedOrder {
  const payload = job?.payload
  return {
    order,
    state: job?.state ?? (order.state === 'active' ? 'placed' : 'closed'),
    reason: job?.reason ?? null,
    rows: payload?.spec?.rows.count ?? null,
    rowsDone: payload?.rowsDone ?? 0,
    operationsPerSecond: payload?.operationsPerSecond ?? 0,
    receiptServed: payload?.receipt?.served ?? null,
  }
}
