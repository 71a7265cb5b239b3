import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCoins } from '../../../../common/model/money.ts'
import { allPages } from '../../../../common/model/pages.ts'
import { toCsv } from '../../../lib/csv.ts'
import { download } from '../../../lib/download.ts'
import { shortCoins } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { EarningsChart } from '../../../ui/earnings-chart.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { PaymentsTable } from './payments-table.tsx'

export function EarningsTableCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const [unit, setUnit] = useState<'hour' | 'day'>('day')
  const earnings = useQuery(query.earn.earnings.queryOptions()).data
  if (!earnings) return <Skeleton label={t('common.loading')} />
  const save = async (): Promise<void> => {
    const payments = await allPages((offset) => api.earn.payments({ offset }))
    const rows = payments.map((row) => [
      new Date(row.time * 1000).toISOString(),
      row.kind,
      row.id,
      row.machine ?? '',
      row.served ?? '',
      formatCoins(row.paid),
      row.transaction,
    ])
    download(
      'hearth-earnings.csv',
      new Blob([toCsv(['time', 'kind', 'number', 'machine', 'seconds', 'coins', 'transaction'], rows)], {
        type: 'text/csv',
      }),
    )
  }
  return (
    <Card
      title={t('earnings.title')}
      className={className}
      aside={
        earnings.lifetime > 0n && (
          <Button kind="link" onClick={() => void save()}>
            {t('earnings.csv')}
          </Button>
        )
      }
    >
      {earnings.lifetime === 0n ? (
        <Empty>{t('earnings.none')}</Empty>
      ) : (
        <div className={layout.stack}>
          <Facts
            items={[
              [t('earnings.lifetime'), shortCoins(earnings.lifetime, 8)],
              [t('earnings.last24h'), shortCoins(earnings.last24h, 8)],
              [t('earnings.last7d'), shortCoins(earnings.last7d, 8)],
              [t('earnings.last30d'), shortCoins(earnings.last30d, 8)],
            ]}
          />
          <div className={layout.row}>
            {(['hour', 'day'] as const).map((item) => (
              <Button
                key={item}
                aria-pressed={unit === item}
                kind={unit === item ? 'primary' : 'secondary'}
                onClick={() => setUnit(item)}
              >
                {t(`earnings.by.${item}`)}
              </Button>
            ))}
          </div>
          <EarningsChart
            periods={unit === 'day' ? earnings.days : earnings.hours}
            unit={unit}
            label={t(unit === 'day' ? 'earnings.last30d' : 'earnings.last24h')}
            language={i18n.language}
          />
          <PaymentsTable />
        </div>
      )}
    </Card>
  )
}
