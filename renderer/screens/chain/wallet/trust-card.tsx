import { useTranslation } from 'react-i18next'
import { PassphraseForm } from './passphrase-form.tsx'
import { api } from '../../../state/transport.ts'
import { useOverview } from '../../../state/overview.ts'
import { Card } from '../../../ui/card.tsx'

/** A wallet signs for another network only after its owner has said so with the passphrase. */
export function TrustCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const { name, chainId } = useOverview().network
  return (
    <Card title={t('wallet.trustTitle', { name })} className={className}>
      <p>{t('wallet.trustText', { name, chainId })}</p>
      <PassphraseForm submit={t('wallet.trust')} save={(passphrase) => api.wallet.trustNetwork({ passphrase })} />
    </Card>
  )
}
