import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

const SHORTEST = 10

export function CreateCard({
  className,
  damaged,
}: {
  readonly className?: string | undefined
  readonly damaged: boolean
}) {
  const { t } = useTranslation()
  const [importing, setImporting] = useState(false)
  const [words, setWords] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const make = useApiMutation(async () => {
    await (importing ? api.wallet.import({ mnemonic: words, passphrase }) : api.wallet.create({ passphrase }))
    setWords('')
    setPassphrase('')
    setAgain('')
  })
  const short = passphrase.length > 0 && passphrase.length < SHORTEST
  const differs = again.length > 0 && again !== passphrase
  return (
    <Card title={importing ? t('wallet.importTitle') : t('wallet.createTitle')} className={className}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), make.mutate())}>
        {damaged && <Problem>{t('errors.KEYSTORE_DAMAGED')}</Problem>}
        <p className={layout.muted}>{importing ? t('wallet.importText') : t('wallet.createText')}</p>
        {importing && (
          <TextArea
            label={t('wallet.words')}
            value={words}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
        <TextField
          label={t('wallet.passphrase')}
          type="password"
          autoComplete="new-password"
          value={passphrase}
          error={short ? t('wallet.passphraseShort') : null}
          hint={t('wallet.passphraseHint')}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <TextField
          label={t('wallet.passphraseAgain')}
          type="password"
          autoComplete="new-password"
          value={again}
          error={differs ? t('wallet.passphraseDiffers') : null}
          onChange={(event) => setAgain(event.target.value)}
        />
        {make.errorText && <Problem>{make.errorText}</Problem>}
        <div className={layout.row}>
          <Button
            kind="primary"
            type="submit"
            disabled={
              make.isPending ||
              passphrase.length < SHORTEST ||
              again !== passphrase ||
              (importing && words.trim() === '')
            }
          >
            {importing ? t('wallet.import') : t('wallet.create')}
          </Button>
          <Button kind="link" onClick={() => (setImporting(!importing), make.reset())}>
            {importing ? t('wallet.createInstead') : t('wallet.importInstead')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
