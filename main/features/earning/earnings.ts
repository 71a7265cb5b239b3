import type { Earnings } from '../../../common/api/earn.ts'
import type { OrderRow } from '../../../common/model/market.ts'

const DAY = 86_400
const DAYS_SHOWN = 30

interface JobPayment {
  readonly job: number
  readonly machine: number
  readonly time: number
  readonly paid: bigint
  readonly transaction: string
}

/** What an account was paid, from its orders as provider and the milestones of training jobs. `now` is chain time; days are UTC. */
export function earningsOf(orders: readonly OrderRow[], payments: readonly JobPayment[], now: number): Earnings {
  const rows: Earnings['rows'] = [
    ...orders.flatMap(({ id, machine, paid, served, closedTx, closedTime }) => (paid > 0n && closedTx !== null && closedTime !== null ? [{ kind: 'order' as const, id, machine, time: closedTime, paid, served, transaction: closedTx }] : [])),
    ...payments.map(({ job, ...payment }) => ({ kind: 'job' as const, id: job, served: null, ...payment })),
  ].toSorted((a, b) => b.time - a.time)
  const since = (seconds: number): bigint => rows.filter((row) => row.time >= now - seconds).reduce((sum, row) => sum + row.paid, 0n)
  const byDay = new Map<string, bigint>()
  for (let back = DAYS_SHOWN - 1; back >= 0; back--) byDay.set(dayOf(now - back * DAY), 0n)
  for (const row of rows) {
    const day = dayOf(row.time)
    if (byDay.has(day)) byDay.set(day, byDay.get(day)! + row.paid)
  }
  return {
    lifetime: rows.reduce((sum, row) => sum + row.paid, 0n),
    last24h: since(DAY),
    last7d: since(7 * DAY),
    last30d: since(30 * DAY),
    days: [...byDay].map(([day, earned]) => ({ day, earned })),
    rows,
  }
}

const dayOf = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10)
