import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isWeak, type AnswerFacts, type ShownMessage } from '../../../../common/model/chat.ts'
import { rate, wait } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { AnswerText } from './answer-text.tsx'
import styles from './chat.module.css'
import { EditForm } from './edit-form.tsx'

interface Props {
  readonly message: ShownMessage
  readonly name: string
  readonly picture: string | null
  /** What was written so far, while it is being written. */
  readonly written: string | null
  /** Whether something is being written in this chat. */
  readonly busy: boolean
}

/** One message, its other versions, and what may be done with it. */
export function ChatMessageView({ message, name, picture, written, busy }: Props) {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  const { chat, parent, role, state, problem, notes } = message
  // What was written stays until the chat was read anew after its end.
  const [seen, setSeen] = useState(written)
  if (written !== null && written !== seen) setSeen(written)
  const text = written ?? (message.state === 'writing' ? (seen ?? message.text) : message.text)
  const mine = role === 'user'
  return (
    <article className={mine ? styles.mine : styles.theirs} aria-label={name}>
      <span className={styles.who}>
        {picture && <img className={styles.picture} src={picture} alt="" />}
        <b>{name}</b>
        {state === 'stopped' && <span className={layout.tiny}>{t('chat.stopped')}</span>}
      </span>
      {editing ? (
        <EditForm
          text={text}
          onCancel={() => setEditing(false)}
          onSave={async (next) => (await api.chat.send({ chat, parent, text: next }), setEditing(false))}
        />
      ) : mine ? (
        <p className={styles.words} dir="auto" translate="no">
          {text}
        </p>
      ) : (
        <AnswerText text={text} notes={notes} writing={state === 'writing'} weak={isWeak(message.facts)} />
      )}
      {state === 'failed' && (
        <Problem>
          {t(`errors.${problem ?? 'INTERNAL'}` as 'errors.INTERNAL', { defaultValue: t('errors.INTERNAL') })}
        </Problem>
      )}
      {message.facts && <Speed facts={message.facts} />}
      {!editing && state !== 'writing' && <Actions message={message} busy={busy} onEdit={() => setEditing(true)} />}
    </article>
  )
}

function Speed({ facts: { model, writtenTokens, firstMs, restMs } }: { readonly facts: AnswerFacts }) {
  const { t, i18n } = useTranslation()
  const speed = restMs > 0 ? ((writtenTokens - 1) * 1000) / restMs : 0
  return (
    <span className={layout.tiny}>
      {[
        ...(speed > 0 ? [rate(speed, 'tok/s')] : []),
        t('chat.firstAfter', { time: wait(firstMs, i18n.language) }),
        model,
      ].join(' · ')}
    </span>
  )
}

interface ActionProps {
  readonly message: ShownMessage
  readonly busy: boolean
  readonly onEdit: () => void
}

/** Other versions of a message, and another one. */
function Actions({ message: { id, chat, parent, role, text, place, places }, busy, onEdit }: ActionProps) {
  const { t } = useTranslation()
  const act = useApiMutation((work: () => Promise<unknown>) => work())
  const turn = (step: 1 | -1) => act.mutate(() => api.chat.turnTo({ message: id, step }))
  return (
    <>
      {act.errorText && <Problem>{act.errorText}</Problem>}
      <div className={layout.row}>
        {places > 1 && (
          <span className={styles.places}>
            <Button kind="link" aria-label={t('chat.earlier')} disabled={place === 0 || busy} onClick={() => turn(-1)}>
              <ChevronLeft aria-hidden />
            </Button>
            <span className={layout.tiny}>{t('chat.version', { place: place + 1, places })}</span>
            <Button
              kind="link"
              aria-label={t('chat.later')}
              disabled={place === places - 1 || busy}
              onClick={() => turn(1)}
            >
              <ChevronRight aria-hidden />
            </Button>
          </span>
        )}
        <CopyButton text={text} copyLabel={t('common.copy')} copiedLabel={t('common.copied')} />
        {role === 'user' && (
          <Button kind="link" disabled={busy} onClick={onEdit}>
            {t('chat.edit')}
          </Button>
        )}
        {role === 'assistant' && parent !== null && (
          <Button
            kind="link"
            disabled={busy || act.isPending}
            onClick={() => act.mutate(() => api.chat.regenerate({ chat, question: parent }))}
          >
            {t('chat.again')}
          </Button>
        )}
      </div>
    </>
  )
}
