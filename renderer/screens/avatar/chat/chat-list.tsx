import { PanelLeft } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, useNavigate } from 'react-router'
import type { Avatar } from '../../../../common/model/chat.ts'
import { useChats } from '../../../state/chat.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import styles from './chat.module.css'

/** Where a chat with an avatar begins. */
export const newChatWith = (avatar: number): string => `/avatar/chat/new?with=${avatar}`

interface Props {
  readonly avatars: readonly Avatar[]
  /** Whose chat is open. */
  readonly current: number
  readonly changes: number | undefined
}

/** All chats, the latest first, and how to begin one; folded where there is no room beside what is said. */
export function ChatList({ avatars, current, changes }: Props) {
  const [open, setOpen] = useState(() => matchMedia('(min-width: 901px)').matches)
  const { t } = useTranslation()
  return (
    <div className={styles.list} data-open={open}>
      <Button kind="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        <PanelLeft aria-hidden />
        {t('chat.chats')}
      </Button>
      {open && <Chats avatars={avatars} current={current} changes={changes} />}
    </div>
  )
}

function Chats({ avatars, current, changes }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [words, setWords] = useState('')
  const chats = useChats(useDeferredValue(words.trim()), changes)
  const [picked, setPicked] = useState<number | null>(null)
  const avatar = avatars.find(({ id }) => id === (picked ?? current)) ?? avatars[0]!
  return (
    <Card title={t('chat.chats')}>
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
          <Button kind="primary" onClick={() => void navigate(newChatWith(avatar.id))}>
            {t('chat.new')}
          </Button>
          <Link to="/avatar/who/new">{t('chat.newAvatar')}</Link>
        </div>
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
                  <span className={styles.title} dir="auto" translate={title ? 'no' : undefined}>
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
