import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { backendNames } from '../../../common/model/backend-names.ts'
import { Config } from '../../../common/model/config.ts'
import { roles, type Role } from '../../../common/model/roles.ts'
import { numberText, optionalNumber } from '../../forms/fields.ts'
import { Form } from '../../forms/form.tsx'
import { useSchemaForm } from '../../forms/use-schema-form.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { useOverview } from '../../state/overview.ts'
import { useChangeSettings, useSettings } from '../../state/settings.ts'
import { api, isDesktopApp } from '../../state/transport.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'
import { HooksCard } from './hooks-card.tsx'
import { NetworkCard } from './network-card.tsx'
import { ReachCard } from './reach-card.tsx'

interface Props {
  readonly settings: Config
}

export function Settings() {
  const settings = useSettings()
  if (!settings) return null
  return (
    <div className={layout.grid}>
      <LookCard settings={settings} />
      <WorkCard settings={settings} />
      <NetworkCard settings={settings} />
      <ReachCard settings={settings} node="peer" />
      <ReachCard settings={settings} node="storage" />
      <HooksCard className={layout.span6} />
      <AboutCard settings={settings} />
    </div>
  )
}

function LookCard({ settings }: Props) {
  const { t } = useTranslation()
  const change = useChangeSettings()
  return (
    <Card title={t('settings.look')} className={layout.span6}>
      <div className={layout.stack}>
        <SelectField
          label={t('settings.language')}
          value={settings.language ?? ''}
          onChange={(event) => change.mutate({ language: (event.target.value || null) as Config['language'] })}
        >
          <option value="">{t('settings.system')}</option>
          <option value="en">English</option>
          <option value="zh-CN">简体中文</option>
        </SelectField>
        <SelectField
          label={t('settings.theme')}
          value={settings.theme}
          onChange={(event) => change.mutate({ theme: event.target.value as Config['theme'] })}
        >
          <option value="system">{t('settings.system')}</option>
          <option value="light">{t('settings.light')}</option>
          <option value="dark">{t('settings.dark')}</option>
        </SelectField>
        <SelectField
          label={t('settings.role')}
          hint={t('settings.roleHint')}
          value={settings.role ?? 'earn'}
          onChange={(event) => change.mutate({ role: event.target.value as Role })}
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`onboarding.roles.${role}.title`)}
            </option>
          ))}
        </SelectField>
        {change.errorText && <Problem>{change.errorText}</Problem>}
      </div>
    </Card>
  )
}

const earn = Config.shape.earn.unwrap().shape
const Work = z.object({
  backend: earn.backend,
  threads: optionalNumber(earn.threads.unwrap()),
  autoLockMinutes: optionalNumber(Config.shape.wallet.unwrap().shape.autoLockMinutes.unwrap()),
})

function WorkCard({ settings }: Props) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Work,
    values: {
      backend: settings.earn.backend,
      threads: numberText(settings.earn.threads),
      autoLockMinutes: numberText(settings.wallet.autoLockMinutes),
    },
    save: ({ autoLockMinutes, ...work }) =>
      api.system.changeSettings({ wallet: { autoLockMinutes }, earn: { ...settings.earn, ...work } }),
  })
  return (
    <Card title={t('settings.work')} className={layout.span6}>
      <Form form={form} submit={t('offer.save')} saved={t('common.saved')}>
        <SelectField label={t('settings.backend')} hint={t('settings.backendHint')} {...form.field('backend')}>
          {Object.entries(backendNames).map(([backend, name]) => (
            <option key={backend} value={backend}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('settings.threads')}
          inputMode="numeric"
          hint={t('settings.threadsHint')}
          {...form.field('threads')}
        />
        <TextField
          label={t('settings.autoLock')}
          inputMode="numeric"
          hint={t('settings.autoLockHint')}
          {...form.field('autoLockMinutes')}
        />
      </Form>
    </Card>
  )
}

function AboutCard({ settings }: Props) {
  const { t } = useTranslation()
  const { version } = useOverview()
  const change = useChangeSettings()
  const diagnose = useApiMutation(async () => navigator.clipboard.writeText((await api.system.diagnostics({})).text))
  return (
    <Card title={t('settings.about')} className={layout.span6}>
      <div className={layout.stack}>
        <p>Hearth {version}</p>
        <p className={layout.muted}>{t('settings.privacy')}</p>
        {isDesktopApp && (
          <CheckField
            label={t('settings.updates')}
            hint={t('settings.updatesHint')}
            checked={settings.updates}
            onChange={(event) => change.mutate({ updates: event.target.checked })}
          />
        )}
        <div className={layout.row}>
          <Button disabled={diagnose.isPending} onClick={() => diagnose.mutate()}>
            {t('settings.diagnostics')}
          </Button>
        </div>
        {diagnose.errorText && <Problem>{diagnose.errorText}</Problem>}
        {change.errorText && <Problem>{change.errorText}</Problem>}
      </div>
    </Card>
  )
}
