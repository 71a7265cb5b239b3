import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CollectionChoices, CollectionRow } from '../../../../common/model/collection.ts'
import { mediaOrders, type MediaOrder } from '../../../../common/model/data-names.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { layout } from '../../../ui/layout.tsx'
import styles from './data.module.css'
import { GalleryTile } from './gallery-tile.tsx'

const PAGE = 48

interface Props {
  readonly collection: CollectionRow
  readonly busy: boolean
  readonly onChoose: (choices: CollectionChoices) => void
}

/** Everything that was brought, one by one; what does not leave is told apart, with its reason. */
export function GalleryCard({ collection: { id, choices }, busy, onChoose }: Props) {
  const { t } = useTranslation()
  const [order, setOrder] = useState<MediaOrder>('brought')
  const [offset, setOffset] = useState(0)
  const input = { id, order, offset, limit: PAGE }
  const page = useQuery({
    ...query.data.gallery.queryOptions({ input }),
    ...untilBack,
    queryKey: [...query.data.gallery.key({ input }), choices],
    placeholderData: (old) => old,
  }).data
  const without = new Set(choices.without)
  const toggle = (item: string): void =>
    onChoose({
      ...choices,
      without: without.has(item) ? choices.without.filter((other) => other !== item) : [...choices.without, item],
    })
  return (
    <Card
      title={t('data.media.gallery')}
      aside={
        <Choice
          label={t('data.sort')}
          value={order}
          options={mediaOrders}
          nameOf={(item) => t(`data.media.orders.${item}`)}
          onChoose={(item) => (setOrder(item), setOffset(0))}
        />
      }
    >
      {!page ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <div className={layout.stack}>
          <ul className={styles.gallery}>
            {page.rows.map((row) => (
              <li key={row.item.id}>
                <GalleryTile
                  collection={id}
                  row={row}
                  byHand={without.has(row.item.id)}
                  busy={busy}
                  onToggle={() => toggle(row.item.id)}
                />
              </li>
            ))}
          </ul>
          <Pager
            offset={offset}
            size={PAGE}
            more={page.more}
            onMove={setOffset}
            labels={{ earlier: t('data.earlier'), later: t('data.later') }}
          />
        </div>
      )}
    </Card>
  )
}
