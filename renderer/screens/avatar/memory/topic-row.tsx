import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Topic } from '../../../../common/model/memory.ts'
import { dateOnly } from '../../../lib/format.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { Messages } from './messages.tsx'

/** As many as the host gives at once. */
const PAGE = 50

/** A topic by the words that tell it; opens its messages. */
export function TopicRow({ topic: { id, words, items, from, to } }: { readonly topic: Topic }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState(false)
  const name = words.join(', ')
  const span = [from, to].flatMap((ts) => (ts === null ? [] : dateOnly(ts, i18n.language)))
  return (
    <li>
      <p dir="auto" translate="no">
        <b>{name}</b>
      </p>
      <span className={layout.tiny}>
        {t('topics.count', { count: items, shown: items.toLocaleString(i18n.language) })}{' '}
        {[...new Set(span)].join(' – ')}
      </span>{' '}
      <Button
        kind="link"
        aria-expanded={open}
        aria-label={t(open ? 'topics.hideOf' : 'topics.showOf', { name })}
        onClick={() => setOpen(!open)}
      >
        {t(open ? 'topics.hide' : 'topics.show')}
      </Button>
      {open && <TopicMessages topic={id} items={items} />}
    </li>
  )
}

function TopicMessages({ topic, items }: { readonly topic: number; readonly items: number }) {
  const { t } = useTranslation()
  const [offset, setOffset] = useState(0)
  const page = useQuery({
    ...query.avatar.topicItems.queryOptions({ input: { topic, offset } }),
    ...untilBack,
    placeholderData: (old) => old,
    gcTime: 0,
  }).data
  if (!page) return <Skeleton label={t('common.loading')} />
  return (
    <>
      <Messages items={page} keepable />
      <Pager
        offset={offset}
        size={PAGE}
        more={offset + PAGE < items}
        onMove={setOffset}
        labels={{ earlier: t('topics.moreTypical'), later: t('topics.lessTypical') }}
      />
    </>
  )
}
