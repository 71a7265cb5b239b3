import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { EarningsChart } from '../../ui/earnings-chart.tsx'
import { query } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { Empty, Skeleton } from '../../ui/state.tsx'

export function EarningsCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const earnings = useQuery(query.earn.earnings.queryOptions()).data
  return (
    <Card
      title={t('earnings.week')}
      className={className}
      aside={<Link to="/earn/history">{t('common.details')}</Link>}
    >
      {!earnings ? (
        <Skeleton label={t('common.loading')} />
      ) : earnings.lifetime === 0n ? (
        <Empty>{t('earnings.none')}</Empty>
      ) : (
        <EarningsChart
          periods={earnings.days.slice(-7)}
          unit="day"
          label={t('earnings.week')}
          language={i18n.language}
        />
      )}
    </Card>
  )
}
