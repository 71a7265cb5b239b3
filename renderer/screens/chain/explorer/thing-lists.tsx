import { useTranslation } from 'react-i18next'
import type { ThingList } from '../../../../common/api/explorer.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { ThingLink } from './value.tsx'

/** What belongs to something, each a link; nothing where nothing does. */
export function ThingLists({ lists }: { readonly lists: readonly ThingList[] }) {
  const { t } = useTranslation()
  if (lists.length === 0) return null
  return (
    <Card title={t('explorer.related')}>
      <Facts
        items={lists.map(({ kind, ids }) => [
          t(`explorer.kinds.${kind}`),
          <span key={kind} className={layout.links}>
            {ids.map((id) => (
              <ThingLink key={id} kind={kind} id={id} />
            ))}
          </span>,
        ])}
      />
    </Card>
  )
}
