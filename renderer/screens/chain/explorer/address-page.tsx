import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { shortCoins } from '../../../lib/format.ts'
import { useErrorText } from '../../../state/errors.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { TransactionsTable } from './transactions-table.tsx'

export function AddressPage() {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const { data, error } = useQuery(
    query.explorer.address.queryOptions({ input: { address: useParams().address ?? '' } }),
  )
  if (error) return <Problem>{errorText(error)}</Problem>
  if (!data) return <Skeleton label={t('common.loading')} />
  return (
    <div className={layout.stack}>
      <Card title={data.contract ? t('explorer.contract', { name: data.contract }) : t('explorer.account')}>
        <Facts
          items={[
            [t('explorer.address'), <code key="address">{data.address}</code>],
            [t('balances.wallet'), data.wallet === null ? '–' : shortCoins(data.wallet, 8)],
            [t('balances.market'), shortCoins(data.market, 8)],
            [
              t('explorer.machines'),
              data.machines.length ? data.machines.map((id) => t('machine.number', { id })).join(', ') : '–',
            ],
          ]}
        />
      </Card>
      <Card title={t('explorer.transactions')}>
        {data.transactions.length === 0 ? (
          <Empty>{t('explorer.none')}</Empty>
        ) : (
          <TransactionsTable rows={data.transactions} />
        )}
      </Card>
    </div>
  )
}
