import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { dateTime, shortCoins } from '../../../lib/format.ts'
import { useData } from '../../../state/data.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import { purchaseTone, saleTone } from './tones.ts'

/** What this person bought. */
export function Library() {
  const { t, i18n } = useTranslation()
  const data = useData()
  const bought = data?.bought
  return (
    <div className={layout.stack}>
      <RoomNav to="/data" />
      <Card title={t('data.library')}>
        {!bought ? (
          <Skeleton label={t('common.loading')} />
        ) : bought.length === 0 && data.kept.length === 0 ? (
          <Empty>
            {t('data.noPurchases')} <Link to="/data/browse">{t('data.places.browse')}</Link>
          </Empty>
        ) : (
          <Table
            caption={t('data.library')}
            columns={[t('data.name'), t('data.here'), t('data.money'), t('data.price'), t('transactions.when')]}
            rows={bought}
            keyOf={({ sale }) => sale.id}
            cells={({ sale, own }) => [
              <Link key="name" to={`/data/purchase/${sale.id}`}>
                {own?.name ?? t('data.unnamed', { id: sale.asset })}
              </Link>,
              own ? (
                <Tag key="here" tone={purchaseTone[own.state]}>
                  {t(`data.purchaseStates.${own.state}`)}
                </Tag>
              ) : (
                '–'
              ),
              <Tag key="money" tone={saleTone[sale.state]}>
                {t(`data.saleStates.${sale.state}`)}
              </Tag>,
              shortCoins(sale.price, 6),
              dateTime(sale.boughtTime * 1000, i18n.language),
            ]}
          />
        )}
      </Card>
      {data && data.kept.length > 0 && (
        <Card title={t('data.formerPurchases')}>
          <p className={layout.muted}>{t('data.formerPurchasesText')}</p>
          <Table
            caption={t('data.formerPurchases')}
            columns={[t('data.name'), t('transactions.when')]}
            rows={data.kept}
            keyOf={({ sale }) => sale}
            cells={({ sale, name, created }) => [
              <Link key="name" to={`/data/purchase/${sale}`}>
                {name}
              </Link>,
              dateTime(created, i18n.language),
            ]}
          />
        </Card>
      )}
    </div>
  )
}
