import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Config } from '../../../common/model/config.ts'
import { useOverview } from '../../state/overview.ts'
import { useChangeSettings, useSettings } from '../../state/settings.ts'
import { api } from '../../state/transport.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Facts, layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'
import { HooksCard } from './hooks-card.tsx'

export function Settings() {
  const settings = useSettings()
  return settings ? <SettingsForm settings={settings} /> : null
}

function SettingsForm({ settings }: { readonly settings: Config }) {
  const { t } = useTranslation()
  const { network, peer, version } = useOverview()
  const [lockMinutes, setLockMinutes] = useState(
    settings.wallet.autoLockMinutes === null ? '' : String(settings.wallet.autoLockMinutes),
  )
  const [threads, setThreads] = useState(settings.earn.threads === null ? '' : String(settings.earn.threads))
  const change = useChangeSettings()
  const diagnose = useApiMutation(async () => navigator.clipboard.writeText((await api.system.diagnostics({})).text))
  const whole = (text: string, low: number, high: number): boolean =>
    /^\d{1,5}$/.test(text) && Number(text) >= low && Number(text) <= high
  const lockOk = lockMinutes === '' || whole(lockMinutes, 1, 1440)
  const threadsOk = threads === '' || whole(threads, 1, 256)
  return (
    <div className={layout.grid}>
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
        </div>
      </Card>
      <Card title={t('settings.work')} className={layout.span6}>
        <form
          className={layout.stack}
          onSubmit={(event) => {
            event.preventDefault()
            change.mutate({
              wallet: { autoLockMinutes: lockMinutes === '' ? null : Number(lockMinutes) },
              earn: { ...settings.earn, threads: threads === '' ? null : Number(threads) },
            })
          }}
        >
          <SelectField
            label={t('settings.backend')}
            value={settings.earn.backend}
            hint={t('settings.backendHint')}
            onChange={(event) =>
              change.mutate({ earn: { ...settings.earn, backend: event.target.value as 'cpu' | 'webgpu' } })
            }
          >
            <option value="cpu">CPU</option>
            <option value="webgpu">WebGPU</option>
          </SelectField>
          <TextField
            label={t('settings.threads')}
            inputMode="numeric"
            value={threads}
            hint={t('settings.threadsHint')}
            error={threadsOk ? null : t('settings.badNumber', { low: 1, high: 256 })}
            onChange={(event) => setThreads(event.target.value)}
          />
          <TextField
            label={t('settings.autoLock')}
            inputMode="numeric"
            value={lockMinutes}
            hint={t('settings.autoLockHint')}
            error={lockOk ? null : t('settings.badNumber', { low: 1, high: 1440 })}
            onChange={(event) => setLockMinutes(event.target.value)}
          />
          <div className={layout.row}>
            <Button kind="primary" type="submit" disabled={!lockOk || !threadsOk || change.isPending}>
              {t('offer.save')}
            </Button>
          </div>
        </form>
      </Card>
      <Card title={t('settings.network')} className={layout.span6}>
        <Facts
          items={[
            [t('confirm.network'), network.practice ? t('network.practice') : network.name],
            [t('settings.chain'), network.chainId],
            [t('settings.head'), network.head ?? '–'],
            [t('settings.peer'), peer ? <code key="peer">{peer.peerId}</code> : '–'],
            [
              t('settings.addresses'),
              <code key="addresses">
                {peer?.addresses.map((address) => address.split('/p2p/')[0]).join(' ') ?? '–'}
              </code>,
            ],
          ]}
        />
        {network.problem && <Problem>{network.problem.message}</Problem>}
        <p className={layout.muted}>{t('settings.networkText')}</p>
      </Card>
      <HooksCard className={layout.span6} />
      <Card title={t('settings.about')} className={layout.span6}>
        <div className={layout.stack}>
          <p>Hearth {version}</p>
          <p className={layout.muted}>{t('settings.privacy')}</p>
          <div className={layout.row}>
            <Button disabled={diagnose.isPending} onClick={() => diagnose.mutate()}>
              {t('settings.diagnostics')}
            </Button>
          </div>
          {(diagnose.errorText ?? change.errorText) && <Problem>{diagnose.errorText ?? change.errorText}</Problem>}
        </div>
      </Card>
    </div>
  )
}
