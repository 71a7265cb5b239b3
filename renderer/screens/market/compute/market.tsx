import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { OfferRow } from '../../../../common/model/market.ts'
import { Fulfilment } from '../../../app/fulfilment.tsx'
import { PaidWork } from '../../../app/paid-work.tsx'
import { dateTime, duration, shortCoins } from '../../../lib/format.ts'
import { useOverview } from '../../../state/overview.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { AloneHint } from '../../../app/alone-hint.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { OrderDialog } from './order-dialog.tsx'

/** Browse, compare, order; then one's own orders. */
export function Market() {
  const { t, i18n } = useTranslation()
  const { wallet } = useOverview()
  const offers = useQuery(query.market.offers.queryOptions()).data
  const orders = useQuery(query.market.orders.queryOptions()).data
  const [chosen, setChosen] = useState<OfferRow | null>(null)
  const own = (offer: OfferRow): boolean => offer.owner.toLowerCase() === wallet.address?.toLowerCase()
  return (
    <div className={layout.stack}>
      <Card title={t('market.offers')}>
        {!offers ? (
          <Skeleton label={t('common.loading')} />
        ) : offers.length === 0 ? (
          <Empty>
            {t('market.noOffers')} <AloneHint />
          </Empty>
        ) : (
          <Table
            caption={t('market.offers')}
            columns={[
              t('market.machine'),
              t('market.price'),
              t('market.hour'),
              t('market.longest'),
              t('market.fulfilment'),
              t('market.paidWork'),
              '',
            ]}
            rows={offers}
            keyOf={(offer) => offer.id}
            cells={(offer) => [
              <Link key="machine" to={`/explorer/machine/${offer.machine.id}`}>
                {t('machine.number', { id: offer.machine.id })}
              </Link>,
              shortCoins(offer.price, 8),
              shortCoins(offer.price * 3600n, 4),
              duration(offer.maxSeconds, i18n.language),
              <Fulfilment key="fulfilled" machine={offer.machine} />,
              <PaidWork key="paid" machine={offer.machine} />,
              own(offer) ? (
                <Tag key="own" tone="plain">
                  {t('market.yours')}
                </Tag>
              ) : (
                <Button key="order" disabled={wallet.state !== 'open'} onClick={() => setChosen(offer)}>
                  {t('market.order')}
                </Button>
              ),
            ]}
          />
        )}
      </Card>
      <Card title={t('market.mine')}>
        {!orders ? (
          <Skeleton label={t('common.loading')} />
        ) : orders.length === 0 ? (
          <Empty>{t('market.noOrders')}</Empty>
        ) : (
          <Table
            caption={t('market.mine')}
            columns={[t('served.order'), t('served.state'), t('served.done'), t('market.paid'), t('transactions.when')]}
            rows={orders}
            keyOf={({ order }) => order.id}
            cells={({ order, job }) => [
              <Link key="id" to={`/market/${order.id}`}>
                #{order.id}
              </Link>,
              <Tag
                key="state"
                tone={
                  order.state === 'completed'
                    ? 'ok'
                    : order.state === 'failed' || job?.state === 'disputed'
                      ? 'bad'
                      : 'wait'
                }
              >
                {order.state === 'active' ? t(`buying.${job?.state ?? 'elsewhere'}`) : t(`orderStates.${order.state}`)}
              </Tag>,
              `${job?.unitsFetched ?? 0} / ${job?.work?.units ?? '–'}`,
              shortCoins(order.paid, 6),
              dateTime(order.start * 1000, i18n.language),
            ]}
          />
        )}
      </Card>
      {chosen && <OrderDialog offer={chosen} onClose={() => setChosen(null)} />}
    </div>
  )
}
