import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { shortCoins } from '../../../lib/format.ts'
import { useData } from '../../../state/data.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'

/** What is on sale and what was sold of it, and what was bought. */
export function Glance({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const data = useData()
  if (!data)
    return (
      <Card title={t('data.glance.title')} className={className}>
        <Skeleton label={t('common.loading')} />
      </Card>
    )
  const { releases, sold, bought, datasets, collections } = data
  const listed = releases.filter(({ asset }) => asset?.state === 'listed').length
  const none = releases.length + sold.length + bought.length + datasets.length + collections.length === 0
  const count = (items: number): string => items.toLocaleString(i18n.language)
  return (
    <Card title={t('data.glance.title')} className={className} aside={<Link to="/data">{t('common.details')}</Link>}>
      {none ? (
        <Empty>
          {t('data.glance.none')} <Link to="/data">{t('data.glance.begin')}</Link>
        </Empty>
      ) : (
        <div className={layout.stack}>
          <div>
            <div className={layout.big}>{shortCoins(sold.reduce((sum, { sale }) => sum + sale.paid, 0n))}</div>
            <span className={layout.tiny}>{t('data.glance.earned')}</span>
          </div>
          <Facts
            items={[
              [t('data.glance.listed'), count(listed)],
              [t('data.glance.sold'), count(sold.filter(({ sale }) => sale.paid > 0n).length)],
              [t('data.glance.underWay'), count(sold.filter(({ sale }) => sale.until !== null).length)],
              [t('data.glance.bought'), count(bought.length)],
            ]}
          />
        </div>
      )}
    </Card>
  )
}
