import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { formatCoins } from '../../../../common/model/money.ts'
import { Address } from '../../../../common/model/values.ts'
import { coins } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
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

const kinds = ['deposit', 'withdraw', 'send'] as const
const amount = coins(1n)
const Move = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.enum(['deposit', 'withdraw']), to: z.string(), amount })
    .transform(({ kind, amount: units }) => ({ kind, amount: units })),
  z.object({ kind: z.literal('send'), to: Address, amount }),
])

/** Moves coins between the wallet, the market and others. */
function MoveForm() {
  const { t } = useTranslation()
  const { wallet } = useOverview()
  const form = useSchemaForm({
    schema: Move,
    values: { kind: 'deposit', to: '', amount: '' },
    save: async (move) => {
      if (await act(move)) form.reset((fields) => ({ ...fields, amount: '' }))
    },
  })
  return (
    <Form form={form} submit={t('common.continue')} disabled={wallet.state !== 'open'}>
      <SelectField label={t('balances.what')} {...form.field('kind')}>
        {kinds.map((item) => (
          <option key={item} value={item}>
            {t(`actions.${item}`)}
          </option>
        ))}
      </SelectField>
      {form.value('kind') === 'send' && (
        <TextField label={t('balances.to')} spellCheck={false} {...form.field('to', t('forms.address'))} />
      )}
      <TextField label={t('balances.amount')} inputMode="decimal" {...form.field('amount')} />
    </Form>
  )
}
