import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, Navigate, useParams } from 'react-router'
import type { TransactionView } from '../../../../common/api/explorer.ts'
import { formatCoins } from '../../../../common/model/money.ts'
import { dateTime } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Absent, NotFound } from './absent.tsx'
import { Account } from './account.tsx'
import { Amount, callWords, codeOf } from './call.tsx'
import { CheckCard } from './check-card.tsx'
import { HASH } from './search.ts'
import { Values } from './value.tsx'

/** One transaction: who, what, how much, and what the contracts said. */
export function TransactionPage() {
  const { t } = useTranslation()
  const { hash = '' } = useParams()
  const isHash = HASH.test(hash)
  const { data, error } = useQuery(query.explorer.transaction.queryOptions({ input: { hash }, enabled: isHash }))
  if (!isHash) return <Absent title={t('explorer.noHash')} text={t('explorer.noHashText', { text: hash })} />
  if (error) return <BlockWith hash={hash} />
  if (!data) return <Skeleton label={t('common.loading')} />
  return (
    <div className={layout.stack}>
      <FactsCard row={data} />
      {data.call && data.call.values.length > 0 && (
        <Card title={t('explorer.arguments')}>
          <Values of={data.call.values} />
        </Card>
      )}
      <EventsCard events={data.events} />
      <CheckCard key={hash} text={t('explorer.checkText')} recompute={() => api.explorer.check({ hash })} />
    </div>
  )
}

/** What is no transaction's hash may be a block's: the two look alike. */
function BlockWith({ hash }: { readonly hash: string }) {
  const { t } = useTranslation()
  const { data, error } = useQuery(query.explorer.blockOf.queryOptions({ input: { hash } }))
  if (data) return <Navigate to={`/explorer/block/${data.number}`} replace />
  if (!error) return <Skeleton label={t('common.loading')} />
  return <NotFound error={error} title={t('explorer.noTransaction')} text={t('explorer.noTransactionText', { hash })} />
}

function FactsCard({ row }: { readonly row: TransactionView }) {
  const { t, i18n } = useTranslation()
  return (
    <Card title={callWords(t, row)}>
      <Facts
        items={[
          [t('transactions.hash'), <code key="hash">{row.hash}</code>],
          [t('transactions.state'), row.succeeded ? t('explorer.ok') : t('explorer.reverted')],
          [
            t('explorer.inBlock'),
            <Link key="block" to={`/explorer/block/${row.block}`}>
              {row.block}
            </Link>,
          ],
          [t('transactions.when'), dateTime(row.time * 1000, i18n.language)],
          [t('explorer.from'), <Account key="from" address={row.from} />],
          [t('explorer.to'), <Account key="to" address={row.to ?? row.created} />],
          [t('explorer.amount'), <Amount key="amount" row={row} />],
          [t('confirm.call'), <code key="call">{codeOf(row)}</code>],
          [t('explorer.gas'), row.gasUsed.toString()],
          [t('explorer.fee'), `${formatCoins(row.fee)} ETH`],
        ]}
      />
    </Card>
  )
}

function EventsCard({ events }: Pick<TransactionView, 'events'>) {
  const { t } = useTranslation()
  return (
    <Card title={t('explorer.events')}>
      {events.length === 0 && <Empty>{t('explorer.noEvents')}</Empty>}
      <div className={layout.stack}>
        {events.map(({ contract, name, values }, i) => {
          const code = `${contract}.${name}`
          const words = t(`explorer.said.${contract}.${name}` as 'explorer.said.coin.Transfer', code)
          return (
            <section key={`${i}-${name}`} className={layout.tight} aria-label={words}>
              <h3 title={code}>{words}</h3>
              <Values of={values} />
            </section>
          )
        })}
      </div>
    </Card>
  )
}
