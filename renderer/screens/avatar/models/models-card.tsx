import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ModelsOverview } from '../../../../common/api/models.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { bytes, rate } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

type Model = ModelsOverview['models'][number]

export function ModelsCard({ overview: { models, chosen } }: { readonly overview: ModelsOverview }) {
  const { t, i18n } = useTranslation()
  const [removing, setRemoving] = useState<Model | null>(null)
  const act = useApiMutation((work: () => Promise<unknown>) => work())
  const remove = useApiMutation(async (id: string) => {
    await api.models.remove({ id })
    setRemoving(null)
  })
  return (
    <Card title={t('models.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('models.text')}</p>
        {act.errorText && <Problem>{act.errorText}</Problem>}
        <Table
          caption={t('models.title')}
          columns={[t('data.name'), t('models.size'), t('models.context'), t('models.fits'), t('models.speed'), '']}
          rows={models}
          keyOf={({ id }) => id}
          cells={(model) => [
            <span key="name" className={layout.tight}>
              {model.shipped ? t('models.shipped') : model.name}
              <span className={layout.tiny}>
                {model.facts.architecture} · {rate(model.facts.parameters, '')}
              </span>
              {model.facts.unknown && (
                <span className={layout.tiny}>{t('models.unknown', { what: model.facts.unknown.join(', ') })}</span>
              )}
              {model.quarantined !== null && <Tag tone="bad">{t('models.quarantined')}</Tag>}
            </span>,
            bytes(model.facts.bytes),
            t('models.tokens', { count: model.contextSize, shown: model.contextSize.toLocaleString(i18n.language) }),
            <Tag key="fits" tone={model.fits ? 'ok' : 'wait'}>
              {t(model.fits ? 'models.itFits' : 'models.tooLarge', { bytes: bytes(model.memoryBytes) })}
            </Tag>,
            model.tokensPerSecond === null
              ? t('models.notMeasured')
              : t('models.estimated', { rate: rate(model.tokensPerSecond, 'tok/s') }),
            <span key="acts" className={layout.row}>
              {model.id === chosen ? (
                <Tag tone="ok">{t('models.chosen')}</Tag>
              ) : (
                <Button
                  kind="link"
                  aria-label={t('models.chooseName', { name: model.name })}
                  disabled={act.isPending}
                  onClick={() => act.mutate(() => api.models.choose({ id: model.id }))}
                >
                  {t('models.choose')}
                </Button>
              )}
              {model.quarantined !== null && (
                <Button
                  kind="link"
                  aria-label={t('models.releaseName', { name: model.name })}
                  disabled={act.isPending}
                  onClick={() => act.mutate(() => api.models.release({ id: model.id }))}
                >
                  {t('models.release')}
                </Button>
              )}
              {!model.shipped && (
                <Link to={`/data/model/${model.id}`} aria-label={t('models.sellName', { name: model.name })}>
                  {t('models.sell')}
                </Link>
              )}
              {!model.shipped && (
                <Button
                  kind="link"
                  aria-label={t('models.removeName', { name: model.name })}
                  onClick={() => setRemoving(model)}
                >
                  {t('models.remove')}
                </Button>
              )}
            </span>,
          ]}
        />
        <p className={layout.tiny}>{t('models.shippedText')}</p>
      </div>
      <RemoveDialog
        name={removing?.name ?? ''}
        text={t('models.removeText')}
        open={removing !== null}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setRemoving(null)}
        onAgree={() => removing && remove.mutate(removing.id)}
      />
    </Card>
  )
}
