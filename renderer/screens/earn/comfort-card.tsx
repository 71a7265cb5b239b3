import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IdlePolicy } from '../../../common/model/idle-policy/rules.ts'
import { download } from '../../lib/download.ts'
import { weekdays } from '../../lib/format.ts'
import { api, query } from '../../state/transport.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Problem, Skeleton } from '../../ui/state.tsx'
import { WeekGrid } from '../../ui/week-grid.tsx'

const ALWAYS = Array.from({ length: 7 }, () => '1'.repeat(24))
const NIGHTS = Array.from({ length: 7 }, () => `${'1'.repeat(8)}${'0'.repeat(14)}11`)

/** The rules that keep the machine its owner's. */
export function IdlePolicyCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const found = useQuery(query.machine.rules.queryOptions()).data
  return (
    <Card title={t('comfort.title')} className={className}>
      {found ? (
        <IdlePolicyForm key={JSON.stringify(found.rules)} saved={found.rules} neverRuns={found.neverRuns} />
      ) : (
        <Skeleton label={t('common.loading')} />
      )}
    </Card>
  )
}

/** A field of a whole number or nothing. */
interface Amount {
  readonly text: string
  readonly low: number
  readonly high: number
}
const read = ({ text, low, high }: Amount): number | null | undefined =>
  text.trim() === ''
    ? null
    : /^\d{1,4}$/.test(text.trim()) && Number(text) >= low && Number(text) <= high
      ? Number(text)
      : undefined
const text = (value: number | null): string => (value === null ? '' : String(Math.round(value)))

function IdlePolicyForm({ saved, neverRuns }: { readonly saved: IdlePolicy; readonly neverRuns: boolean }) {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const [rules, setRules] = useState(saved)
  const [apps, setApps] = useState(saved.apps.join(', '))
  const [fields, setFields] = useState({
    idleMinutes: { text: text(saved.idleMinutes), low: 1, high: 600 },
    foreignGpuLoad: {
      text: text(saved.foreignGpuLoad === null ? null : saved.foreignGpuLoad * 100),
      low: 5,
      high: 100,
    },
    cpuTemperature: { text: text(saved.processor.temperature), low: 30, high: 110 },
    cpuWatts: { text: text(saved.processor.watts), low: 1, high: 2000 },
    gpuTemperature: { text: text(saved.graphics.temperature), low: 30, high: 110 },
    gpuWatts: { text: text(saved.graphics.watts), low: 1, high: 2000 },
    fan: { text: text(saved.graphics.fan === null ? null : saved.graphics.fan * 100), low: 5, high: 100 },
  })
  const change = (part: Partial<IdlePolicy>) => setRules({ ...rules, ...part })
  const value = (name: keyof typeof fields) => read(fields[name])
  const broken = (Object.keys(fields) as (keyof typeof fields)[]).some((name) => value(name) === undefined)
  const share = (name: keyof typeof fields) => (value(name) == null ? null : value(name)! / 100)
  const save = useAction(async () => {
    await api.machine.setRules({
      ...rules,
      apps: apps
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
      idleMinutes: value('idleMinutes') ?? null,
      foreignGpuLoad: share('foreignGpuLoad'),
      processor: { temperature: value('cpuTemperature') ?? null, watts: value('cpuWatts') ?? null },
      graphics: { temperature: value('gpuTemperature') ?? null, watts: value('gpuWatts') ?? null, fan: share('fan') },
    })
    await client.invalidateQueries({ queryKey: query.machine.rules.key() })
  })
  const take = useAction(async (file: File) => {
    await api.machine.importRules({ text: await file.text() })
    await client.invalidateQueries({ queryKey: query.machine.rules.key() })
  })
  const keep = useAction(async () =>
    download('hearth-comfort.json', new Blob([(await api.machine.exportRules({})).text], { type: 'application/json' })),
  )
  const amount = (name: keyof typeof fields) => (
    <TextField
      label={t(`comfort.${name}`)}
      inputMode="numeric"
      value={fields[name].text}
      placeholder={t('comfort.noLimit')}
      error={
        value(name) === undefined ? t('settings.badNumber', { low: fields[name].low, high: fields[name].high }) : null
      }
      onChange={(event) => setFields({ ...fields, [name]: { ...fields[name], text: event.target.value } })}
    />
  )
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.run())}>
      {neverRuns && <Problem>{t('comfort.never')}</Problem>}
      <CheckField
        label={t('comfort.schedule')}
        hint={t('comfort.scheduleHint')}
        checked={rules.schedule !== null}
        onChange={(event) => change({ schedule: event.target.checked ? { hours: NIGHTS, timeZone: null } : null })}
      />
      {rules.schedule && (
        <>
          <WeekGrid
            label={t('comfort.week')}
            hours={rules.schedule.hours}
            dayNames={weekdays(i18n.language)}
            onChange={(hours) => change({ schedule: { ...rules.schedule!, hours } })}
          />
          <div className={layout.row}>
            <Button onClick={() => change({ schedule: { ...rules.schedule!, hours: NIGHTS } })}>
              {t('comfort.nights')}
            </Button>
            <Button onClick={() => change({ schedule: { ...rules.schedule!, hours: ALWAYS } })}>
              {t('comfort.always')}
            </Button>
          </div>
        </>
      )}
      <div className={layout.pair}>
        {amount('idleMinutes')}
        {amount('foreignGpuLoad')}
      </div>
      <CheckField
        label={t('comfort.games')}
        hint={t('comfort.gamesHint')}
        checked={rules.games}
        onChange={(event) => change({ games: event.target.checked })}
      />
      {rules.games && (
        <TextField
          label={t('comfort.apps')}
          hint={t('comfort.appsHint')}
          value={apps}
          onChange={(event) => setApps(event.target.value)}
        />
      )}
      <CheckField
        label={t('comfort.onBattery')}
        checked={rules.onBattery}
        onChange={(event) => change({ onBattery: event.target.checked })}
      />
      <CheckField
        label={t('comfort.onMetered')}
        checked={rules.onMetered}
        onChange={(event) => change({ onMetered: event.target.checked })}
      />
      <CheckField
        label={t('comfort.keepAwake')}
        checked={rules.keepAwake}
        onChange={(event) => change({ keepAwake: event.target.checked })}
      />
      <div className={layout.pair}>
        {amount('cpuTemperature')}
        {amount('cpuWatts')}
      </div>
      <div className={layout.pair}>
        {amount('gpuTemperature')}
        {amount('gpuWatts')}
      </div>
      {amount('fan')}
      {(save.error ?? take.error ?? keep.error) && <Problem>{save.error ?? take.error ?? keep.error}</Problem>}
      <div className={layout.row}>
        <Button kind="primary" type="submit" disabled={save.busy || broken}>
          {t('offer.save')}
        </Button>
        <Button onClick={() => keep.run()}>{t('comfort.export')}</Button>
      </div>
      <TextField
        label={t('comfort.import')}
        type="file"
        accept=".json"
        onChange={(event) => event.target.files?.[0] && take.run(event.target.files[0])}
      />
    </form>
  )
}
