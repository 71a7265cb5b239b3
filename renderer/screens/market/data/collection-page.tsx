import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { DataOverview } from '../../../../common/api/data.ts'
import type { CollectionChoices, CollectionRow } from '../../../../common/model/collection.ts'
import type { MediaReason } from '../../../../common/model/data-names.ts'
import { useLeftOut } from '../../../app/left-out.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { useData } from '../../../state/data.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Steps } from '../../../ui/steps.tsx'
import { GalleryCard } from './gallery-card.tsx'
import { MediaFacts } from './media-facts.tsx'
import { MediaFiltersCard } from './media-filters-card.tsx'
import { ProtectMediaCard } from './protect-media-card.tsx'

/** Pictures and recordings on their way to something that can be sold. Everything here can be changed back. */
export function CollectionPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const data = useData()
  const collection = data?.collections.find((item) => item.id === id)
  if (!data) return <Skeleton label={t('common.loading')} />
  return collection ? (
    <Loaded key={id} collection={collection} releases={data.releases} />
  ) : (
    <Empty>{t('data.media.none')}</Empty>
  )
}

function Loaded({
  collection,
  releases,
}: {
  readonly collection: CollectionRow
  readonly releases: DataOverview['releases']
}) {
  const { t } = useTranslation()
  const leftOut = useLeftOut()
  const navigate = useNavigate()
  const { id, name, report, hidden, leaving, skipped, broken } = collection
  const [before, setBefore] = useState<CollectionChoices | null>(null)
  const [asking, setAsking] = useState(false)
  const choose = useApiMutation(async (choices: CollectionChoices) => {
    const old = collection.choices
    await api.data.chooseMedia({ id, choices })
    setBefore(old)
  })
  const remove = useApiMutation(async () => {
    await api.data.removeCollection({ id })
    await navigate('/data')
  })
  const made = releases.filter(({ release }) => release.dataset === id)
  return (
    <div className={layout.stack}>
      <div className={layout.between}>
        <h2>{name}</h2>
        <span className={layout.row}>
          {before && (
            <Button disabled={choose.isPending} onClick={() => choose.mutate(before)}>
              {t('data.undo')}
            </Button>
          )}
          <Button kind="link" onClick={() => setAsking(true)}>
            {t('train.remove')}
          </Button>
        </span>
      </div>
      <Steps
        label={t('data.way')}
        names={[t('data.steps.source'), t('data.steps.curate'), t('data.steps.protect'), t('data.steps.list')]}
        at={made.length > 0 ? 3 : 1}
      />
      {choose.errorText && <Problem>{choose.errorText}</Problem>}
      <div className={layout.pair}>
        <Card title={t('data.asBrought')}>
          <MediaFacts report={report} />
        </Card>
        <Card title={t('data.asLeaving')}>
          <MediaFacts report={leaving.report} />
        </Card>
      </div>
      <Card title={t('data.media.beside')}>
        <div className={layout.stack}>
          <p className={layout.muted}>{t('data.media.besideText')}</p>
          <Facts
            items={[
              [t('data.media.located'), hidden.located],
              [t('data.media.saying'), hidden.saying],
              [t('data.media.voices'), hidden.voices],
              [t('data.skipped'), leftOut(skipped).join(', ') || t('data.nothing')],
              ...(broken.length > 0 ? [[t('data.broken'), broken.join(', ')] as const] : []),
              [
                t('data.dropped'),
                Object.entries(leaving.dropped)
                  .map(([why, count]) => `${count} ${t(`data.media.reasons.${why as MediaReason}`)}`)
                  .join(', ') || t('data.nothing'),
              ],
            ]}
          />
          <p className={layout.tiny}>{t('data.media.faces')}</p>
        </div>
      </Card>
      <MediaFiltersCard
        key={JSON.stringify(collection.choices.filters)}
        collection={collection}
        busy={choose.isPending}
        onChoose={choose.mutate}
      />
      <GalleryCard collection={collection} busy={choose.isPending} onChoose={choose.mutate} />
      <ProtectMediaCard
        collection={collection}
        assets={made.flatMap(({ asset, release }) => (asset ? [{ id: asset.id, name: release.terms.name }] : []))}
      />
      <RemoveDialog
        name={name}
        text={t('data.removeText')}
        open={asking}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setAsking(false)}
        onAgree={() => remove.mutate()}
      />
    </div>
  )
}
