import { useTranslation } from 'react-i18next'
import { Navigate, useParams, useSearchParams } from 'react-router'
import type { Avatar } from '../../../../common/model/chat.ts'
import { useAvatar } from '../../../state/avatar.ts'
import { useAvatars, useChats, usePulse } from '../../../state/chat.ts'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import styles from './chat.module.css'
import { ChatList } from './chat-list.tsx'
import { Conversation } from './conversation.tsx'
import { FirstAvatarCard } from './first-avatar-card.tsx'
import { NewConversation } from './new-conversation.tsx'

/** Conversations with avatars. */
export function Chat() {
  const { t } = useTranslation()
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
        <Room avatars={avatars} changes={pulse?.changes} />
      )}
    </div>
  )
}

/** The conversation that was chosen; else the latest, or the first one. */
function Room({ avatars, changes }: { readonly avatars: readonly Avatar[]; readonly changes: number | undefined }) {
  const { t } = useTranslation()
  const { id } = useParams()
  const [search] = useSearchParams()
  const chats = useChats('', changes)
  if (!chats) return <Skeleton label={t('common.loading')} />
  const latest = chats[0]
  if (id === undefined && latest) return <Navigate to={`/avatar/chat/${latest.id}`} replace />
  const isNew = id === undefined || id === 'new'
  const wanted = isNew ? Number(search.get('with')) : chats.find((chat) => String(chat.id) === id)?.avatar
  const avatar = avatars.find((item) => item.id === wanted) ?? avatars[0]!
  return (
    <div className={styles.room}>
      <ChatList avatars={avatars} current={avatar.id} changes={changes} />
      {isNew ? (
        <NewConversation key={avatar.id} avatar={avatar} />
      ) : Number.isSafeInteger(Number(id)) ? (
        <Conversation key={id} id={Number(id)} avatars={avatars} />
      ) : (
        <Empty>{t('layout.noNumber', { text: id })}</Empty>
      )}
    </div>
  )
}
