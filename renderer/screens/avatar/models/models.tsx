import { useTranslation } from 'react-i18next'
import { useEmbedder } from '../../../state/avatar.ts'
import { useModels } from '../../../state/chat.ts'
import { layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import { CatalogueCard } from './catalogue-card.tsx'
import { EmbedderCard } from './embedder-card.tsx'
import { FetchModelCard } from './fetch-model-card.tsx'
import { LocalApiCard } from './local-api-card.tsx'
import { ModelsCard } from './models-card.tsx'
import { TakeModelCard } from './take-model-card.tsx'

/** The models that avatars speak with. */
export function Models() {
  const { t } = useTranslation()
  const overview = useModels()
  const embedder = useEmbedder()
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      {overview ? (
        <>
          <ModelsCard overview={overview} />
          <CatalogueCard taking={overview.taking} />
          <TakeModelCard taking={overview.taking} />
          <FetchModelCard taking={overview.taking} unfinished={overview.unfinished} />
          {embedder && <EmbedderCard overview={embedder} />}
          <LocalApiCard />
        </>
      ) : (
        <Skeleton label={t('common.loading')} />
      )}
    </div>
  )
}
