import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { OfferRow } from '../../../../common/model/market.ts'
import type { RequestField } from '../../../../common/model/request-form.ts'
import { FileField } from '../../../forms/file-field.tsx'
import { number } from '../../../forms/fields.ts'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { isEnough } from '../../../lib/enough.ts'
import { shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useOverview } from '../../../state/overview.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { DialogActions } from '../../../ui/dialog.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { useKindWords } from './kind-words.ts'
import { formOf, requestOf } from './request-fields.ts'

const MINUTE = 60
const USUAL_MINUTES = 10

interface Props {
  readonly offer: OfferRow
  readonly kind: string
  /** Which of the kind's ways to ask this is; null where there is one. */
  readonly source: string | null
  readonly fields: readonly RequestField[]
  readonly onClose: () => void
}

/** The fields of a kind's request, and for how long at most; then the usual confirmation. */
export function OrderForm({ offer, kind, source, fields, onClose }: Props) {
  const { t } = useTranslation()
  const { balances } = useOverview()
  const request = formOf(fields)
  const longest = number(z.int().min(MINUTE).max(offer.maxSeconds), MINUTE)
  const form = useSchemaForm({
    schema: z.object({ request: request.schema, term: longest }),
    values: {
      request: request.values,
      term: String(Math.min(USUAL_MINUTES, Math.floor(offer.maxSeconds / MINUTE))),
    },
    save: async ({ request: values, term }) => {
      const asked = await requestOf(values)
      const work = await api.market.prepareWork({ kind, request: source === null ? asked : { source, ...asked } })
      if (await act({ kind: 'placeOrder', offer: offer.id, term, maxPrice: offer.price, work: work.hash })) onClose()
    },
  })
  const term = longest.safeParse(form.value('term'))
  const escrow = term.success ? offer.price * BigInt(term.data) : null
  const inWallet = balances?.wallet ?? null
  const short = escrow !== null && !isEnough(balances, escrow)
  return (
    <form className={layout.stack} noValidate onSubmit={(event) => void form.submit(event)}>
      {fields.map((field) => (
        <Field key={field.name} kind={kind} field={field} input={form.field(`request.${field.name}`)} />
      ))}
      <TextField label={t('order.minutes')} inputMode="numeric" {...form.field('term')} />
      <Facts
        items={[
          [t('order.price'), shortCoins(offer.price, 8)],
          [t('order.escrow'), escrow === null ? '–' : shortCoins(escrow, 8)],
          [t('balances.market'), balances ? shortCoins(balances.market) : '–'],
          [t('balances.wallet'), inWallet === null ? '–' : shortCoins(inWallet)],
        ]}
      />
      {short && <Problem>{t('order.short')}</Problem>}
      {form.problem && <Problem>{form.problem}</Problem>}
      <p className={layout.tiny}>{t('order.plaintext')}</p>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button kind="primary" type="submit" disabled={form.busy || form.wrong || short}>
          {form.busy ? t('order.preparing') : t('common.continue')}
        </Button>
      </DialogActions>
    </form>
  )
}

interface FieldProps {
  readonly kind: string
  readonly field: RequestField
  readonly input: ReturnType<ReturnType<typeof useSchemaForm>['field']>
}

function Field({ kind, field, input }: FieldProps) {
  const words = useKindWords(kind)
  const shown = { label: words.field(field), hint: words.help(field), ...input }
  switch (field.type) {
    case 'choice':
      return (
        <SelectField {...shown}>
          {!field.initial && <option value="" />}
          {field.options.map((option) => (
            <option key={option} value={option}>
              {words.option(option)}
            </option>
          ))}
        </SelectField>
      )
    case 'whole':
      return <TextField inputMode="numeric" {...shown} />
    case 'file':
      return <FileField accept={field.accept} {...shown} />
  }
}
