import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

export function UnlockCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const [passphrase, setPassphrase] = useState('')
  const unlock = useApiMutation(async () => {
    await api.wallet.unlock({ passphrase })
    setPassphrase('')
  })
  return (
    <Card title={t('wallet.unlockTitle')} className={className}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), unlock.mutate())}>
        <TextField
          label={t('wallet.passphrase')}
          type="password"
          autoComplete="current-password"
          value={passphrase}
          error={unlock.errorText}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <div className={layout.row}>
          <Button kind="primary" type="submit" disabled={unlock.isPending || passphrase === ''}>
            {t('wallet.unlock')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
