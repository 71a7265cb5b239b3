import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { Offer } from '../../../../common/model/market.ts'
import { AloneHint } from '../../../app/alone-hint.tsx'
import { issueWords } from '../../../forms/words.ts'
import { useSettings } from '../../../state/settings.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { OfferFilter } from './offer-filter.tsx'
import { found, limits, readSearch, sortedBy, wholeList, writeSearch, type OfferSearch } from './offer-search.ts'
import { OffersTable } from './offers-table.tsx'
import { OrderDialog } from './order-dialog.tsx'

const ASKING_MS = 1_000

/** What machines others offer, to look through, compare and order from. */
export function OffersCard() {
  const { t } = useTranslation()
  const offers = useQuery(
    query.market.offers.queryOptions({
      // Machines are asked what they are while the list is looked at.
      refetchInterval: ({ state }) => state.data?.some(({ hardware }) => hardware.state === 'asking') && ASKING_MS,
    }),
  ).data
  const [ordered, setOrdered] = useState<Offer | null>(null)
  return (
    <Card title={t('market.offers')}>
      {!offers ? (
        <Skeleton label={t('common.loading')} />
      ) : offers.length === 0 ? (
        <Empty>
          {t('market.noOffers')} <AloneHint />
        </Empty>
      ) : (
        <Offers offers={offers} onOrder={setOrdered} />
      )}
      {ordered && <OrderDialog offer={ordered} onClose={() => setOrdered(null)} />}
    </Card>
  )
}

interface Props {
  readonly offers: readonly Offer[]
  readonly onOrder: (offer: Offer) => void
}

function Offers({ offers, onOrder }: Props) {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const favourites = new Set(useSettings()?.favourites)
  const search = readSearch(params)
  // At once: a field that shows what was typed only later loses the place of the cursor.
  const change = (next: OfferSearch): void => setParams(writeSearch(next), { replace: true, flushSync: true })
  const error = (issue: Parameters<typeof issueWords>[1]): string => issueWords(t, issue)
  const [memory, hour] = [
    limits.memory.safeParse(search.memory, { error }),
    limits.hour.safeParse(search.hour, { error }),
  ]
  const shown = found(offers, search, { memory: memory.data ?? null, hour: hour.data ?? null }, favourites)
  return (
    <div className={layout.stack}>
      <OfferFilter
        search={search}
        wrong={{ memory: memory.error?.issues[0]?.message ?? null, hour: hour.error?.issues[0]?.message ?? null }}
        onChange={(part) => change({ ...search, ...part })}
      />
      <p className={layout.muted} role="status">
        {t('market.shown', { number: shown.length, of: offers.length })}
      </p>
      {shown.length === 0 ? (
        <Empty>
          {t('market.nothingFound')}{' '}
          <Button onClick={() => change({ ...wholeList, sort: search.sort, descending: search.descending })}>
            {t('market.showAll')}
          </Button>
        </Empty>
      ) : (
        <OffersTable
          offers={shown}
          favourites={favourites}
          sort={search.sort}
          descending={search.descending}
          onSort={(name) => change(sortedBy(search, name))}
          onOrder={onOrder}
        />
      )}
      <p className={layout.tiny}>{t('market.ownWord')}</p>
    </div>
  )
}
