import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { IdlePolicy } from '../../../../common/model/idle-policy/rules.ts'
import { numberText, optionalNumber } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { weekdays } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { WeekGrid } from '../../../ui/week-grid.tsx'

const ALWAYS = Array.from({ length: 7 }, () => '1'.repeat(24))
const NIGHTS = Array.from({ length: 7 }, () => `${'1'.repeat(8)}${'0'.repeat(14)}11`)
const PERCENT = 0.01

const { apps, processor, graphics, schedule, ...rules } = IdlePolicy.shape
const Rules = z.object({
  schedule: schedule.unwrap().extend({ on: z.boolean() }),
  idleMinutes: optionalNumber(rules.idleMinutes.unwrap()),
  foreignGpuLoad: optionalNumber(rules.foreignGpuLoad.unwrap(), PERCENT),
  games: rules.games,
  apps: z
    .string()
    .transform((names) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .refine((names) => apps.safeParse(names).success, { params: { words: 'programs' } }),
  onBattery: rules.onBattery,
  onMetered: rules.onMetered,
  keepAwake: rules.keepAwake,
  processor: z.object({
    temperature: optionalNumber(processor.shape.temperature.unwrap()),
    watts: optionalNumber(processor.shape.watts.unwrap()),
  }),
  graphics: z.object({
    temperature: optionalNumber(graphics.shape.temperature.unwrap()),
    watts: optionalNumber(graphics.shape.watts.unwrap()),
    fan: optionalNumber(graphics.shape.fan.unwrap(), PERCENT),
  }),
})
const fieldsOf = (saved: IdlePolicy): z.input<typeof Rules> => ({
  ...saved,
  schedule: { hours: NIGHTS, timeZone: null, ...saved.schedule, on: saved.schedule !== null },
  idleMinutes: numberText(saved.idleMinutes),
  foreignGpuLoad: numberText(saved.foreignGpuLoad, PERCENT),
  apps: saved.apps.join(', '),
  processor: { temperature: numberText(saved.processor.temperature), watts: numberText(saved.processor.watts) },
  graphics: {
    temperature: numberText(saved.graphics.temperature),
    watts: numberText(saved.graphics.watts),
    fan: numberText(saved.graphics.fan, PERCENT),
  },
})

/** When work may run and what it must not disturb. */
export function IdlePolicyForm({ saved, beside }: { readonly saved: IdlePolicy; readonly beside: ReactNode }) {
  const { t, i18n } = useTranslation()
  const form = useSchemaForm({
    schema: Rules,
    values: fieldsOf(saved),
    save: ({ schedule: { on, ...hours }, ...policy }) =>
      api.machine.setRules({ ...policy, cards: saved.cards, schedule: on ? hours : null }),
    stale: [query.machine.rules.key()],
    follows: true,
  })
  const limit = { inputMode: 'numeric', placeholder: t('comfort.noLimit') } as const
  return (
    <Form form={form} submit={t('offer.save')} saved={t('common.saved')} beside={beside}>
      <CheckField label={t('comfort.schedule')} hint={t('comfort.scheduleHint')} {...form.field('schedule.on')} />
      {form.value('schedule.on') && (
        <>
          <WeekGrid
            label={t('comfort.week')}
            hours={form.value('schedule.hours')}
            dayNames={weekdays(i18n.language)}
            onChange={(hours) => form.set('schedule.hours', hours)}
          />
          <div className={layout.row}>
            <Button onClick={() => form.set('schedule.hours', NIGHTS)}>{t('comfort.nights')}</Button>
            <Button onClick={() => form.set('schedule.hours', ALWAYS)}>{t('comfort.always')}</Button>
          </div>
        </>
      )}
      <div className={layout.pair}>
        <TextField label={t('comfort.idleMinutes')} {...limit} {...form.field('idleMinutes')} />
        <TextField label={t('comfort.foreignGpuLoad')} {...limit} {...form.field('foreignGpuLoad')} />
      </div>
      <CheckField label={t('comfort.games')} hint={t('comfort.gamesHint')} {...form.field('games')} />
      {form.value('games') && (
        <TextField label={t('comfort.apps')} hint={t('comfort.appsHint')} {...form.field('apps')} />
      )}
      <CheckField label={t('comfort.onBattery')} {...form.field('onBattery')} />
      <CheckField label={t('comfort.onMetered')} {...form.field('onMetered')} />
      <CheckField label={t('comfort.keepAwake')} {...form.field('keepAwake')} />
      <div className={layout.pair}>
        <TextField label={t('comfort.cpuTemperature')} {...limit} {...form.field('processor.temperature')} />
        <TextField label={t('comfort.cpuWatts')} {...limit} {...form.field('processor.watts')} />
      </div>
      <div className={layout.pair}>
        <TextField label={t('comfort.gpuTemperature')} {...limit} {...form.field('graphics.temperature')} />
        <TextField label={t('comfort.gpuWatts')} {...limit} {...form.field('graphics.watts')} />
      </div>
      <TextField label={t('comfort.fan')} {...limit} {...form.field('graphics.fan')} />
    </Form>
  )
}
