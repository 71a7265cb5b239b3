import type { Earnings } from '../../../../common/api/earn.ts'
import type { PaidOrder } from '../../market/compute/index.ts'

const DAY = 86_400
const DAYS_SHOWN = 30
const HOUR = 3_600
const HOURS_SHOWN = 24

/** What was paid for something else than an order. */
interface Payment {
  readonly kind: 'job' | 'sale' | 'royalty'
  readonly id: number
  readonly machine: number | null
  readonly time: number
  readonly paid: bigint
  readonly transaction: string
}

/**
 * What an account was paid, from its orders as provider, the milestones of training jobs, and data. `now` is chain
 * time; days are UTC.
 */
export function earningsOf(orders: readonly PaidOrder[], payments: readonly Payment[], now: number): Earnings {
  const rows: Earnings['rows'] = [
    ...orders.map((order) => ({ ...order, kind: 'order' as const })),
    ...payments.map((payment) => ({ ...payment, served: null })),
  ].toSorted((a, b) => b.time - a.time)
  const since = (seconds: number): bigint =>
    rows.filter((row) => row.time >= now - seconds).reduce((sum, row) => sum + row.paid, 0n)
  return {
    lifetime: rows.reduce((sum, row) => sum + row.paid, 0n),
    last24h: since(DAY),
    last7d: since(7 * DAY),
    last30d: since(30 * DAY),
    days: periods(rows, now, DAY, DAYS_SHOWN),
    hours: periods(rows, now, HOUR, HOURS_SHOWN),
    rows,
  }
}

/** What was earned in each of the last periods, the one that runs now last. */
function periods(
  rows: Earnings['rows'],
  now: number,
  length: number,
  count: number,
): { start: number; earned: bigint }[] {
  const last = Math.floor(now / length)
  const earned = Array.from({ length: count }, () => 0n)
  for (const { time, paid } of rows) {
    const at = count - 1 - (last - Math.floor(time / length))
    if (at >= 0 && at < count) earned[at]! += paid
  }
  return earned.map((sum, at) => ({ start: (last - count + 1 + at) * length, earned: sum }))
}
