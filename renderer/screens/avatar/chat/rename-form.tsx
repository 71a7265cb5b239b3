import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chat } from '../../../../common/model/chat.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

export function RenameForm({ chat, onDone }: { readonly chat: Chat; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const [title, setTitle] = useState(chat.title)
  const save = useApiMutation(async () => {
    await api.chat.rename({ chat: chat.id, title: title.trim() })
    onDone()
  })
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
      <TextField
        label={t('chat.title')}
        value={title}
        maxLength={200}
        autoFocus
        error={save.errorText}
        onChange={(event) => setTitle(event.target.value)}
      />
      <div className={layout.row}>
        <Button type="submit" disabled={title.trim() === '' || save.isPending}>
          {t('chat.save')}
        </Button>
      </div>
    </form>
  )
}
