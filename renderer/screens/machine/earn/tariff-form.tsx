import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { FeedEntry, ProfitSettings, type Tariff } from '../../../../common/model/profit/tariff.ts'
import { FileField } from '../../../forms/file-field.tsx'
import { number, numberText, optionalNumber } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { dateTime, weekdays } from '../../../lib/format.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api, query } from '../../../state/transport.ts'
import { CheckField, SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { WeekGrid } from '../../../ui/week-grid.tsx'

const DAYTIME = Array.from({ length: 7 }, () => `${'0'.repeat(6)}${'1'.repeat(16)}00`)
const MILLION = 1e6
const kinds = ['none', 'flat', 'two-rate', 'dynamic'] as const

const text = z.string()
const hours = z.array(text)
const price = number(FeedEntry.shape.price, MILLION)
/** The price of a kilowatt-hour; `low` is the only one where there is no other. */
const TariffFields = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none'), low: text, high: text, hours }).transform(() => null),
  z
    .object({ kind: z.literal('flat'), low: price, high: text, hours })
    .transform(({ kind, low }) => ({ kind, price: low })),
  z
    .object({ kind: z.literal('two-rate'), low: price, high: price, hours })
    .transform(({ hours: highHours, ...rates }) => ({ ...rates, highHours: { hours: highHours, timeZone: null } })),
  z
    .object({ kind: z.literal('dynamic'), low: price, high: text, hours })
    .transform(({ kind, low }) => ({ kind, fallback: low, feed: [] as FeedEntry[] })),
])
const { baseWatts, assumedWatts, coinValue, neverBelowCost } = ProfitSettings.shape
const Profit = z.object({
  tariff: TariffFields,
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .refine((code) => ProfitSettings.shape.currency.safeParse(code).success, { params: { words: 'currency' } }),
  baseWatts: optionalNumber(baseWatts).transform((watts) => watts ?? 0),
  assumedWatts: optionalNumber(assumedWatts.unwrap()),
  coinValue: optionalNumber(coinValue.unwrap(), MILLION),
  neverBelowCost,
})

function tariffFields(tariff: Tariff | null): z.input<typeof TariffFields> {
  const kind: (typeof kinds)[number] = tariff?.kind ?? 'none'
  const fields = { kind, low: '', high: '', hours: DAYTIME }
  switch (tariff?.kind) {
    case 'flat':
      return { ...fields, low: numberText(tariff.price, MILLION) }
    case 'dynamic':
      return { ...fields, low: numberText(tariff.fallback, MILLION) }
    case 'two-rate': {
      const { low, high, highHours } = tariff
      return { ...fields, low: numberText(low, MILLION), high: numberText(high, MILLION), hours: highHours.hours }
    }
    case undefined:
      return fields
  }
}

/** What electricity costs here, and what the owner takes a coin to be worth. */
export function TariffForm({ saved }: { readonly saved: ProfitSettings }) {
  const { t, i18n } = useTranslation()
  const feed = saved.tariff?.kind === 'dynamic' ? saved.tariff.feed : []
  const form = useSchemaForm({
    schema: Profit,
    values: {
      tariff: tariffFields(saved.tariff),
      currency: saved.currency,
      baseWatts: saved.baseWatts === 0 ? '' : numberText(saved.baseWatts),
      assumedWatts: numberText(saved.assumedWatts),
      coinValue: numberText(saved.coinValue, MILLION),
      neverBelowCost: saved.neverBelowCost,
    },
    save: ({ tariff, ...profit }) =>
      api.profit.change({ ...profit, tariff: tariff?.kind === 'dynamic' ? { ...tariff, feed } : tariff }),
    stale: [query.profit.key()],
    follows: true,
  })
  const kind = form.value('tariff.kind')
  return (
    <Form form={form} submit={t('profit.save')} saved={t('common.saved')}>
      <div className={layout.pair}>
        <SelectField label={t('profit.kind')} {...form.field('tariff.kind')}>
          {kinds.map((item) => (
            <option key={item} value={item}>
              {t(`profit.kinds.${item}`)}
            </option>
          ))}
        </SelectField>
        <TextField label={t('profit.currency')} maxLength={3} {...form.field('currency')} />
      </div>
      {kind !== 'none' && (
        <div className={layout.pair}>
          <TextField
            label={t(kind === 'two-rate' ? 'profit.low' : kind === 'dynamic' ? 'profit.fallback' : 'profit.price')}
            inputMode="decimal"
            {...form.field('tariff.low')}
          />
          {kind === 'two-rate' && (
            <TextField label={t('profit.high')} inputMode="decimal" {...form.field('tariff.high')} />
          )}
        </div>
      )}
      {kind === 'two-rate' && (
        <WeekGrid
          label={t('profit.highHours')}
          hours={form.value('tariff.hours')}
          dayNames={weekdays(i18n.language)}
          onChange={(next) => form.set('tariff.hours', next)}
        />
      )}
      {kind === 'dynamic' && <FeedField feed={feed} />}
      <div className={layout.pair}>
        <TextField
          label={t('profit.assumed')}
          hint={t('profit.assumedHint')}
          inputMode="numeric"
          {...form.field('assumedWatts')}
        />
        <TextField
          label={t('profit.base')}
          hint={t('profit.baseHint')}
          inputMode="numeric"
          {...form.field('baseWatts')}
        />
      </div>
      <TextField
        label={t('profit.coin', { currency: form.value('currency').toUpperCase() })}
        hint={t('profit.coinHint')}
        inputMode="decimal"
        {...form.field('coinValue')}
      />
      <CheckField label={t('profit.never')} {...form.field('neverBelowCost')} />
    </Form>
  )
}

/** Takes prices from a file at once: they are part of the tariff that is saved. */
function FeedField({ feed }: { readonly feed: readonly FeedEntry[] }) {
  const { t, i18n } = useTranslation()
  const take = useApiMutation(
    async (file: File) => api.profit.importFeed({ text: await file.text() }),
    [query.profit.key()],
  )
  const [first, last] = [feed[0], feed.at(-1)]
  return (
    <FileField
      label={t('profit.feed')}
      accept=".json,.csv"
      hint={
        first && last
          ? t('profit.feedHas', {
              count: feed.length,
              from: dateTime(first.from, i18n.language),
              to: dateTime(last.to, i18n.language),
            })
          : t('profit.feedHint')
      }
      error={take.errorText}
      onChange={(event) => event.target.files?.[0] && take.mutate(event.target.files[0])}
    />
  )
}
