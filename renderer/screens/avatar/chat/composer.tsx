import { SendHorizontal, Square } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Avatar } from '../../../../common/model/chat.ts'
import { Button } from '../../../ui/button.tsx'
import { layout } from '../../../ui/layout.tsx'
import styles from './composer.module.css'
import { ModelChoice } from './model-choice.tsx'
import { SamplingForm } from './sampling-form.tsx'

interface Props {
  readonly avatar: Avatar
  /** Whether an answer is being written. */
  readonly writing: boolean
  readonly busy: boolean
  /** What stands above it. */
  readonly beside?: ReactNode
  readonly onSend: (text: string) => void
  readonly onStop?: () => void
}

const LONGEST = 20_000

/** Where the person writes. Enter sends; Shift and Enter begin a new line; Escape stops the answer. */
export function Composer({ avatar, writing, busy, beside, onSend, onStop }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [more, setMore] = useState(false)
  const send = (): void => {
    if (text.trim() === '' || busy || writing) return
    onSend(text.trim())
    setText('')
  }
  return (
    <div className={styles.composer}>
      {beside}
      {more && <SamplingForm onDone={() => setMore(false)} />}
      <form className={styles.box} onSubmit={(event) => (event.preventDefault(), send())}>
        <textarea
          className={styles.text}
          aria-label={t('chat.message', { name: avatar.name })}
          placeholder={t('chat.message', { name: avatar.name })}
          title={t('chat.keys')}
          value={text}
          rows={1}
          maxLength={LONGEST}
          dir="auto"
          autoFocus
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && writing) onStop?.()
            // While an input method composes, Enter is the method's own.
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <div className={layout.between}>
          <span className={`${layout.row} ${styles.tools}`}>
            <ModelChoice avatar={avatar} />
            <Button kind="link" aria-expanded={more} onClick={() => setMore(!more)}>
              {t('chat.more')}
            </Button>
          </span>
          {writing ? (
            <Button onClick={onStop}>
              <Square aria-hidden />
              {t('chat.stop')}
            </Button>
          ) : (
            <Button kind="primary" type="submit" disabled={text.trim() === '' || busy}>
              <SendHorizontal aria-hidden />
              {t('chat.send')}
            </Button>
          )}
        </div>
      </form>
    </div>
  )
}
