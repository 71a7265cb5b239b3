import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { dateTime } from '../../../lib/format.ts'
import { useErrorText } from '../../../state/errors.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { TransactionsTable } from './transactions-table.tsx'

export function BlockPage() {
  const { t, i18n } = useTranslation()
  const errorText = useErrorText()
  const { data, error } = useQuery(query.explorer.block.queryOptions({ input: { number: Number(useParams().number) } }))
  if (error) return <Problem>{errorText(error)}</Problem>
  if (!data) return <Skeleton label={t('common.loading')} />
  const { block, transactions } = data
  return (
    <div className={layout.stack}>
      <Card title={t('explorer.block', { number: block.number })}>
        <Facts
          items={[
            [t('transactions.hash'), <code key="hash">{block.hash}</code>],
            [t('explorer.parent'), <code key="parent">{block.parent}</code>],
            [t('transactions.when'), dateTime(block.time * 1000, i18n.language)],
          ]}
        />
      </Card>
      <Card title={t('explorer.transactions')}>
        {transactions.length === 0 ? (
          <Empty>{t('explorer.emptyBlock')}</Empty>
        ) : (
          <TransactionsTable rows={transactions} />
        )}
      </Card>
    </div>
  )
}
