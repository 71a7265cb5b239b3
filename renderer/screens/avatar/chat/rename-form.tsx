import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { Chat } from '../../../../common/model/chat.ts'
import { text } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { api } from '../../../state/transport.ts'
import { TextField } from '../../../ui/field.tsx'

const LONGEST = 200
const Named = z.object({ title: text(LONGEST) })

export function RenameForm({ chat, onDone }: { readonly chat: Chat; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Named,
    values: { title: chat.title },
    save: async ({ title }) => {
      await api.chat.rename({ chat: chat.id, title })
      onDone()
    },
  })
  return (
    <Form form={form} kind="secondary" submit={t('chat.save')}>
      <TextField label={t('chat.title')} maxLength={LONGEST} autoFocus {...form.field('title')} />
    </Form>
  )
}
