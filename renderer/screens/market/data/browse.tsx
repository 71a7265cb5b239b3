import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { OfferedAsset } from '../../../../common/api/data.ts'
import { bytes, shortCoins } from '../../../lib/format.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { AloneHint } from '../../../app/alone-hint.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import { RequestsCard } from './requests-card.tsx'

const orders = ['newest', 'cheapest', 'largest', 'rated'] as const
const compare: Readonly<Record<(typeof orders)[number], (a: OfferedAsset, b: OfferedAsset) => number>> = {
  newest: (a, b) => b.asset.id - a.asset.id,
  cheapest: (a, b) => (a.asset.price < b.asset.price ? -1 : 1),
  largest: (a, b) => (b.metadata?.rows ?? 0) - (a.metadata?.rows ?? 0),
  rated: (a, b) => (b.asset.rating?.stars ?? 0) - (a.asset.rating?.stars ?? 0),
}

/** What others sell: datasets, adapters and models; and what somebody is looking for. */
export function Browse() {
  const { t } = useTranslation()
  const offers = useQuery(query.data.offers.queryOptions({ ...untilBack, refetchInterval: 5_000 })).data
  const [words, setWords] = useState('')
  const [order, setOrder] = useState<(typeof orders)[number]>('newest')
  const wanted = useDeferredValue(words).toLowerCase()
  const shown = (offers ?? [])
    .filter(
      ({ metadata }) =>
        wanted === '' || `${metadata?.name ?? ''} ${metadata?.description ?? ''}`.toLowerCase().includes(wanted),
    )
    .toSorted(compare[order])
  return (
    <div className={layout.stack}>
      <RoomNav to="/data" />
      <Card title={t('data.onSale')}>
        <div className={layout.stack}>
          <div className={layout.pair}>
            <TextField
              label={t('data.search')}
              type="search"
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <SelectField
              label={t('data.sort')}
              value={order}
              onChange={(event) => setOrder(event.target.value as typeof order)}
            >
              {orders.map((item) => (
                <option key={item} value={item}>
                  {t(`data.sorts.${item}`)}
                </option>
              ))}
            </SelectField>
          </div>
          {!offers ? (
            <Skeleton label={t('common.loading')} />
          ) : shown.length === 0 ? (
            <Empty>
              {t('data.nothingOnSale')} <AloneHint />
            </Empty>
          ) : (
            <Table
              caption={t('data.onSale')}
              columns={[
                t('data.name'),
                t('data.type'),
                t('data.rows'),
                t('data.size'),
                t('data.languages'),
                t('data.price'),
                t('data.seller'),
                t('data.rating'),
              ]}
              rows={shown}
              keyOf={({ asset }) => asset.id}
              cells={({ asset, metadata, seller, mine }) => [
                <Link key="name" to={`/data/asset/${asset.id}`}>
                  {metadata?.name ?? t('data.unnamed', { id: asset.id })}
                </Link>,
                metadata ? t(`data.types.${metadata.kind}`) : '–',
                metadata?.rows ?? '–',
                metadata ? bytes(metadata.bytes) : '–',
                Object.keys(metadata?.report?.languages ?? {})
                  .filter((code) => code !== 'und')
                  .slice(0, 3)
                  .join(', ') || '–',
                shortCoins(asset.price, 6),
                mine ? (
                  <Tag key="mine" tone="plain">
                    {t('data.you')}
                  </Tag>
                ) : (
                  (seller.name ?? `${seller.account.slice(0, 8)}…`)
                ),
                asset.rating ? `${asset.rating.stars.toFixed(1)} ★ (${asset.rating.count})` : '–',
              ]}
            />
          )}
        </div>
      </Card>
      <RequestsCard />
    </div>
  )
}
