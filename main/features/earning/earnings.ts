import type { Earnings } from '../../../common/api/earn.ts'
import type { OrderRow } from '../../../common/model/market.ts'

const DAY = 86_400
const DAYS_SHOWN = 30

/** What an account was paid, from its orders as provider. `now` is chain time; days are UTC. */
export function earningsOf(orders: readonly OrderRow[], now: number): Earnings {
  const paid = orders.filter((order) => order.paid > 0n && order.closedTx !== null && order.closedTime !== null)
  const since = (seconds: number): bigint => paid.filter((order) => order.closedTime! >= now - seconds).reduce((sum, order) => sum + order.paid, 0n)
  const byDay = new Map<string, bigint>()
  for (let back = DAYS_SHOWN - 1; back >= 0; back--) byDay.set(dayOf(now - back * DAY), 0n)
  for (const order of paid) {
    const day = dayOf(order.closedTime!)
    if (byDay.has(day)) byDay.set(day, byDay.get(day)! + order.paid)
  }
  return {
    lifetime: paid.reduce((sum, order) => sum + order.paid, 0n),
    last24h: since(DAY),
    last7d: since(7 * DAY),
    last30d: since(30 * DAY),
    days: [...byDay].map(([day, earned]) => ({ day, earned })),
    rows: paid.map((order) => ({ order: order.id, machine: order.machine, time: order.closedTime!, paid: order.paid, served: order.served, transaction: order.closedTx! })),
  }
}

const dayOf = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10)
