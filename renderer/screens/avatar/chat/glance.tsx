import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ShownMessage } from '../../../../common/model/chat.ts'
import { citedParts } from '../../../lib/cited.ts'
import { dateTime } from '../../../lib/format.ts'
import { useAvatars, useChat, useChats, usePulse } from '../../../state/chat.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import styles from './chat.module.css'

/** The avatar's last words, and where to go on. */
export function Glance({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const changes = usePulse(null)?.changes
  const avatars = useAvatars(changes)
  const [latest] = useChats('', changes) ?? []
  const avatar = avatars?.find(({ id }) => id === latest?.avatar) ?? avatars?.[0]
  return (
    <Card
      title={avatar?.name ?? t('chat.first')}
      className={className}
      aside={latest && <span className={layout.tiny}>{dateTime(latest.updated, i18n.language)}</span>}
    >
      {!avatars ? (
        <Skeleton label={t('common.loading')} />
      ) : latest ? (
        <LastWords chat={latest.id} changes={changes} />
      ) : (
        <Empty>
          {avatar ? t('chat.noChats') : t('chat.firstText')}{' '}
          <Link to="/avatar">{t(avatar ? 'chat.new' : 'chat.begin')}</Link>
        </Empty>
      )}
    </Card>
  )
}

const withoutSources = ({ text, notes }: ShownMessage): string =>
  citedParts(text, notes.length)
    .map((part) => ('text' in part ? part.text : ''))
    .join('')

function LastWords({ chat, changes }: { readonly chat: number; readonly changes: number | undefined }) {
  const { t } = useTranslation()
  const { data } = useChat(chat, changes)
  if (!data) return <Skeleton label={t('common.loading')} />
  const last = data.messages.findLast(({ role, text }) => role === 'assistant' && text !== '')
  return (
    <div className={layout.stack}>
      <p className={styles.lastWords} dir="auto" translate="no">
        {last ? withoutSources(last) : t('chat.nothingSaid')}
      </p>
      <Link to={`/avatar/chat/${chat}`}>{t('chat.goOn')}</Link>
    </div>
  )
}
