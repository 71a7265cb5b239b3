import { SendHorizontal, Square } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

interface Props {
  readonly name: string
  /** Whether an answer is being written. */
  readonly writing: boolean
  readonly busy: boolean
  readonly onSend: (text: string) => void
  readonly onStop: () => void
}

const LONGEST = 20_000

/** Where the person writes. Enter sends; Shift and Enter begin a new line; Escape stops the answer. */
export function Composer({ name, writing, busy, onSend, onStop }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const send = (): void => {
    if (text.trim() === '' || busy || writing) return
    onSend(text.trim())
    setText('')
  }
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), send())}>
      <TextArea
        label={t('chat.message', { name })}
        hint={t('chat.keys')}
        value={text}
        rows={2}
        maxLength={LONGEST}
        dir="auto"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && writing) onStop()
          // While an input method composes, Enter is the method's own.
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <div className={layout.row}>
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
  )
}
