import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { RunningItem } from '../../../app/running-item.tsx'
import { rate, shareOf } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'

const speedOf = (operations: number): string | undefined => (operations > 0 ? rate(operations, 'OP/s') : undefined)

/** Orders under way, served here or bought from others. */
export function Running() {
  const { t } = useTranslation()
  const served = useQuery(query.earn.orders.queryOptions()).data?.filter((it) => it.order.state === 'active')
  const bought = useQuery(query.market.orders.queryOptions()).data?.filter((it) => it.order.state === 'active')
  return (
    <>
      {served?.map((it) => (
        <RunningItem
          key={`served ${it.order.id}`}
          to="/earn"
          title={t('running.served', { id: it.order.id })}
          state={t(`serving.${it.state}` as 'serving.running')}
          share={shareOf(it.rowsDone, it.rows)}
          text={t('running.rows', { done: it.rowsDone, rows: it.rows ?? '–' })}
          speed={speedOf(it.operationsPerSecond)}
        />
      ))}
      {bought?.map(({ order, job }) => (
        <RunningItem
          key={`bought ${order.id}`}
          to={`/market/${order.id}`}
          title={t('running.bought', { id: order.id })}
          state={t(`buying.${job?.state ?? 'elsewhere'}`)}
          share={shareOf(job?.rowsFetched ?? 0, job?.rows ?? null)}
          text={t('running.rows', { done: job?.rowsFetched ?? 0, rows: job?.rows ?? '–' })}
          speed={speedOf(job?.operationsPerSecond ?? 0)}
        />
      ))}
    </>
  )
}
