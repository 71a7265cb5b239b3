import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { TransactionView } from '../../../../common/api/explorer.ts'
import { dateTime, shortHash } from '../../../lib/format.ts'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { Account } from './account.tsx'
import { Amount, CallName } from './call.tsx'

export function TransactionsTable({ rows }: { readonly rows: readonly TransactionView[] }) {
  const { t, i18n } = useTranslation()
  return (
    <Table
      caption={t('explorer.transactions')}
      columns={[
        t('transactions.hash'),
        t('explorer.call'),
        t('explorer.amount'),
        t('explorer.from'),
        t('explorer.to'),
        t('transactions.state'),
        t('transactions.when'),
      ]}
      rows={rows}
      keyOf={(row) => row.hash}
      cells={(row) => [
        <Link key="hash" to={`/explorer/tx/${row.hash}`}>
          <code>{shortHash(row.hash)}</code>
        </Link>,
        <CallName key="call" row={row} />,
        <Amount key="amount" row={row} />,
        <Account key="from" address={row.from} />,
        <Account key="to" address={row.to ?? row.created} />,
        <Tag key="state" tone={row.succeeded ? 'ok' : 'bad'}>
          {row.succeeded ? t('explorer.ok') : t('explorer.reverted')}
        </Tag>,
        dateTime(row.time * 1000, i18n.language),
      ]}
    />
  )
}
