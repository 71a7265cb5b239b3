import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { Config } from '../../../../common/model/config.ts'
import { number } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useSettings } from '../../../state/settings.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { HashText } from '../../../ui/hash-text.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** Lets other programs of this machine speak with its models and avatars. */
export function LocalApiCard() {
  const { t } = useTranslation()
  const settings = useSettings()
  const state = useQuery({
    ...query.models.localApi.queryOptions(),
    queryKey: [...query.models.localApi.key(), settings?.localApi],
  }).data
  const change = useApiMutation((wanted: { enabled: boolean; port: number }) =>
    api.system.changeSettings({ localApi: wanted }),
  )
  const renew = useApiMutation(() => api.models.renewToken(), [query.models.localApi.key()])
  if (!settings) return null
  const { localApi } = settings
  return (
    <Card title={t('models.api')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('models.apiText')}</p>
        <CheckField
          label={t('models.apiOn')}
          checked={localApi.enabled}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ ...localApi, enabled: event.target.checked })}
        />
        <PortForm localApi={localApi} />
        {(change.errorText ?? renew.errorText) && <Problem>{change.errorText ?? renew.errorText}</Problem>}
        {state?.problem && <Problem>{t('models.apiProblem', { why: state.problem })}</Problem>}
        {state && !state.problem && (
          <>
            <Facts
              items={[
                [t('models.address'), <code key="url">{state.url}</code>],
                [
                  t('models.token'),
                  <HashText
                    key="token"
                    value={state.token}
                    copyLabel={t('common.copy')}
                    copiedLabel={t('common.copied')}
                  />,
                ],
              ]}
            />
            <div className={layout.row}>
              <Button disabled={renew.isPending} onClick={() => renew.mutate()}>
                {t('models.renew')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Card>
  )
}

const Port = z.object({ port: number(Config.shape.localApi.unwrap().shape.port) })

function PortForm({ localApi }: Pick<Config, 'localApi'>) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Port,
    values: { port: String(localApi.port) },
    save: async ({ port }) => {
      await api.system.changeSettings({ localApi: { ...localApi, port } })
      form.reset({ port: String(port) })
    },
  })
  return (
    <Form form={form} kind="secondary" inRow submit={t('common.save')} disabled={!form.changed}>
      <TextField label={t('models.port')} inputMode="numeric" {...form.field('port')} />
    </Form>
  )
}
