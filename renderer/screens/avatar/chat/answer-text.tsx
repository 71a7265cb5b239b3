import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CLOSEST } from '../../../../common/model/chat.ts'
import { citedParts, isGuess, misquoted } from '../../../lib/cited.ts'
import { useNotes } from '../../../state/chat.ts'
import { Button } from '../../../ui/button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { Around } from '../memory/around.tsx'
import styles from './chat.module.css'
import { ClosestNotes } from './closest-notes.tsx'
import { noteText } from './note-text.ts'

/**
 * An answer with the places that it names; each opens the conversation that it stands in.
 * @param notes numbers of messages, null for those that were forgotten since
 * @param weak whether what memory has on the question is shown whatever the answer says
 */
export function AnswerText({
  text,
  notes,
  writing,
  weak,
}: {
  readonly text: string
  readonly notes: readonly (number | null)[]
  readonly writing: boolean
  readonly weak: boolean
}) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<number | null>(null)
  const parts = citedParts(text, notes.length)
  const cited = [...new Set(parts.flatMap((part) => ('note' in part ? [part.note] : [])))]
  const closest = notes.slice(0, CLOSEST).filter((number) => number !== null)
  const items = useNotes(writing ? [] : cited.flatMap((note) => notes[note - 1] ?? []))
  const textOf = (note: number) => items?.find(({ number }) => number === notes[note - 1])?.text
  const wrong = writing ? [] : misquoted(text, textOf)
  const guessed = !writing && (cited.length === 0 || items !== undefined) && isGuess(text, cited, textOf)
  return (
    <>
      <p className={styles.words} dir="auto" translate="no" aria-busy={writing}>
        {parts.map((part, i) =>
          'text' in part ? (
            part.text
          ) : (
            <Button
              key={`${i} ${part.note}`}
              kind="link"
              className={styles.cite}
              aria-label={t('chat.openNote', { number: part.note })}
              aria-expanded={open === part.note}
              onClick={() => setOpen(open === part.note ? null : part.note)}
            >
              [{part.note}]
            </Button>
          ),
        )}
        {writing && <span className={styles.caret} aria-hidden />}
      </p>
      {!writing && cited.length > 0 && (
        <ul className={styles.sources} aria-label={t('chat.sources')}>
          {cited.map((note) => {
            const item = items?.find(({ number }) => number === notes[note - 1])
            return (
              <li key={note} className={layout.tiny}>
                [{note}]{' '}
                {notes[note - 1] === null ? (
                  t('chat.forgotten')
                ) : (
                  <span translate="no">{item && noteText(item, t('avatar.noAuthor'), i18n.language)}</span>
                )}
              </li>
            )
          })}
        </ul>
      )}
      {wrong.length > 0 && (
        <Tag tone="bad">{t('chat.misquoted', { numbers: wrong.map((note) => `[${note}]`).join(' ') })}</Tag>
      )}
      {!writing && (guessed || weak) && <ClosestNotes notes={closest} weak={weak} />}
      {open !== null &&
        (notes[open - 1] === null ? (
          <p className={layout.muted}>{t('chat.forgotten')}</p>
        ) : (
          <Around item={notes[open - 1]!} />
        ))}
    </>
  )
}
