import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { TextField } from '../../../ui/field.tsx'

const Given = z.object({ passphrase: z.string().min(1).max(1024) })

interface Props {
  readonly submit: string
  readonly save: (passphrase: string) => Promise<unknown>
}

/** Asks for the wallet's passphrase; it is wiped once it was right. */
export function PassphraseForm({ submit, save }: Props) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Given,
    values: { passphrase: '' },
    save: async ({ passphrase }) => {
      await save(passphrase)
      form.reset()
    },
  })
  const { error, ...field } = form.field('passphrase')
  return (
    <Form form={{ ...form, problem: null }} submit={submit}>
      <TextField
        label={t('wallet.passphrase')}
        type="password"
        autoComplete="current-password"
        {...field}
        error={error ?? form.problem}
      />
    </Form>
  )
}
