import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmbedderOverview } from '../../../../common/api/embedder.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { PathForm } from '../../../forms/path-form.tsx'
import { bytes } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem } from '../../../ui/state.tsx'

/** The model that memories are found by: fetched or brought in, and how far it has read. */
export function EmbedderCard({ overview }: { readonly overview: EmbedderOverview }) {
  const { t } = useTranslation()
  const { embedder, taking, problem } = overview
  return (
    <Card title={t('embedder.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('embedder.text')}</p>
        {problem !== null && <Problem>{t('embedder.problem', { why: problem })}</Problem>}
        {embedder ? <Kept embedder={embedder} work={overview.work} /> : <Bring {...overview} />}
        {taking && (
          <>
            {taking.of > 0 && (
              <Progress
                share={taking.bytes / taking.of}
                label={t(taking.fetched ? 'embedder.fetching' : 'models.taking')}
              />
            )}
            <div className={layout.row}>
              <span role="status" className={layout.tiny}>
                {t('models.takingBytes', { bytes: bytes(taking.bytes), of: bytes(taking.of) })}
              </span>
              {taking.fetched && <Button onClick={() => void api.embedder.stopFetch()}>{t('models.stop')}</Button>}
            </div>
          </>
        )}
      </div>
    </Card>
  )
}

function Kept({
  embedder,
  work,
}: {
  readonly embedder: NonNullable<EmbedderOverview['embedder']>
  readonly work: EmbedderOverview['work']
}) {
  const { t, i18n } = useTranslation()
  const [removing, setRemoving] = useState(false)
  const remove = useApiMutation(async () => {
    await api.embedder.remove()
    setRemoving(false)
  })
  const shown = (count: number): string => count.toLocaleString(i18n.language)
  return (
    <>
      <Facts
        items={[
          [t('data.name'), embedder.name],
          [t('models.size'), bytes(embedder.bytes)],
          ...(work
            ? [
                [
                  t('embedder.read'),
                  t('embedder.readOf', { done: shown(work.done), all: shown(work.done + work.left) }),
                ] as const,
              ]
            : []),
        ]}
      />
      {work !== null && work.left > 0 && (
        <Progress share={work.done / (work.done + work.left)} label={t('embedder.reading')} />
      )}
      {work?.waits && <p role="status">{t('embedder.waits')}</p>}
      <div className={layout.row}>
        <Button kind="link" onClick={() => setRemoving(true)}>
          {t('embedder.remove')}
        </Button>
      </div>
      <RemoveDialog
        name={embedder.name}
        text={t('embedder.removeText')}
        open={removing}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setRemoving(false)}
        onAgree={() => remove.mutate()}
      />
    </>
  )
}

function Bring({ offered, taking }: Pick<EmbedderOverview, 'offered' | 'taking'>) {
  const { t } = useTranslation()
  const [size, setSize] = useState<number | null>(null)
  const lookUp = useApiMutation(async () => setSize((await api.embedder.lookUp()).bytes))
  const fetchIt = useApiMutation(() => api.embedder.fetch())
  const busy = taking !== null || fetchIt.isPending
  return (
    <>
      <div className={layout.row}>
        <span>
          {offered.name} · {offered.licence}
          {size !== null && ` · ${bytes(size)}`}
        </span>
        {size === null ? (
          <Button
            aria-label={t('models.catalogue.lookUpName', { name: offered.name })}
            disabled={lookUp.isPending}
            onClick={() => lookUp.mutate()}
          >
            {t('models.catalogue.lookUp')}
          </Button>
        ) : (
          <Button
            kind="primary"
            aria-label={t('models.catalogue.fetchName', { name: offered.name })}
            disabled={busy}
            onClick={() => fetchIt.mutate()}
          >
            {t('models.fetchIt')}
          </Button>
        )}
      </div>
      {(lookUp.errorText ?? fetchIt.errorText) && <Problem>{lookUp.errorText ?? fetchIt.errorText}</Problem>}
      <PathForm
        label={t('embedder.folder')}
        hint={t('embedder.folderHint')}
        placeholder="/home/…/multilingual-e5-small"
        submit={t('embedder.take')}
        disabled={busy}
        save={(folder) => api.embedder.take({ folder })}
      />
    </>
  )
}
