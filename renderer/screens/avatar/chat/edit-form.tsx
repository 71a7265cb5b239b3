import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

/** Asks a question in other words. What was said after the old one stays, on a branch of its own. */
export function EditForm({
  text,
  onSave,
  onCancel,
}: {
  readonly text: string
  readonly onSave: (text: string) => Promise<unknown>
  readonly onCancel: () => void
}) {
  const { t } = useTranslation()
  const [words, setWords] = useState(text)
  const save = useApiMutation(() => onSave(words.trim()))
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
      <TextArea
        label={t('chat.editLabel')}
        value={words}
        maxLength={20_000}
        autoFocus
        dir="auto"
        error={save.errorText}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className={layout.row}>
        <Button kind="primary" type="submit" disabled={words.trim() === '' || save.isPending}>
          {t('chat.send')}
        </Button>
        <Button onClick={onCancel}>{t('common.cancel')}</Button>
      </div>
    </form>
  )
}
