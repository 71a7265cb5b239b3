import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemoryHit } from '../../../../common/model/memory.ts'
import { dateTime } from '../../../lib/format.ts'
import { useErrorText } from '../../../state/errors.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import styles from './avatar.module.css'
import { Around } from './around.tsx'

const PLACES = 10

/** Places that may answer what was asked, the likeliest first; each opens the conversation that it stands in. */
export function HitsCard({ asked }: { readonly asked: string }) {
  const { t } = useTranslation()
  const textOf = useErrorText()
  // What was found before something was read in, or read anew, is no answer.
  const found = useQuery({
    ...query.avatar.search.queryOptions({ input: { query: asked, k: PLACES } }),
    ...untilBack,
    gcTime: 0,
  })
  return (
    <Card title={t('avatar.found')}>
      {found.error ? (
        <Problem>{textOf(found.error)}</Problem>
      ) : !found.data ? (
        <Skeleton label={t('common.loading')} />
      ) : found.data.length === 0 ? (
        <Empty>{t('avatar.nothingFound')}</Empty>
      ) : (
        <ol className={styles.hits}>
          {found.data.map((hit) => (
            <Hit key={hit.item} hit={hit} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function Hit({ hit: { item, snippet, ts } }: { readonly hit: MemoryHit }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <li>
      <span className={layout.tiny}>{ts === null ? t('avatar.noTime') : dateTime(ts, i18n.language)}</span>
      <p translate="no">{snippet}</p>
      <Button kind="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(open ? 'avatar.hideAround' : 'avatar.showAround')}
      </Button>
      {open && <Around item={item} />}
    </li>
  )
}
