import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, useNavigate } from 'react-router'
import type { Avatar } from '../../../../common/model/chat.ts'
import { useChats } from '../../../state/chat.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import styles from './chat.module.css'

/** All chats, the latest first, and how to begin one. */
export function ChatList({
  avatars,
  chosen,
  changes,
}: {
  readonly avatars: readonly Avatar[]
  readonly chosen: number | null
  readonly changes: number | undefined
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [words, setWords] = useState('')
  const chats = useChats(useDeferredValue(words.trim()), changes)
  const current = chats?.find(({ id }) => id === chosen)?.avatar
  const [picked, setPicked] = useState<number | null>(null)
  const avatar = avatars.find(({ id }) => id === (picked ?? current)) ?? avatars[0]!
  const begin = useApiMutation(async () => navigate(`/avatar/chat/${(await api.chat.add({ avatar: avatar.id })).id}`))
  return (
    <Card title={t('chat.chats')} className={styles.list}>
      <div className={layout.stack}>
        <div className={layout.row}>
          {avatars.length > 1 && (
            <Choice
              label={t('chat.with')}
              value={String(avatar.id)}
              options={avatars.map(({ id }) => String(id))}
              nameOf={(id) => avatars.find((item) => String(item.id) === id)?.name ?? ''}
              onChoose={(id) => setPicked(Number(id))}
            />
          )}
          <Button kind="primary" disabled={begin.isPending} onClick={() => begin.mutate()}>
            {t('chat.new')}
          </Button>
          <Link to="/avatar/who/new">{t('chat.newAvatar')}</Link>
        </div>
        {begin.errorText && <Problem>{begin.errorText}</Problem>}
        <TextField
          label={t('chat.search')}
          type="search"
          value={words}
          maxLength={200}
          onChange={(event) => setWords(event.target.value)}
        />
        {chats?.length === 0 ? (
          <p className={layout.muted}>{t(words.trim() === '' ? 'chat.noChats' : 'chat.noneFound')}</p>
        ) : (
          <ul className={styles.chats}>
            {chats?.map(({ id, title, avatar: of }) => (
              <li key={id}>
                <NavLink to={`/avatar/chat/${id}`} className={styles.chat!}>
                  <span className={styles.title} dir="auto">
                    {title || t('chat.untitled')}
                  </span>
                  {avatars.length > 1 && (
                    <span className={layout.tiny}>{avatars.find((item) => item.id === of)?.name}</span>
                  )}
                </NavLink>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}
