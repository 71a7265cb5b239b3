import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSettings } from '../../state/settings.ts'
import { api, query } from '../../state/transport.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { HashText } from '../../ui/hash-text.tsx'
import { Facts, layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'

/** Lets other programs of this machine speak with its models and avatars. */
export function LocalApiCard() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const settings = useSettings()
  const state = useQuery({
    ...query.models.localApi.queryOptions(),
    queryKey: [...query.models.localApi.key(), settings?.localApi],
  }).data
  const change = useAction((wanted: { enabled: boolean; port: number }) =>
    api.system.changeSettings({ localApi: wanted }),
  )
  const renew = useAction(async () => {
    await api.models.renewToken()
    await client.invalidateQueries({ queryKey: query.models.localApi.key() })
  })
  if (!settings) return null
  const { localApi } = settings
  return (
    <Card title={t('models.api')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('models.apiText')}</p>
        <CheckField
          label={t('models.apiOn')}
          checked={localApi.enabled}
          disabled={change.busy}
          onChange={(event) => change.run({ ...localApi, enabled: event.target.checked })}
        />
        <TextField
          label={t('models.port')}
          type="number"
          min={1024}
          max={65_535}
          defaultValue={localApi.port}
          onBlur={(event) =>
            Number(event.target.value) !== localApi.port &&
            change.run({ ...localApi, port: Number(event.target.value) })
          }
        />
        {(change.error ?? renew.error) && <Problem>{change.error ?? renew.error}</Problem>}
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
              <Button disabled={renew.busy} onClick={() => renew.run()}>
                {t('models.renew')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Card>
  )
}
