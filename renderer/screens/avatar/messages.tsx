import { useTranslation } from 'react-i18next'
import type { MemoryItem } from '../../../common/model/memory.ts'
import { dateTime } from '../../lib/format.ts'
import { layout } from '../../ui/layout.tsx'
import styles from './avatar.module.css'

/** Messages as they were said. Their text may run in either direction. @param marked id of the one that was looked for */
export function Messages({ items, marked }: { readonly items: readonly MemoryItem[]; readonly marked?: string }) {
  const { t, i18n } = useTranslation()
  return (
    <ul className={styles.messages}>
      {items.map(({ number, id, ts, author, text }) => (
        <li key={number} aria-current={id === marked ? 'true' : undefined}>
          <span className={layout.tiny}>
            <b>{author ?? t('avatar.noAuthor')}</b> {ts === null ? '' : dateTime(ts, i18n.language)}
          </span>
          <p dir="auto">{text}</p>
        </li>
      ))}
    </ul>
  )
}
