import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { Avatar } from '../../../../common/model/chat.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import styles from './chat.module.css'
import { Composer } from './composer.tsx'

/** A chat that is there once something is said in it. */
export function NewConversation({ avatar }: { readonly avatar: Avatar }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const begin = useApiMutation(async (text: string) => {
    const { id: chat } = await api.chat.add({ avatar: avatar.id })
    const { messages } = await api.chat.get({ chat })
    await api.chat.send({ chat, parent: messages.at(-1)?.id ?? null, text })
    await navigate(`/avatar/chat/${chat}`)
  })
  return (
    <Card
      title={t('chat.untitled')}
      className={styles.conversation}
      aside={<Link to={`/avatar/who/${avatar.id}`}>{avatar.name}</Link>}
    >
      <div className={styles.messages} role="log" aria-label={t('chat.said')}>
        {avatar.greeting === '' ? (
          <p className={layout.muted}>
            {t(avatar.remembers ? 'chat.askSomething' : 'chat.saySomething', { name: avatar.name })}
          </p>
        ) : (
          <article className={styles.theirs} aria-label={avatar.name}>
            <p className={styles.words} dir="auto">
              {avatar.greeting}
            </p>
          </article>
        )}
      </div>
      {begin.errorText && <Problem>{begin.errorText}</Problem>}
      <Composer avatar={avatar} writing={false} busy={begin.isPending} onSend={(text) => begin.mutate(text)} />
    </Card>
  )
}
