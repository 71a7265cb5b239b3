import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelsOverview } from '../../../../common/api/models.ts'
import { bytes } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

type Wanted = Parameters<typeof api.models.fetch>[0]

/** Fetches a model from where its person says, and checks it. */
export function FetchModelCard({ taking, unfinished }: Pick<ModelsOverview, 'taking' | 'unfinished'>) {
  const { t } = useTranslation()
  const [url, setUrl] = useState('')
  const [sha256, setHash] = useState('')
  const [fetched, setFetched] = useState<string | null>(null)
  const fetchIt = useApiMutation(async (wanted: Wanted) => {
    setFetched(null)
    setFetched((await api.models.fetch(wanted)).name)
    setUrl('')
    setHash('')
  })
  const discard = useApiMutation((hash: string) => api.models.discard({ sha256: hash }))
  const isHash = /^\s*[0-9a-f]{64}\s*$/i.test(sha256)
  return (
    <Card title={t('models.fetch')}>
      <form
        className={layout.stack}
        onSubmit={(event) => (
          event.preventDefault(),
          fetchIt.mutate({ url: url.trim(), sha256: sha256.trim(), name: null })
        )}
      >
        <p className={layout.muted}>{t('models.fetchText')}</p>
        <TextField
          label={t('models.link')}
          type="url"
          value={url}
          maxLength={2000}
          placeholder="https://…/model.gguf"
          onChange={(event) => setUrl(event.target.value)}
        />
        <TextField
          label={t('models.hash')}
          hint={t('models.hashHint')}
          value={sha256}
          maxLength={80}
          error={sha256 !== '' && !isHash ? t('models.noHash') : null}
          onChange={(event) => setHash(event.target.value)}
        />
        {(fetchIt.errorText ?? discard.errorText) && <Problem>{fetchIt.errorText ?? discard.errorText}</Problem>}
        {fetched !== null && <p role="status">{t('models.taken', { name: fetched })}</p>}
        <div className={layout.row}>
          <Button type="submit" disabled={url.trim() === '' || !isHash || fetchIt.isPending || taking !== null}>
            {t('models.fetchIt')}
          </Button>
          {taking?.fetched && <Button onClick={() => void api.models.stopFetch()}>{t('models.stop')}</Button>}
        </div>
        {unfinished.map((item) => (
          <div key={item.sha256} className={layout.between}>
            <span className={layout.tiny}>
              {t('models.unfinished', { name: item.name ?? item.url, bytes: bytes(item.bytes) })}
            </span>
            <span className={layout.row}>
              <Button
                kind="link"
                disabled={fetchIt.isPending || taking !== null}
                onClick={() => fetchIt.mutate({ url: item.url, sha256: item.sha256, name: item.name })}
              >
                {t('models.goOn')}
              </Button>
              <Button
                kind="link"
                disabled={discard.isPending || taking !== null}
                onClick={() => discard.mutate(item.sha256)}
              >
                {t('models.giveUp')}
              </Button>
            </span>
          </div>
        ))}
      </form>
    </Card>
  )
}
