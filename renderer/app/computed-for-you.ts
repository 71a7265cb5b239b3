import { useQuery } from '@tanstack/react-query'
import { query } from '../state/transport.ts'

/** How many orders and training jobs of one's own other machines have at present. */
export function useComputedForYou(): number {
  const orders = useQuery(query.market.orders.queryOptions({ input: { active: true } })).data ?? []
  const jobs = useQuery(query.jobs.hired.queryOptions()).data ?? []
  return orders.length + jobs.filter(({ own }) => own !== null && own.state !== 'closed').length
}
