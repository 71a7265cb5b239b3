import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { HooksView } from '../../../common/api/hooks.ts'
import { HooksConfig } from '../../../common/model/hooks.ts'
import { number, optionalText } from '../../forms/fields.ts'
import { Form } from '../../forms/form.tsx'
import { useSchemaForm } from '../../forms/use-schema-form.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { api, query } from '../../state/transport.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'
import { Tag } from '../../ui/tag.tsx'

const AGAIN_MS = 3_000

const http = HooksConfig.shape.http.unwrap().shape
const mqtt = HooksConfig.shape.mqtt.unwrap().shape
const text = z.string()
const off = z.literal(false)
const on = z.literal(true)
/** What is switched off is not read, and saved as null. */
const Hooks = z.object({
  http: z.discriminatedUnion('on', [
    z.object({ on: off, port: text, lan: http.lan }).transform(() => null),
    z.object({ on, port: number(http.port), lan: http.lan }).transform(({ port, lan }) => ({ port, lan })),
  ]),
  mqtt: z.discriminatedUnion('on', [
    z.object({ on: off, url: text, topic: text, user: text, password: text }).transform(() => null),
    z
      .object({ on, url: mqtt.url, topic: mqtt.topic, user: optionalText(100), password: optionalText(200) })
      .transform(({ url, topic, user, password }) => ({ url, topic, user, password })),
  ]),
})
const fieldsOf = (config: HooksConfig): z.input<typeof Hooks> => ({
  http: { on: config.http !== null, port: String(config.http?.port ?? 8765), lan: config.http?.lan ?? false },
  mqtt: {
    on: config.mqtt !== null,
    url: config.mqtt?.url ?? '',
    topic: config.mqtt?.topic ?? 'hearth',
    user: config.mqtt?.user ?? '',
    password: config.mqtt?.password ?? '',
  },
})

/** Home automation: state out, pause and resume in; off unless it is switched on here. */
export function HooksCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const view = useQuery(query.hooks.view.queryOptions({ refetchInterval: AGAIN_MS })).data
  if (!view) return null
  return (
    <Card title={t('hooks.title')} className={className}>
      <HooksForm view={view} />
    </Card>
  )
}

function HooksForm({ view: { config, status } }: { readonly view: HooksView }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const take = (next: HooksView) => client.setQueryData(query.hooks.view.queryKey(), next)
  const form = useSchemaForm({
    schema: Hooks,
    values: fieldsOf(config),
    save: async (hooks) => take(await api.hooks.change(hooks)),
  })
  const renew = useApiMutation(async () => take(await api.hooks.renewToken({})))
  return (
    <Form
      form={form}
      submit={t('offer.save')}
      beside={
        <>
          {config.token && (
            <Button disabled={renew.isPending} onClick={() => renew.mutate()}>
              {t('hooks.renew')}
            </Button>
          )}
          <HookTags status={status} />
        </>
      }
    >
      <p className={layout.muted}>{t('hooks.text')}</p>
      <CheckField label={t('hooks.http')} {...form.field('http.on')} />
      {form.value('http.on') && (
        <div className={layout.pair}>
          <TextField label={t('hooks.port')} inputMode="numeric" {...form.field('http.port')} />
          <CheckField label={t('hooks.lan')} {...form.field('http.lan')} />
        </div>
      )}
      <CheckField label={t('hooks.mqtt')} {...form.field('mqtt.on')} />
      {form.value('mqtt.on') && (
        <div className={layout.pair}>
          <TextField
            label={t('hooks.broker')}
            placeholder="mqtt://homeassistant.local"
            {...form.field('mqtt.url', t('hooks.badUrl'))}
          />
          <TextField label={t('hooks.topic')} {...form.field('mqtt.topic', t('hooks.badTopic'))} />
          <TextField label={t('hooks.user')} autoComplete="off" {...form.field('mqtt.user')} />
          <TextField label={t('hooks.password')} type="password" autoComplete="off" {...form.field('mqtt.password')} />
        </div>
      )}
      {config.token && (
        <p>
          {t('hooks.token')} <code>{config.token}</code>
        </p>
      )}
      {renew.errorText && <Problem>{renew.errorText}</Problem>}
    </Form>
  )
}

function HookTags({ status: { http: local, mqtt: broker } }: Pick<HooksView, 'status'>) {
  const { t } = useTranslation()
  return (
    <>
      {local && <Tag tone={local.problem ? 'bad' : 'ok'}>{local.problem ?? local.url}</Tag>}
      {broker && (
        <Tag tone={broker.connected ? 'ok' : 'wait'}>
          {broker.connected ? t('hooks.connected') : (broker.problem ?? t('hooks.connecting'))}
        </Tag>
      )}
    </>
  )
}
