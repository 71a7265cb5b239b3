import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HooksView } from '../../../common/api/hooks.ts'
import { api, query } from '../../state/transport.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'
import { Tag } from '../../ui/tag.tsx'

const AGAIN_MS = 3_000

/** Home automation: state out, pause and resume in; off unless it is switched on here. */
export function HooksCard({ className }: { readonly className: string | undefined }) {
  const view = useQuery(query.hooks.view.queryOptions({ refetchInterval: AGAIN_MS })).data
  return view ? <HooksForm view={view} className={className} /> : null
}

function HooksForm({
  view: { config, status },
  className,
}: {
  readonly view: HooksView
  readonly className: string | undefined
}) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [http, setHttp] = useState(config.http !== null)
  const [port, setPort] = useState(String(config.http?.port ?? 8765))
  const [lan, setLan] = useState(config.http?.lan ?? false)
  const [mqtt, setMqtt] = useState(config.mqtt !== null)
  const [url, setUrl] = useState(config.mqtt?.url ?? '')
  const [user, setUser] = useState(config.mqtt?.user ?? '')
  const [password, setPassword] = useState(config.mqtt?.password ?? '')
  const [topic, setTopic] = useState(config.mqtt?.topic ?? 'hearth')
  const take = (next: HooksView) => client.setQueryData(query.hooks.view.queryKey(), next)
  const save = useApiMutation(async () =>
    take(
      await api.hooks.change({
        http: http ? { port: Number(port), lan } : null,
        mqtt: mqtt ? { url, user: user || null, password: password || null, topic } : null,
      }),
    ),
  )
  const renew = useApiMutation(async () => take(await api.hooks.renewToken({})))
  const portOk = !http || (/^\d{4,5}$/.test(port) && Number(port) >= 1024 && Number(port) <= 65_535)
  const urlOk = !mqtt || /^mqtts?:\/\/[^/\s]+$/.test(url)
  const topicOk = !mqtt || /^[^#+/][^#+]*$/.test(topic)
  return (
    <Card title={t('hooks.title')} className={className}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
        <p className={layout.muted}>{t('hooks.text')}</p>
        <CheckField label={t('hooks.http')} checked={http} onChange={(event) => setHttp(event.target.checked)} />
        {http && (
          <div className={layout.pair}>
            <TextField
              label={t('hooks.port')}
              inputMode="numeric"
              value={port}
              error={portOk ? null : t('settings.badNumber', { low: 1024, high: 65_535 })}
              onChange={(event) => setPort(event.target.value)}
            />
            <CheckField label={t('hooks.lan')} checked={lan} onChange={(event) => setLan(event.target.checked)} />
          </div>
        )}
        <CheckField label={t('hooks.mqtt')} checked={mqtt} onChange={(event) => setMqtt(event.target.checked)} />
        {mqtt && (
          <div className={layout.pair}>
            <TextField
              label={t('hooks.broker')}
              value={url}
              placeholder="mqtt://homeassistant.local"
              error={urlOk ? null : t('hooks.badUrl')}
              onChange={(event) => setUrl(event.target.value)}
            />
            <TextField
              label={t('hooks.topic')}
              value={topic}
              error={topicOk ? null : t('hooks.badTopic')}
              onChange={(event) => setTopic(event.target.value)}
            />
            <TextField
              label={t('hooks.user')}
              value={user}
              autoComplete="off"
              onChange={(event) => setUser(event.target.value)}
            />
            <TextField
              label={t('hooks.password')}
              type="password"
              value={password}
              autoComplete="off"
              onChange={(event) => setPassword(event.target.value)}
            />
          </div>
        )}
        <div className={layout.row}>
          <Button kind="primary" type="submit" disabled={!portOk || !urlOk || !topicOk || save.isPending}>
            {t('offer.save')}
          </Button>
          {config.token && (
            <Button disabled={renew.isPending} onClick={() => renew.mutate()}>
              {t('hooks.renew')}
            </Button>
          )}
          {status.http && <Tag tone={status.http.problem ? 'bad' : 'ok'}>{status.http.problem ?? status.http.url}</Tag>}
          {status.mqtt && (
            <Tag tone={status.mqtt.connected ? 'ok' : 'wait'}>
              {status.mqtt.connected ? t('hooks.connected') : (status.mqtt.problem ?? t('hooks.connecting'))}
            </Tag>
          )}
        </div>
        {config.token && (
          <p>
            {t('hooks.token')} <code>{config.token}</code>
          </p>
        )}
        {(save.errorText ?? renew.errorText) && <Problem>{save.errorText ?? renew.errorText}</Problem>}
      </form>
    </Card>
  )
}
