import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OfferRow } from '../../../../common/model/market.ts'
import { shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useOverview } from '../../../state/overview.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

const presets = ['small', 'medium', 'large'] as const
type Preset = (typeof presets)[number]

/** Which net, which rows, for how long at most; then the usual confirmation. */
export function OrderDialog({ offer, onClose }: { readonly offer: OfferRow; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { balances } = useOverview()
  const [preset, setPreset] = useState<Preset>('medium')
  const [rows, setRows] = useState('10000')
  const [file, setFile] = useState<File | null>(null)
  const [minutes, setMinutes] = useState(String(Math.min(10, Math.floor(offer.maxSeconds / 60))))
  const count = /^\d{1,7}$/.test(rows) && Number(rows) >= 1 && Number(rows) <= 1_048_576 ? Number(rows) : null
  const term =
    /^\d{1,6}$/.test(minutes) && Number(minutes) >= 1 && Number(minutes) * 60 <= offer.maxSeconds
      ? Number(minutes) * 60
      : null
  const escrow = term === null ? null : offer.price * BigInt(term)
  const short = escrow !== null && balances !== null && balances.market < escrow
  const order = useApiMutation(async () => {
    const source = file
      ? { kind: 'csv' as const, text: await file.text() }
      : { kind: 'generated' as const, count: count! }
    const work = await api.market.prepareWork({ preset, source })
    if (await act({ kind: 'placeOrder', offer: offer.id, term: term!, maxPrice: offer.price, work: work.hash }))
      onClose()
  })
  return (
    <Dialog
      title={t('order.title', { id: offer.machine.id })}
      open
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            kind="primary"
            disabled={order.isPending || term === null || (!file && count === null) || short}
            onClick={() => order.mutate()}
          >
            {order.isPending ? t('order.preparing') : t('common.continue')}
          </Button>
        </>
      }
    >
      <div className={layout.stack}>
        <p className={layout.muted}>{t('order.text')}</p>
        <SelectField
          label={t('order.net')}
          value={preset}
          onChange={(event) => setPreset(event.target.value as Preset)}
        >
          {presets.map((item) => (
            <option key={item} value={item}>
              {t(`order.${item}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('order.rows')}
          inputMode="numeric"
          value={rows}
          disabled={file !== null}
          error={!file && count === null ? t('order.badRows') : null}
          onChange={(event) => setRows(event.target.value)}
        />
        <TextField
          label={t('order.file')}
          type="file"
          accept=".csv,.txt"
          hint={t('order.fileHint')}
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <TextField
          label={t('order.minutes')}
          inputMode="numeric"
          value={minutes}
          error={term === null ? t('order.badMinutes', { longest: Math.floor(offer.maxSeconds / 60) }) : null}
          onChange={(event) => setMinutes(event.target.value)}
        />
        <Facts
          items={[
            [t('order.price'), shortCoins(offer.price, 8)],
            [t('order.escrow'), escrow === null ? '–' : shortCoins(escrow, 8)],
            [t('balances.market'), balances ? shortCoins(balances.market) : '–'],
          ]}
        />
        {short && <Problem>{t('order.short')}</Problem>}
        {order.errorText && <Problem>{order.errorText}</Problem>}
        <p className={layout.tiny}>{t('order.plaintext')}</p>
      </div>
    </Dialog>
  )
}
