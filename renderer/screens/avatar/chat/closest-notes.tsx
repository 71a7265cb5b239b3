import { useTranslation } from 'react-i18next'
import { useMoments } from '../../../state/chat.ts'
import { layout } from '../../../ui/layout.tsx'
import styles from './chat.module.css'
import { noteText } from './note-text.ts'

/**
 * What memory has on a question, each in its conversation, beside an answer that is none or may be wrong.
 * @param weak whether the model is one whose word does not stand alone
 */
export function ClosestNotes({ notes, weak }: { readonly notes: readonly number[]; readonly weak: boolean }) {
  const { t, i18n } = useTranslation()
  const moments = useMoments(notes)
  if (!moments || moments.length === 0) return null
  return (
    <section className={layout.tight} aria-label={t('chat.closest')}>
      <b className={layout.tiny}>{t('chat.closest')}</b>
      {weak && <span className={layout.tiny}>{t('chat.weak')}</span>}
      {moments.map(({ item, around }) => (
        <ul key={item} className={styles.moment}>
          {around.map((message) => (
            <li
              key={message.number}
              aria-current={message.number === item ? 'true' : undefined}
              dir="auto"
              translate="no"
            >
              {noteText(message, t('avatar.noAuthor'), i18n.language)}
            </li>
          ))}
        </ul>
      ))}
    </section>
  )
}
