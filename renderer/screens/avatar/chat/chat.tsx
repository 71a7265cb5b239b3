import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useAvatar } from '../../../state/avatar.ts'
import { useAvatars, usePulse } from '../../../state/chat.ts'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import styles from './chat.module.css'
import { ChatList } from './chat-list.tsx'
import { Conversation } from './conversation.tsx'
import { FirstAvatarCard } from './first-avatar-card.tsx'

/** Conversations with avatars. */
export function Chat() {
  const { t } = useTranslation()
  const { id } = useParams()
  const chat = id === undefined ? null : Number(id)
  const memory = useAvatar()
  const pulse = usePulse(null)
  const avatars = useAvatars(pulse?.changes)
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      {memory?.problem ? (
        <Problem>{t('avatar.unreadable', { why: memory.problem })}</Problem>
      ) : !avatars || !memory ? (
        <Skeleton label={t('common.loading')} />
      ) : avatars.length === 0 ? (
        <FirstAvatarCard people={memory.people} />
      ) : (
        <div className={styles.room}>
          <ChatList avatars={avatars} chosen={chat} changes={pulse?.changes} />
          {chat === null ? <Empty>{t('chat.choose')}</Empty> : <Conversation key={chat} id={chat} avatars={avatars} />}
        </div>
      )}
    </div>
  )
}
