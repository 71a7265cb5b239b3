import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ROWS_A_PAGE } from '../../../../common/model/pages.ts'
import { dateTime, shortCoins } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { OffersCard } from './offers-card.tsx'

/** Browse, compare, order; then one's own orders. */
export function Market() {
  const { t, i18n } = useTranslation()
  const [offset, setOffset] = useState(0)
  const orders = useQuery(
    query.market.orders.queryOptions({ input: { offset }, placeholderData: keepPreviousData }),
  ).data
  return (
    <div className={layout.stack}>
      <OffersCard />
      <Card title={t('market.mine')}>
        {!orders ? (
          <Skeleton label={t('common.loading')} />
        ) : orders.length + offset === 0 ? (
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
        {orders && (
          <Pager
            offset={offset}
            size={ROWS_A_PAGE}
            more={orders.length === ROWS_A_PAGE}
            onMove={setOffset}
            labels={{ earlier: t('common.newer'), later: t('common.older') }}
          />
        )}
      </Card>
    </div>
  )
}
