import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { dateTime, shortCoins, shortHash } from '../../../lib/format.ts'
import { useErrorText } from '../../../state/errors.ts'
import { useOverview } from '../../../state/overview.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag, type Tone } from '../../../ui/tag.tsx'

const tones: Readonly<Record<string, Tone>> = {
  queued: 'wait',
  sent: 'wait',
  mined: 'ok',
  final: 'ok',
  failed: 'bad',
  cancelled: 'plain',
}

export function TransactionsCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const errorText = useErrorText()
  const { waitingFor } = useOverview()
  const rows = useQuery(query.wallet.transactions.queryOptions()).data ?? []
  return (
    <Card title={t('transactions.title')} className={className}>
      {waitingFor && <Problem>{t('transactions.waiting', { reason: errorText({ code: waitingFor }) })}</Problem>}
      {rows.length === 0 ? (
        <Empty>{t('transactions.none')}</Empty>
      ) : (
        <Table
          caption={t('transactions.title')}
          columns={[t('transactions.what'), t('transactions.state'), t('transactions.hash'), t('transactions.when')]}
          rows={rows}
          keyOf={(row) => row.id}
          cells={(row) => [
            t(`actions.${row.kind}` as 'actions.deposit'),
            <span key="state">
              <Tag tone={tones[row.state]!}>{t(`transactionStates.${row.state}`)}</Tag>{' '}
              {row.error ? errorText({ ...row.error, data: row.error.details }) : ''}{' '}
              {row.deposited !== null && t('transactions.depositStays', { amount: shortCoins(row.deposited, 8) })}
            </span>,
            row.hash ? (
              <Link key="hash" to={`/explorer/tx/${row.hash}`}>
                <code>{shortHash(row.hash)}</code>
              </Link>
            ) : (
              '–'
            ),
            dateTime(row.created, i18n.language),
          ]}
        />
      )}
    </Card>
  )
}
