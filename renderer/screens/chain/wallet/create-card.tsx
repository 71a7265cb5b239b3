import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { newPassphrase, text } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { useNextFocus } from '../../../ui/use-next-focus.ts'

interface Props {
  readonly className?: string | undefined
  readonly damaged: boolean
  readonly onCreate: (passphrase: string) => Promise<void>
}

export function CreateCard({ className, damaged, onCreate }: Props) {
  const { t } = useTranslation()
  const [importing, setImporting] = useState(false)
  const steps = useNextFocus<HTMLDivElement>(String(importing))
  return (
    <Card title={importing ? t('wallet.importTitle') : t('wallet.createTitle')} className={className}>
      <div ref={steps} className={layout.stack}>
        {damaged && <Problem>{t('errors.KEYSTORE_DAMAGED')}</Problem>}
        <p className={layout.muted}>{importing ? t('wallet.importText') : t('wallet.createText')}</p>
        <WalletForm
          key={String(importing)}
          importing={importing}
          onCreate={onCreate}
          onSwitch={() => setImporting(!importing)}
        />
      </div>
    </Card>
  )
}

const Words = z.object({ words: text(400) })
const New = newPassphrase.and(z.object({ words: z.string() }))
const Imported = newPassphrase.and(Words)

interface FormProps extends Pick<Props, 'onCreate'> {
  readonly importing: boolean
  readonly onSwitch: () => void
}

function WalletForm({ importing, onCreate, onSwitch }: FormProps) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: importing ? Imported : New,
    values: { words: '', passphrase: '', again: '' },
    save: async ({ words, passphrase }) => {
      await (importing ? api.wallet.import({ mnemonic: words, passphrase }) : onCreate(passphrase))
      form.reset()
    },
  })
  return (
    <Form
      form={form}
      submit={importing ? t('wallet.import') : t('wallet.create')}
      beside={
        <Button kind="link" onClick={onSwitch}>
          {importing ? t('wallet.createInstead') : t('wallet.importInstead')}
        </Button>
      }
    >
      {importing && (
        <TextArea label={t('wallet.words')} autoComplete="off" spellCheck={false} {...form.field('words')} />
      )}
      <TextField
        label={t('wallet.passphrase')}
        type="password"
        autoComplete="new-password"
        hint={t('wallet.passphraseHint')}
        {...form.field('passphrase')}
      />
      <TextField
        label={t('wallet.passphraseAgain')}
        type="password"
        autoComplete="new-password"
        {...form.field('again')}
      />
    </Form>
  )
}
