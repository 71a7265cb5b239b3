import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { OfferRow } from '../../../../common/model/market.ts'
import { files, number } from '../../../forms/fields.ts'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useOverview } from '../../../state/overview.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

const MINUTE = 60
const MOST_ROWS = 2 ** 20
const presets = ['small', 'medium', 'large'] as const

/** Rows count where no file gives its own. */
const orderOf = ({ maxSeconds }: OfferRow) =>
  z.object({
    preset: z.enum(presets),
    count: number(z.int().min(1).max(MOST_ROWS)),
    file: files(0),
    term: number(z.int().min(MINUTE).max(maxSeconds), MINUTE),
  })

/** Which net, which rows, for how long at most; then the usual confirmation. */
export function OrderDialog({ offer, onClose }: { readonly offer: OfferRow; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const { balances } = useOverview()
  const schema = orderOf(offer)
  const form = useSchemaForm({
    schema,
    values: {
      preset: 'medium',
      count: '10000',
      file: null,
      term: String(Math.min(10, Math.floor(offer.maxSeconds / MINUTE))),
    },
    save: async ({ preset, count, file: [file], term }) => {
      const source = file ? { kind: 'csv' as const, text: await file.text() } : { kind: 'generated' as const, count }
      const work = await api.market.prepareWork({ preset, source })
      if (await act({ kind: 'placeOrder', offer: offer.id, term, maxPrice: offer.price, work: work.hash })) onClose()
    },
  })
  const term = schema.shape.term.safeParse(form.value('term'))
  const escrow = term.success ? offer.price * BigInt(term.data) : null
  const short = escrow !== null && balances !== null && balances.market < escrow
  return (
    <Dialog
      title={t('order.title', { id: offer.machine.id })}
      open
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" type="submit" form={id} disabled={form.busy || form.wrong || short}>
            {form.busy ? t('order.preparing') : t('common.continue')}
          </Button>
        </>
      }
    >
      <form id={id} className={layout.stack} noValidate onSubmit={(event) => void form.submit(event)}>
        <p className={layout.muted}>{t('order.text')}</p>
        <SelectField label={t('order.net')} {...form.field('preset')}>
          {presets.map((item) => (
            <option key={item} value={item}>
              {t(`order.${item}`)}
            </option>
          ))}
        </SelectField>
        <TextField label={t('order.rows')} inputMode="numeric" {...form.field('count')} />
        <TextField
          label={t('order.file')}
          type="file"
          accept=".csv,.txt"
          hint={t('order.fileHint')}
          {...form.field('file')}
        />
        <TextField label={t('order.minutes')} inputMode="numeric" {...form.field('term')} />
        <Facts
          items={[
            [t('order.price'), shortCoins(offer.price, 8)],
            [t('order.escrow'), escrow === null ? '–' : shortCoins(escrow, 8)],
            [t('balances.market'), balances ? shortCoins(balances.market) : '–'],
          ]}
        />
        {short && <Problem>{t('order.short')}</Problem>}
        {form.problem && <Problem>{form.problem}</Problem>}
        <p className={layout.tiny}>{t('order.plaintext')}</p>
      </form>
    </Dialog>
  )
}
