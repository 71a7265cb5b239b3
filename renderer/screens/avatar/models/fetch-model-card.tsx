import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelsOverview } from '../../../../common/api/models.ts'
import { ModelDownload } from '../../../../common/model/chat-model.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { bytes } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

const Wanted = ModelDownload.pick({ url: true, sha256: true })

/** Fetches a model from where its person says, and checks it. */
export function FetchModelCard({ taking, unfinished }: Pick<ModelsOverview, 'taking' | 'unfinished'>) {
  const { t } = useTranslation()
  const [fetched, setFetched] = useState<string | null>(null)
  const fetchModel = async (wanted: ModelDownload): Promise<void> => {
    setFetched(null)
    setFetched((await api.models.fetch(wanted)).name)
  }
  const form = useSchemaForm({
    schema: Wanted,
    values: { url: '', sha256: '' },
    save: async (wanted) => {
      await fetchModel({ ...wanted, name: null })
      form.reset()
    },
  })
  const goOn = useApiMutation(fetchModel)
  const discard = useApiMutation((sha256: string) => api.models.discard({ sha256 }))
  const busy = form.busy || goOn.isPending || taking !== null
  return (
    <Card title={t('models.fetch')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('models.fetchText')}</p>
        <Form
          form={form}
          kind="secondary"
          submit={t('models.fetchIt')}
          disabled={busy}
          beside={taking?.fetched && <Button onClick={() => void api.models.stopFetch()}>{t('models.stop')}</Button>}
        >
          <TextField
            label={t('models.link')}
            inputMode="url"
            maxLength={2000}
            placeholder="https://…/model.gguf"
            {...form.field('url')}
          />
          <TextField
            label={t('models.hash')}
            hint={t('models.hashHint')}
            maxLength={80}
            {...form.field('sha256', t('forms.hash'))}
          />
        </Form>
        {(goOn.errorText ?? discard.errorText) && <Problem>{goOn.errorText ?? discard.errorText}</Problem>}
        {fetched !== null && <p role="status">{t('models.taken', { name: fetched })}</p>}
        {unfinished.map(({ url, sha256, name, bytes: size }) => (
          <div key={sha256} className={layout.between}>
            <span className={layout.tiny}>{t('models.unfinished', { name: name ?? url, bytes: bytes(size) })}</span>
            <span className={layout.row}>
              <Button kind="link" disabled={busy} onClick={() => goOn.mutate({ url, sha256, name })}>
                {t('models.goOn')}
              </Button>
              <Button kind="link" disabled={discard.isPending || busy} onClick={() => discard.mutate(sha256)}>
                {t('models.giveUp')}
              </Button>
            </span>
          </div>
        ))}
      </div>
    </Card>
  )
}
