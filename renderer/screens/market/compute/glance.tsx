import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useComputedForYou } from '../../../app/computed-for-you.ts'
import { shortCoins } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'

/** What other machines have done for this person, and at what price. */
export function Glance({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const totals = useQuery(query.market.totals.queryOptions()).data
  const jobs = useQuery(query.jobs.hired.queryOptions()).data
  const prices = useQuery(query.market.prices.queryOptions()).data
  const active = useComputedForYou()
  const title = t('market.glance.title')
  if (!totals || !jobs || prices === undefined)
    return (
      <Card title={title} className={className}>
        <Skeleton label={t('common.loading')} />
      </Card>
    )
  const offers = prices
    ? t('market.glance.offers', { count: prices.offers, price: shortCoins(prices.low * 3600n, 4) })
    : t('market.noOffers')
  return (
    <Card title={title} className={className} aside={<Link to="/market">{t('market.glance.offersLink')}</Link>}>
      <div className={layout.stack}>
        {totals.orders + jobs.length === 0 ? (
          <Empty>{t('market.glance.none')}</Empty>
        ) : (
          <Facts
            items={[
              [t('market.glance.active'), active.toLocaleString(i18n.language)],
              [t('market.glance.finished'), totals.finished.toLocaleString(i18n.language)],
              [t('market.glance.paid'), shortCoins(totals.paid)],
            ]}
          />
        )}
        <p className={layout.tiny}>{offers}</p>
      </div>
    </Card>
  )
}
