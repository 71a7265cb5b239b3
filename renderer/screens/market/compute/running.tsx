import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { RunningItem } from '../../../app/running-item.tsx'
import { rate, shareOf, shortCoins } from '../../../lib/format.ts'
import type { OrderedWork } from '../../../../common/api/market.ts'
import { query } from '../../../state/transport.ts'
import { useKindWords } from './kind-words.ts'

interface OrderProps {
  readonly to: string
  readonly title: string
  readonly state: string
  readonly done: number
  readonly work: OrderedWork | null
  readonly operationsPerSecond: number
  /** What it earns here, in units a second; null for what is paid for. */
  readonly price: bigint | null
}

function Order({ done, work, operationsPerSecond, price, ...shown }: OrderProps) {
  const { t } = useTranslation()
  const speed = [
    ...(operationsPerSecond > 0 ? [rate(operationsPerSecond, 'OP/s')] : []),
    ...(price === null ? [] : [t('running.earns', { amount: shortCoins(price * 60n, 6) })]),
  ].join(' · ')
  const words = useKindWords(work?.kind ?? '')
  return (
    <RunningItem
      {...shown}
      share={shareOf(done, work?.units ?? null)}
      text={t('running.units', { done, units: work?.units ?? '–', unit: words.units(work?.unit ?? '') })}
      speed={speed}
    />
  )
}

const underWay = { active: true }

/** Orders under way, served here or bought from others. */
export function Running() {
  const { t } = useTranslation()
  const served = useQuery(query.earn.orders.queryOptions({ input: underWay })).data
  const bought = useQuery(query.market.orders.queryOptions({ input: underWay })).data
  return (
    <>
      {served?.map((it) => (
        <Order
          key={`served ${it.order.id}`}
          to="/earn"
          title={t('running.served', { id: it.order.id })}
          state={t(`serving.${it.state}` as 'serving.running')}
          done={it.unitsDone}
          work={it.work}
          operationsPerSecond={it.operationsPerSecond}
          price={it.order.price}
        />
      ))}
      {bought?.map(({ order, job }) => (
        <Order
          key={`bought ${order.id}`}
          to={`/market/${order.id}`}
          title={t('running.bought', { id: order.id })}
          state={t(`buying.${job?.state ?? 'elsewhere'}`)}
          done={job?.unitsFetched ?? 0}
          work={job?.work ?? null}
          operationsPerSecond={job?.operationsPerSecond ?? 0}
          price={null}
        />
      ))}
    </>
  )
}
