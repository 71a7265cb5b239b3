import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import type { Overview } from '../../common/api/system.ts'
import { api, query } from './transport.ts'

export const useOverviewStore = create<{ overview: Overview | null }>(() => ({ overview: null }))

/** The small state that every screen shows. Only under the layout, which waits for it. */
export const useOverview = (): Overview => useOverviewStore((state) => state.overview!)

const RETRY_MS = 1_000

/** Follows the host for as long as the signal lives, through restarts, and refreshes what a change concerns. */
export async function followOverview(client: QueryClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      let last: Overview | null = null
      for await (const overview of await api.system.watch({}, { signal })) {
        useOverviewStore.setState({ overview })
        refresh(client, last, overview)
        last = overview
      }
    } catch {
      // The connection state says so on the screen.
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

/** Marks what changed as stale. Streams are left alone: they refresh themselves and would never be done. */
function refresh(client: QueryClient, last: Overview | null, next: Overview): void {
  const earn = [
    query.earn.machine.key(),
    query.earn.orders.key(),
    query.earn.earnings.key(),
    query.earn.payments.key(),
    query.earn.benchmarks.key(),
  ]
  const topics: Record<keyof Overview['revision'], readonly (readonly unknown[])[]> = {
    market: [
      query.market.key(),
      query.jobs.hired.key(),
      query.jobs.provided.key(),
      query.jobs.jury.key(),
      query.explorer.key(),
      query.wallet.held.key(),
      ...earn,
      query.doctor.key(),
    ],
    transactions: [query.wallet.key(), query.doctor.key()],
    orders: [
      query.jobs.hired.key(),
      query.jobs.provided.key(),
      query.jobs.jury.key(),
      query.market.orders.key(),
      query.market.order.key(),
      query.market.totals.key(),
      query.earn.orders.key(),
      query.doctor.key(),
    ],
    machine: [...earn, query.doctor.key()],
    settings: [query.system.settings.key(), query.doctor.key()],
  }
  const changed = (Object.keys(topics) as (keyof typeof topics)[]).filter(
    (topic) => last?.revision[topic] !== next.revision[topic],
  )
  for (const queryKey of changed.flatMap((topic) => topics[topic])) void client.invalidateQueries({ queryKey })
}
