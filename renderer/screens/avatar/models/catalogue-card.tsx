import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelsOverview } from '../../../../common/api/models.ts'
import { Config } from '../../../../common/model/config.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { bytes, rate } from '../../../lib/format.ts'
import { useSettings } from '../../../state/settings.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

type Found = Awaited<ReturnType<typeof api.models.lookUp>>

/** Models that a hub offers: looked up when their person asks, then fetched by the hash that was said. */
export function CatalogueCard({ taking }: Pick<ModelsOverview, 'taking'>) {
  const { t } = useTranslation()
  const entries = useQuery(query.models.catalogue.queryOptions()).data ?? []
  const avatar = useSettings()?.avatar
  const [found, setFound] = useState<Readonly<Record<string, Found>>>({})
  const [fetched, setFetched] = useState<string | null>(null)
  const lookUp = useApiMutation(async (id: string) => {
    const file = await api.models.lookUp({ id })
    setFound((old) => ({ ...old, [id]: file }))
  })
  const fetchIt = useApiMutation(async ({ download }: Found) => {
    setFetched(null)
    setFetched((await api.models.fetch(download)).name)
  })
  return (
    <Card title={t('models.catalogue.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('models.catalogue.text')}</p>
        {(lookUp.errorText ?? fetchIt.errorText) && <Problem>{lookUp.errorText ?? fetchIt.errorText}</Problem>}
        {fetched !== null && <p role="status">{t('models.taken', { name: fetched })}</p>}
        <Table
          reflows
          caption={t('models.catalogue.title')}
          columns={[
            t('data.name'),
            t('models.catalogue.languages'),
            t('models.catalogue.licence'),
            t('models.size'),
            t('models.fits'),
            t('models.speed'),
            '',
          ]}
          rows={entries}
          keyOf={({ id }) => id}
          cells={({ id, name, parameters, languages, licence }) => {
            const file = found[id]
            return [
              <span key="name" className={layout.tight}>
                {name}
                <span className={layout.tiny}>{rate(parameters, '')}</span>
              </span>,
              languages,
              licence,
              file ? bytes(file.bytes) : '–',
              file ? (
                <Tag key="fits" tone={file.fits ? 'ok' : 'wait'}>
                  {t(file.fits ? 'models.catalogue.mayFit' : 'models.catalogue.tooLarge', { bytes: bytes(file.bytes) })}
                </Tag>
              ) : (
                '–'
              ),
              !file
                ? '–'
                : file.tokensPerSecond === null
                  ? t('models.notMeasured')
                  : t('models.estimated', { rate: rate(file.tokensPerSecond, 'tok/s') }),
              file ? (
                <Button
                  key="fetch"
                  kind="primary"
                  aria-label={t('models.catalogue.fetchName', { name })}
                  disabled={fetchIt.isPending || taking !== null}
                  onClick={() => fetchIt.mutate(file)}
                >
                  {t('models.fetchIt')}
                </Button>
              ) : (
                <Button
                  key="look"
                  aria-label={t('models.catalogue.lookUpName', { name })}
                  disabled={lookUp.isPending}
                  onClick={() => lookUp.mutate(id)}
                >
                  {t('models.catalogue.lookUp')}
                </Button>
              ),
            ]
          }}
        />
        {avatar && <HubForm key={avatar.hub} avatar={avatar} />}
      </div>
    </Card>
  )
}

const Hub = Config.shape.avatar.unwrap().pick({ hub: true })

function HubForm({ avatar }: { readonly avatar: Config['avatar'] }) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Hub,
    values: { hub: avatar.hub },
    save: ({ hub }) => api.system.changeSettings({ avatar: { ...avatar, hub } }),
  })
  return (
    <Form form={form} kind="secondary" inRow submit={t('models.catalogue.change')} disabled={!form.changed}>
      <TextField
        label={t('models.catalogue.hub')}
        hint={t('models.catalogue.hubHint')}
        inputMode="url"
        maxLength={200}
        {...form.field('hub')}
      />
    </Form>
  )
}
