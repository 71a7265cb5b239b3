import { useTranslation } from 'react-i18next'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** A wallet whose file the system's keyring has not opened, by which nothing is lost. */
export function SealedCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const reopen = useApiMutation(() => api.wallet.reopen())
  return (
    <Card title={t('wallet.sealedTitle')} className={className}>
      <div className={layout.stack}>
        <p>{t('wallet.sealedText')}</p>
        {reopen.errorText && <Problem>{reopen.errorText}</Problem>}
        <Button kind="primary" disabled={reopen.isPending} onClick={() => reopen.mutate()}>
          {t('wallet.reopen')}
        </Button>
      </div>
    </Card>
  )
}
