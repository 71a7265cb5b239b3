import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { JobLog } from '../../../app/job-log.tsx'
import { dateTime, duration, rate, shortCoins, shortHash } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useErrorText } from '../../../state/errors.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { useOverview } from '../../../state/overview.ts'
import { useSayings } from '../../../state/sayings.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { useKindWords } from './kind-words.ts'
import { saveResult } from './save-result.ts'

const GRACE_SECONDS = 86_400
type Found = Awaited<ReturnType<typeof api.market.order>>

/** One order: how far it is, what it costs, and what can be done about it. */
export function OrderPage({ id }: { readonly id: number }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const { data, error } = useQuery(query.market.order.queryOptions({ input: { id } }))
  if (error) return <Problem>{errorText(error)}</Problem>
  if (!data) return <Skeleton label={t('common.loading')} />
  return (
    <div className={layout.grid}>
      <ProgressCard found={data} className={layout.span7} />
      <MoneyCard found={data} className={layout.span5} />
      <JobLog
        source={id}
        follow={(signal) => api.market.watchOrder({ id }, { signal })}
        title={t('orderPage.log')}
        className={layout.span12}
      />
    </div>
  )
}

interface Props {
  readonly found: Found
  readonly className: string | undefined
}

function ProgressCard({ found, className }: Props) {
  const { t } = useTranslation()
  const sayings = useSayings()
  const { order, job } = found
  const words = useKindWords(job?.work?.kind ?? '')
  const active = order.state === 'active'
  const speed = active && job && job.operationsPerSecond > 0 ? rate(job.operationsPerSecond, 'OP/s') : ''
  return (
    <Card title={t('orderPage.title', { id: order.id })} className={className}>
      <div className={layout.stack}>
        <div className={layout.between}>
          <span className={layout.big}>
            {active ? t(`buying.${job?.state ?? 'elsewhere'}`) : t(`orderStates.${order.state}`)}
          </span>
          <span className={layout.muted}>{speed}</span>
        </div>
        {job?.state === 'disputed' && job.reason && <Problem>{sayings.job(job.reason)}</Problem>}
        {job?.work && <Progress share={job.unitsFetched / job.work.units} label={t('orderPage.progress')} />}
        {job && (
          <span className={layout.muted}>
            {job.work
              ? t('orderPage.units', {
                  sent: job.unitsSent,
                  fetched: job.unitsFetched,
                  units: job.work.units,
                  unit: words.units(job.work.unit),
                  checked: job.unitsChecked,
                })
              : t('orderPage.unknown')}
          </span>
        )}
        <OrderButtons found={found} />
      </div>
    </Card>
  )
}

function OrderButtons({ found: { order, job } }: { readonly found: Found }) {
  const { t } = useTranslation()
  const { network } = useOverview()
  const { id, state, end } = order
  const complete = useApiMutation(() => act({ kind: 'complete', order: id }))
  const renew = useApiMutation(() => act({ kind: 'renewOrder', order: id, extra: 300 }))
  const reclaim = useApiMutation(() => act({ kind: 'reclaim', order: id }))
  const save = useApiMutation(() => saveResult(id, job?.work?.result ?? 'binary'))
  const overdue = (network.headTime ?? 0) >= end + GRACE_SECONDS
  const failure = complete.errorText ?? renew.errorText ?? reclaim.errorText ?? save.errorText
  return (
    <>
      {failure && <Problem>{failure}</Problem>}
      <div className={layout.row}>
        {job && job.unitsFetched > 0 && (
          <Button kind="primary" disabled={save.isPending} onClick={() => save.mutate()}>
            {t('orderPage.save')}
          </Button>
        )}
        {state === 'active' && !overdue && (
          <>
            <Button onClick={() => complete.mutate()}>{t('orderPage.complete')}</Button>
            <Button onClick={() => renew.mutate()}>{t('orderPage.renew')}</Button>
          </>
        )}
        {state === 'active' && overdue && <Button onClick={() => reclaim.mutate()}>{t('orderPage.reclaim')}</Button>}
      </div>
    </>
  )
}

function MoneyCard({ found: { order, job }, className }: Props) {
  const { t, i18n } = useTranslation()
  const transaction = (value: string) => (
    <Link key={value} to={`/explorer/tx/${value}`} title={value}>
      <code>{shortHash(value)}</code>
    </Link>
  )
  return (
    <Card title={t('orderPage.money')} className={className}>
      <Facts
        items={[
          [t('order.price'), shortCoins(order.price, 8)],
          [t('order.escrow'), shortCoins(order.price * BigInt(order.end - order.start), 8)],
          [t('orderPage.receipted'), duration(job?.receiptServed ?? 0, i18n.language)],
          [t('market.paid'), shortCoins(order.paid, 8)],
          [t('orderPage.refunded'), shortCoins(order.refunded, 8)],
          [t('orderPage.ends'), dateTime(order.end * 1000, i18n.language)],
          [
            t('market.machine'),
            <Link key="machine" to={`/explorer/machine/${order.machine}`}>
              {t('machine.number', { id: order.machine })}
            </Link>,
          ],
          [
            t('orderPage.provider'),
            <Link key="provider" to={`/explorer/address/${order.provider}`}>
              <code>{shortHash(order.provider)}</code>
            </Link>,
          ],
          [t('orderPage.placed'), transaction(order.placedTx)],
          [t('orderPage.closed'), order.closedTx ? transaction(order.closedTx) : '–'],
        ]}
      />
    </Card>
  )
}
