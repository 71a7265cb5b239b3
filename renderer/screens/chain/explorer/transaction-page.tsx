import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { formatCoins } from '../../../../common/model/money.ts'
import { dateTime } from '../../../lib/format.ts'
import { useErrorText } from '../../../state/errors.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { callName } from './transactions-table.tsx'

export function TransactionPage() {
  const { t, i18n } = useTranslation()
  const errorText = useErrorText()
  const { data: row, error } = useQuery(
    query.explorer.transaction.queryOptions({ input: { hash: useParams().hash ?? '' } }),
  )
  if (error) return <Problem>{errorText(error)}</Problem>
  if (!row) return <Skeleton label={t('common.loading')} />
  const address = (value: string | null) =>
    value ? (
      <Link to={`/explorer/address/${value}`}>
        <code>{value}</code>
      </Link>
    ) : (
      '–'
    )
  const values = (args: Readonly<Record<string, string>>) =>
    Object.entries(args).map(([name, value]) => [name, <code key={name}>{value}</code>] as const)
  return (
    <div className={layout.stack}>
      <Card title={callName(row)}>
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
            [t('explorer.from'), address(row.from)],
            [t('explorer.to'), address(row.to ?? row.created)],
            [t('explorer.gas'), row.gasUsed.toString()],
            [t('explorer.fee'), `${formatCoins(row.fee)} ETH`],
          ]}
        />
      </Card>
      {row.call && (
        <Card title={t('explorer.arguments')}>
          <Facts items={values(row.call.arguments)} />
        </Card>
      )}
      <Card title={t('explorer.events')}>
        {row.events.length === 0 && <Empty>{t('explorer.noEvents')}</Empty>}
        <div className={layout.stack}>
          {row.events.map((event, i) => (
            <section key={`${i}-${event.name}`} className={layout.tight} aria-label={event.name}>
              <h3>{`${event.contract}.${event.name}`}</h3>
              <Facts items={values(event.args)} />
            </section>
          ))}
        </div>
      </Card>
    </div>
  )
}
