import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ROWS_A_PAGE } from '../../../../common/model/pages.ts'
import { dateTime, duration, shortCoins, shortHash } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'
import { Pager } from '../../../ui/pager.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

/** What was earned with, a page at a time. */
export function PaymentsTable() {
  const { t, i18n } = useTranslation()
  const [offset, setOffset] = useState(0)
  const rows = useQuery(query.earn.payments.queryOptions({ input: { offset }, placeholderData: keepPreviousData })).data
  if (!rows) return <Skeleton label={t('common.loading')} />
  return (
    <>
      <Table
        caption={t('earnings.title')}
        columns={[
          t('transactions.when'),
          t('served.order'),
          t('earnings.time'),
          t('served.paid'),
          t('transactions.hash'),
        ]}
        rows={rows}
        keyOf={(row) => row.transaction + row.kind}
        cells={(row) => [
          dateTime(row.time * 1000, i18n.language),
          t(`earnings.${row.kind}`, { id: row.id }),
          row.served === null ? '–' : duration(row.served, i18n.language),
          shortCoins(row.paid, 8),
          <Link key="tx" to={`/explorer/tx/${row.transaction}`}>
            <code>{shortHash(row.transaction)}</code>
          </Link>,
        ]}
      />
      <Pager
        offset={offset}
        size={ROWS_A_PAGE}
        more={rows.length === ROWS_A_PAGE}
        onMove={setOffset}
        labels={{ earlier: t('common.newer'), later: t('common.older') }}
      />
    </>
  )
}
