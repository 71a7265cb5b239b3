import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { rate } from '../../lib/format.ts'
import { query } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { layout } from '../../ui/layout.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Empty } from '../../ui/state.tsx'

/** Orders under way, on either side. */
export function RunningCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const served = useQuery(query.earn.orders.queryOptions()).data?.filter((it) => it.order.state === 'active') ?? []
  const bought = useQuery(query.market.orders.queryOptions()).data?.filter((it) => it.order.state === 'active') ?? []
  const items = [
    ...served.map((it) => ({ key: `s${it.order.id}`, to: '/earn', title: t('running.served', { id: it.order.id }), state: t(`serving.${it.state}` as 'serving.running'), done: it.rowsDone, rows: it.rows, speed: it.operationsPerSecond })),
    ...bought.map((it) => ({ key: `b${it.order.id}`, to: `/market/${it.order.id}`, title: t('running.bought', { id: it.order.id }), state: t(`buying.${it.job?.state ?? 'elsewhere'}`), done: it.job?.rowsFetched ?? 0, rows: it.job?.rows ?? null, speed: it.job?.operationsPerSecond ?? 0 })),
  ]
  return (
    <Card title={t('running.title')} className={className}>
      {items.length === 0 && <Empty>{t('running.none')}</Empty>}
      <div className={layout.stack}>
        {items.map((item) => (
          <div key={item.key} className={layout.tight}>
            <div className={layout.between}>
              <span>
                <Link to={item.to}>{item.title}</Link> · {item.state}
              </span>
              <span className={layout.muted}>{item.speed > 0 ? rate(item.speed, 'OP/s') : ''}</span>
            </div>
            <Progress share={item.rows ? item.done / item.rows : 0} label={item.title} />
            <span className={layout.tiny}>{t('running.rows', { done: item.done, rows: item.rows ?? '–' })}</span>
          </div>
        ))}
      </div>
    </Card>
  )
}
