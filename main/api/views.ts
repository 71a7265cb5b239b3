import type { ServedOrder } from '../../common/api/earn.ts'
import type { BoughtOrder } from '../../common/api/market.ts'
import type { TransactionRow } from '../../common/api/wallet.ts'
import type { OrderRow } from '../../common/model/market.ts'
import type { OwnTransaction } from '../features/chain/index.ts'
import type { ComputeCustomerJob, ComputeProviderJob } from '../features/market/compute/index.ts'

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

export function toTransactionRow({
  id,
  action,
  state,
  attempts,
  hash,
  block,
  fee,
  error,
  created,
}: OwnTransaction): TransactionRow {
  return {
    id,
    kind: action.kind,
    state,
    hash: hash ?? attempts.at(-1)?.hash ?? null,
    block,
    fee,
    error: error ? (JSON.parse(error) as TransactionRow['error']) : null,
    created,
  }
}

/** A piece of a file as it goes over the wire. */
export const base64Of = ({
  chunk,
  total,
}: {
  readonly chunk: Buffer
  readonly total: number
}): { chunk: string; total: number } => ({ chunk: chunk.toString('base64'), total })
