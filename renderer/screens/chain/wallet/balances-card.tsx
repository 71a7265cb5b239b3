import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCoins, parseCoins } from '../../../../common/model/money.ts'
import type { PersonalAction } from '../../../../common/model/action.ts'
import { shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useOverview } from '../../../state/overview.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import styles from './wallet.module.css'

const kinds = ['deposit', 'withdraw', 'send'] as const
type Kind = (typeof kinds)[number]

function amountOf(text: string): bigint | null {
  try {
    const units = parseCoins(text)
    return units > 0n ? units : null
  } catch {
    return null
  }
}

export function BalancesCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const { balances, network, wallet } = useOverview()
  const [kind, setKind] = useState<Kind>('deposit')
  const [text, setText] = useState('')
  const [to, setTo] = useState('')
  const amount = amountOf(text)
  const move = useApiMutation(async () => {
    const action: PersonalAction = kind === 'send' ? { kind, to, amount: amount! } : { kind, amount: amount! }
    if (await act(action)) setText('')
  })
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
        <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), move.mutate())}>
          <SelectField
            label={t('balances.what')}
            value={kind}
            onChange={(event) => setKind(event.target.value as Kind)}
          >
            {kinds.map((item) => (
              <option key={item} value={item}>
                {t(`actions.${item}`)}
              </option>
            ))}
          </SelectField>
          {kind === 'send' && (
            <TextField
              label={t('balances.to')}
              value={to}
              spellCheck={false}
              error={to !== '' && !/^0x[0-9a-fA-F]{40}$/.test(to) ? t('balances.badAddress') : null}
              onChange={(event) => setTo(event.target.value)}
            />
          )}
          <TextField
            label={t('balances.amount')}
            inputMode="decimal"
            value={text}
            error={text !== '' && amount === null ? t('balances.badAmount') : null}
            onChange={(event) => setText(event.target.value)}
          />
          {move.errorText && <Problem>{move.errorText}</Problem>}
          <div className={layout.row}>
            <Button
              kind="primary"
              type="submit"
              disabled={
                move.isPending ||
                amount === null ||
                wallet.state !== 'open' ||
                (kind === 'send' && !/^0x[0-9a-fA-F]{40}$/.test(to))
              }
            >
              {t('common.continue')}
            </Button>
          </div>
        </form>
      </div>
    </Card>
  )
}
