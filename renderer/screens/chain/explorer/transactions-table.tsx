import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { TransactionView } from '../../../../common/api/explorer.ts'
import { dateTime, shortHash } from '../../../lib/format.ts'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

export const callName = (row: TransactionView): string =>
  row.call
    ? `${row.call.contract}.${row.call.verb}`
    : row.created
      ? `create ${row.contract ?? ''}`
      : row.selector === '0x'
        ? 'transfer'
        : row.selector

export function TransactionsTable({ rows }: { readonly rows: readonly TransactionView[] }) {
  const { t, i18n } = useTranslation()
  const account = (address: string | null) =>
    address ? (
      <Link key={address} to={`/explorer/address/${address}`}>
        <code>{shortHash(address)}</code>
      </Link>
    ) : (
      '–'
    )
  return (
    <Table
      caption={t('explorer.transactions')}
      columns={[
        t('transactions.hash'),
        t('explorer.call'),
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
        callName(row),
        account(row.from),
        account(row.to ?? row.created),
        <Tag key="state" tone={row.succeeded ? 'ok' : 'bad'}>
          {row.succeeded ? t('explorer.ok') : t('explorer.reverted')}
        </Tag>,
        dateTime(row.time * 1000, i18n.language),
      ]}
    />
  )
}
