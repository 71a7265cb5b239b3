import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { rate } from '../../lib/format.ts'
import { useData } from '../../state/data.ts'
import { query } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { layout } from '../../ui/layout.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Empty } from '../../ui/state.tsx'

const share = (done: number, of: number | null): number => (of ? done / of : 0)

/** Orders and training jobs under way, on either side. */
export function RunningCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const served = useQuery(query.earn.orders.queryOptions()).data?.filter((it) => it.order.state === 'active') ?? []
  const bought = useQuery(query.market.orders.queryOptions()).data?.filter((it) => it.order.state === 'active') ?? []
  const hired =
    useQuery(query.jobs.hired.queryOptions()).data?.filter(({ own }) => own !== null && own.state !== 'closed') ?? []
  const provided = useQuery(query.jobs.provided.queryOptions()).data?.filter(({ state }) => state !== 'closed') ?? []
  const data = useData()
  const selling = data?.sold.filter(({ sale }) => sale.state === 'paid' || sale.state === 'delivered') ?? []
  const buying = data?.bought.filter(({ own }) => own && ['waiting', 'opened', 'fetched'].includes(own.state)) ?? []
  const items = [
    ...served.map((it) => ({
      key: `s${it.order.id}`,
      to: '/earn',
      title: t('running.served', { id: it.order.id }),
      state: t(`serving.${it.state}` as 'serving.running'),
      share: share(it.rowsDone, it.rows),
      text: t('running.rows', { done: it.rowsDone, rows: it.rows ?? '–' }),
      speed: it.operationsPerSecond,
      unit: 'OP/s',
    })),
    ...bought.map((it) => ({
      key: `b${it.order.id}`,
      to: `/market/${it.order.id}`,
      title: t('running.bought', { id: it.order.id }),
      state: t(`buying.${it.job?.state ?? 'elsewhere'}`),
      share: share(it.job?.rowsFetched ?? 0, it.job?.rows ?? null),
      text: t('running.rows', { done: it.job?.rowsFetched ?? 0, rows: it.job?.rows ?? '–' }),
      speed: it.job?.operationsPerSecond ?? 0,
      unit: 'OP/s',
    })),
    ...provided.map((it) => ({
      key: `p${it.job.id}`,
      to: '/earn',
      title: t('running.provided', { id: it.job.id }),
      state: t(`providing.${it.state}`),
      share: share(it.step, it.work?.steps ?? null),
      text: t('running.steps', { done: it.step, steps: it.work?.steps ?? '–' }),
      speed: it.tokensPerSecond,
      unit: 'tokens/s',
    })),
    ...hired.map((it) => ({
      key: `h${it.job.id}`,
      to: `/train/${it.own!.run}`,
      title: t('running.hired', { id: it.job.id }),
      state: t(`hiring.${it.own!.state}`),
      share: share(it.own!.step, it.own!.milestones.at(-1)!),
      text: t('running.steps', { done: it.own!.step, steps: it.own!.milestones.at(-1)! }),
      speed: 0,
      unit: '',
    })),
    ...selling.map(({ sale, name }) => ({
      key: `d${sale.id}`,
      to: '/data',
      title: t('running.selling', { id: sale.id }),
      state: t(`data.saleStates.${sale.state}`),
      share: null,
      text: name,
      speed: 0,
      unit: '',
    })),
    ...buying.map(({ sale, own }) => ({
      key: `g${sale.id}`,
      to: `/data/purchase/${sale.id}`,
      title: t('running.buying', { id: sale.id }),
      state: t(`data.purchaseStates.${own!.state}`),
      share: share(own!.bytes, own!.of),
      text: own!.name,
      speed: 0,
      unit: '',
    })),
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
              <span className={layout.muted}>{item.speed > 0 ? rate(item.speed, item.unit) : ''}</span>
            </div>
            {item.share !== null && <Progress share={item.share} label={item.title} />}
            <span className={layout.tiny}>{item.text}</span>
          </div>
        ))}
      </div>
    </Card>
  )
}
