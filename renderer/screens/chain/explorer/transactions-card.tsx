import { useTranslation } from 'react-i18next'
import type { TransactionView } from '../../../../common/api/explorer.ts'
import { Card } from '../../../ui/card.tsx'
import { Empty } from '../../../ui/state.tsx'
import { TransactionsTable } from './transactions-table.tsx'

interface Props {
  readonly rows: readonly TransactionView[]
  /** What is said where there are none. */
  readonly none: string
}

export function TransactionsCard({ rows, none }: Props) {
  const { t } = useTranslation()
  return (
    <Card title={t('explorer.transactions')}>
      {rows.length === 0 ? <Empty>{none}</Empty> : <TransactionsTable rows={rows} />}
    </Card>
  )
}
