import { useTranslation } from 'react-i18next'
import { PassphraseForm } from './passphrase-form.tsx'
import { api } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'

export function UnlockCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  return (
    <Card title={t('wallet.unlockTitle')} className={className}>
      <PassphraseForm submit={t('wallet.unlock')} save={(passphrase) => api.wallet.unlock({ passphrase })} />
    </Card>
  )
}
