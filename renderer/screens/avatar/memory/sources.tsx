import { useTranslation } from 'react-i18next'
import { useAvatar } from '../../../state/avatar.ts'
import { useAvatars, usePulse } from '../../../state/chat.ts'
import { useSayings } from '../../../state/sayings.ts'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import { BringCard } from './bring-card.tsx'
import { PeopleCard } from './people-card.tsx'
import { ArchiveCard } from './archive-card.tsx'
import { SourcesCard } from './sources-card.tsx'

/** Where memories come from, and who is who in them. */
export function Sources() {
  const { t } = useTranslation()
  const sayings = useSayings()
  const avatar = useAvatar()
  const avatars = useAvatars(usePulse(null)?.changes)
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      {!avatar ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <>
          {avatar.failed !== null && <Problem>{t('avatar.brokeOff', { why: sayings.failed(avatar.failed) })}</Problem>}
          <BringCard tasks={avatar.tasks} />
          <SourcesCard sources={avatar.sources} />
          <PeopleCard people={avatar.people} />
          {avatars && <ArchiveCard empty={avatar.sources.length === 0 && avatars.length === 0} />}
        </>
      )}
    </div>
  )
}
