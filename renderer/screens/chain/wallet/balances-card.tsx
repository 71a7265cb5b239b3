import { useTranslation } from 'react-i18next'
import { formatCoins } from '../../../../common/model/money.ts'
import { shortCoins } from '../../../lib/format.ts'
import { useOverview } from '../../../state/overview.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { HeldCoins } from './held-coins.tsx'
import { MoveForm } from './move-form.tsx'
import styles from './wallet.module.css'

export function BalancesCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const { balances, network, wallet } = useOverview()
  const faucet = useApiMutation(() => api.wallet.faucet({}))
  const lock = useApiMutation(() => api.wallet.lock({}))
  const shown = (units: bigint | null | undefined): string =>
    units === null || units === undefined ? '–' : shortCoins(units)
  return (
    <Card
      title={t('balances.title')}
      className={className}
      aside={
        wallet.state === 'open' && (
          <Button kind="link" onClick={() => lock.mutate()}>
            {t('wallet.lock')}
          </Button>
        )
      }
    >
      <div className={layout.stack}>
        <div className={styles.amounts}>
          <div>
            <div className={layout.muted}>{t('balances.wallet')}</div>
            <div className={layout.big}>{shown(balances?.wallet)}</div>
          </div>
          <div>
            <div className={layout.muted}>{t('balances.market')}</div>
            <div className={layout.big}>{shown(balances?.market)}</div>
          </div>
          <div>
            <div className={layout.muted}>{t('balances.gas')}</div>
            <div>
              {balances?.gas === null || balances?.gas === undefined
                ? '–'
                : `${Number(formatCoins(balances.gas)).toFixed(5)} ETH`}
            </div>
          </div>
        </div>
        <HeldCoins />
        {wallet.protection && <p className={layout.tiny}>{t(`wallet.protection.${wallet.protection}`)}</p>}
        {network.practice && (
          <div className={layout.row}>
            <Button disabled={faucet.isPending || !wallet.backedUp} onClick={() => faucet.mutate()}>
              {t('balances.faucet')}
            </Button>
            <span className={layout.muted}>
              {wallet.backedUp ? t('balances.faucetText') : t('errors.NOT_BACKED_UP')}
            </span>
          </div>
        )}
        {faucet.errorText && <Problem>{faucet.errorText}</Problem>}
        <MoveForm />
      </div>
    </Card>
  )
}
