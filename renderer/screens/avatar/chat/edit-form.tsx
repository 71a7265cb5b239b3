import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { MessageText } from '../../../../common/model/chat.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { Button } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/field.tsx'

const Edited = z.object({ text: MessageText })

interface Props {
  readonly text: string
  readonly onSave: (text: string) => Promise<unknown>
  readonly onCancel: () => void
}

/** Asks a question in other words. What was said after the old one stays, on a branch of its own. */
export function EditForm({ text, onSave, onCancel }: Props) {
  const { t } = useTranslation()
  const form = useSchemaForm({ schema: Edited, values: { text }, save: (edited) => onSave(edited.text) })
  return (
    <Form form={form} submit={t('chat.send')} beside={<Button onClick={onCancel}>{t('common.cancel')}</Button>}>
      <TextArea label={t('chat.editLabel')} maxLength={20_000} autoFocus dir="auto" {...form.field('text')} />
    </Form>
  )
}
