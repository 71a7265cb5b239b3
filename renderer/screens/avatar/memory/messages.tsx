import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemoryItem } from '../../../../common/model/memory.ts'
import { dateTime } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import styles from './avatar.module.css'

const LONGEST_FACT = 1000

interface Props {
  readonly items: readonly MemoryItem[]
  /** Number of the one that was looked for. */
  readonly marked?: number
  /** Whether one may be kept as a fact. */
  readonly keepable?: boolean
}

/** Messages as they were said. Their text may run in either direction. */
export function Messages({ items, marked, keepable = false }: Props) {
  const { t, i18n } = useTranslation()
  return (
    <ul className={styles.messages}>
      {items.map(({ number, ts, author, text }) => (
        <li key={number} aria-current={number === marked ? 'true' : undefined}>
          <span className={layout.tiny}>
            <b translate={author === null ? undefined : 'no'}>{author ?? t('avatar.noAuthor')}</b>{' '}
            {ts === null ? '' : dateTime(ts, i18n.language)}
          </span>
          <p dir="auto" translate="no">
            {text}
          </p>
          {keepable && <KeepAsFact text={text} item={number} />}
        </li>
      ))}
    </ul>
  )
}

function KeepAsFact({ text, item }: { readonly text: string; readonly item: number }) {
  const { t } = useTranslation()
  const [kept, setKept] = useState(false)
  const keep = useApiMutation(async () => {
    await api.avatar.addFact({ text: text.trim().slice(0, LONGEST_FACT), item })
    setKept(true)
  })
  if (kept) return <span role="status">{t('avatar.keptAsFact')}</span>
  return (
    <>
      {keep.errorText && <Problem>{keep.errorText}</Problem>}
      <Button kind="link" disabled={keep.isPending} onClick={() => keep.mutate()}>
        {t('avatar.keepAsFact')}
      </Button>
    </>
  )
}
