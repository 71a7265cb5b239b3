import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { AmountField } from '../../../forms/amount-field.tsx'
import { coins, recipient } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { act } from '../../../state/act.ts'
import { useOverview } from '../../../state/overview.ts'
import { SelectField, TextField } from '../../../ui/field.tsx'

const kinds = ['deposit', 'withdraw', 'send'] as const

const upTo = (units: bigint | null) => coins(1n, units === null ? null : { units, words: 'balance' })
/** @param wallet what is in the wallet; null where that is not known yet. @param market what is free in the market */
const moveOf = (wallet: bigint | null, market: bigint | null) =>
  z.discriminatedUnion('kind', [
    z
      .object({ kind: z.literal('deposit'), to: z.string(), amount: upTo(wallet) })
      .transform(({ kind, amount }) => ({ kind, amount })),
    z
      .object({ kind: z.literal('withdraw'), to: z.string(), amount: upTo(market) })
      .transform(({ kind, amount }) => ({ kind, amount })),
    z.object({ kind: z.literal('send'), to: recipient, amount: upTo(wallet) }),
  ])

/** Moves coins between the wallet, the market and others. */
export function MoveForm() {
  const { t } = useTranslation()
  const { balances, wallet } = useOverview()
  const [inWallet, inMarket] = [balances?.wallet ?? null, balances?.market ?? null]
  const form = useSchemaForm({
    schema: moveOf(inWallet, inMarket),
    values: { kind: 'deposit', to: '', amount: '' },
    save: async (move) => {
      if (await act(move)) form.reset((fields) => ({ ...fields, amount: '' }))
    },
  })
  const kind = form.value('kind')
  return (
    <Form form={form} submit={t('common.continue')} disabled={wallet.state !== 'open'}>
      <SelectField label={t('balances.what')} {...form.field('kind')}>
        {kinds.map((item) => (
          <option key={item} value={item}>
            {t(`actions.${item}`)}
          </option>
        ))}
      </SelectField>
      {kind === 'send' && <TextField label={t('balances.to')} spellCheck={false} {...form.field('to')} />}
      <AmountField
        label={t('balances.amount')}
        {...form.field('amount')}
        most={kind === 'withdraw' ? inMarket : inWallet}
        onMost={(all) => form.set('amount', all)}
      />
    </Form>
  )
}
