import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProfitSettings, Tariff } from '../../../../common/model/profit/tariff.ts'
import { dateTime, weekdays } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { CheckField, SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { WeekGrid } from '../../../ui/week-grid.tsx'

const DAYTIME = Array.from({ length: 7 }, () => `${'0'.repeat(6)}${'1'.repeat(16)}00`)
const amount = (micros: number | null): string => (micros === null ? '' : String(micros / 1e6))
/** Millionths of what a person typed; undefined where it is no amount. */
const micros = (text: string): number | undefined =>
  /^-?\d{1,5}(?:[.,]\d{1,6})?$/.test(text.trim()) ? Math.round(Number(text.trim().replace(',', '.')) * 1e6) : undefined
const watts = (text: string): number | null | undefined =>
  text.trim() === '' ? null : /^\d{1,4}$/.test(text.trim()) ? Number(text) : undefined

/** What electricity costs here, and what the owner takes a coin to be worth. */
export function TariffForm({ saved }: { readonly saved: ProfitSettings }) {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const { tariff } = saved
  const [kind, setKind] = useState<Tariff['kind'] | 'none'>(tariff?.kind ?? 'none')
  const [low, setLow] = useState(
    amount(
      tariff?.kind === 'flat'
        ? tariff.price
        : tariff?.kind === 'two-rate'
          ? tariff.low
          : tariff?.kind === 'dynamic'
            ? tariff.fallback
            : null,
    ),
  )
  const [high, setHigh] = useState(amount(tariff?.kind === 'two-rate' ? tariff.high : null))
  const [hours, setHours] = useState<readonly string[]>(tariff?.kind === 'two-rate' ? tariff.highHours.hours : DAYTIME)
  const [currency, setCurrency] = useState(saved.currency)
  const [base, setBase] = useState(saved.baseWatts === 0 ? '' : String(saved.baseWatts))
  const [assumed, setAssumed] = useState(saved.assumedWatts === null ? '' : String(saved.assumedWatts))
  const [coin, setCoin] = useState(amount(saved.coinValue))
  const [never, setNever] = useState(saved.neverBelowCost)
  const feed = tariff?.kind === 'dynamic' ? tariff.feed : []
  const made = (): Tariff | null | undefined => {
    const [first, second] = [micros(low), micros(high)]
    if (kind === 'none') return null
    if (first === undefined) return undefined
    if (kind === 'flat') return { kind, price: first }
    if (kind === 'dynamic') return { kind, fallback: first, feed: [...feed] }
    return second === undefined
      ? undefined
      : { kind, low: first, high: second, highHours: { hours: [...hours], timeZone: null } }
  }
  const next = made()
  const [value, extra, drawn] = [coin.trim() === '' ? null : micros(coin), watts(base), watts(assumed)]
  const broken =
    next === undefined ||
    value === undefined ||
    (value !== null && value < 1) ||
    extra === undefined ||
    drawn === undefined ||
    drawn === 0 ||
    !/^[A-Z]{3}$/.test(currency)
  const refresh = () => client.invalidateQueries({ queryKey: query.profit.key() })
  const save = useApiMutation(async () => {
    await api.profit.change({
      currency,
      tariff: next!,
      baseWatts: extra ?? 0,
      assumedWatts: drawn ?? null,
      coinValue: value ?? null,
      neverBelowCost: never,
    })
    await refresh()
  })
  const take = useApiMutation(async (file: File) => {
    await api.profit.importFeed({ text: await file.text() })
    await refresh()
  })
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
      <div className={layout.pair}>
        <SelectField
          label={t('profit.kind')}
          value={kind}
          onChange={(event) => setKind(event.target.value as Tariff['kind'] | 'none')}
        >
          {(['none', 'flat', 'two-rate', 'dynamic'] as const).map((item) => (
            <option key={item} value={item}>
              {t(`profit.kinds.${item}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('profit.currency')}
          value={currency}
          maxLength={3}
          onChange={(event) => setCurrency(event.target.value.toUpperCase())}
        />
      </div>
      {kind !== 'none' && (
        <div className={layout.pair}>
          <TextField
            label={t(kind === 'two-rate' ? 'profit.low' : kind === 'dynamic' ? 'profit.fallback' : 'profit.price')}
            inputMode="decimal"
            value={low}
            error={micros(low) === undefined ? t('profit.badAmount') : null}
            onChange={(event) => setLow(event.target.value)}
          />
          {kind === 'two-rate' && (
            <TextField
              label={t('profit.high')}
              inputMode="decimal"
              value={high}
              error={micros(high) === undefined ? t('profit.badAmount') : null}
              onChange={(event) => setHigh(event.target.value)}
            />
          )}
        </div>
      )}
      {kind === 'two-rate' && (
        <WeekGrid label={t('profit.highHours')} hours={hours} dayNames={weekdays(i18n.language)} onChange={setHours} />
      )}
      {kind === 'dynamic' && (
        <TextField
          label={t('profit.feed')}
          type="file"
          accept=".json,.csv"
          hint={
            feed.length > 0
              ? t('profit.feedHas', {
                  count: feed.length,
                  from: dateTime(feed[0]!.from, i18n.language),
                  to: dateTime(feed.at(-1)!.to, i18n.language),
                })
              : t('profit.feedHint')
          }
          error={take.errorText}
          onChange={(event) => event.target.files?.[0] && take.mutate(event.target.files[0])}
        />
      )}
      <div className={layout.pair}>
        <TextField
          label={t('profit.assumed')}
          hint={t('profit.assumedHint')}
          inputMode="numeric"
          value={assumed}
          onChange={(event) => setAssumed(event.target.value)}
        />
        <TextField
          label={t('profit.base')}
          hint={t('profit.baseHint')}
          inputMode="numeric"
          value={base}
          onChange={(event) => setBase(event.target.value)}
        />
      </div>
      <TextField
        label={t('profit.coin', { currency })}
        hint={t('profit.coinHint')}
        inputMode="decimal"
        value={coin}
        onChange={(event) => setCoin(event.target.value)}
      />
      <CheckField label={t('profit.never')} checked={never} onChange={(event) => setNever(event.target.checked)} />
      {save.errorText && <Problem>{save.errorText}</Problem>}
      <div className={layout.row}>
        <Button kind="primary" type="submit" disabled={broken || save.isPending}>
          {t('profit.save')}
        </Button>
      </div>
    </form>
  )
}
