import { useTranslation } from 'react-i18next'
import type { MemoryItem } from '../../../../common/model/memory.ts'
import { layout } from '../../../ui/layout.tsx'
import styles from './chat.module.css'
import { noteText } from './note-text.ts'

/** What memory has on a question, beside an answer that is none or may be wrong. */
export function ClosestNotes({ items }: { readonly items: readonly MemoryItem[] }) {
  const { t, i18n } = useTranslation()
  return (
    <section className={layout.tight} aria-label={t('chat.closest')}>
      <b className={layout.tiny}>{t('chat.closest')}</b>
      <ul className={styles.sources}>
        {items.map((item) => (
          <li key={item.number} className={layout.muted} dir="auto" translate="no">
            {noteText(item, t('avatar.noAuthor'), i18n.language)}
          </li>
        ))}
      </ul>
    </section>
  )
}
