import { ArrowDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { Avatar } from '../../../../common/model/chat.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { useChat, usePulse } from '../../../state/chat.ts'
import { useErrorText } from '../../../state/errors.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { useFollow } from '../../../ui/follow.ts'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import styles from './chat.module.css'
import { ChatMessageView } from './chat-message.tsx'
import { Composer } from './composer.tsx'
import { RenameForm } from './rename-form.tsx'

/** One chat: what was said, and what is said next. */
export function Conversation({ id, avatars }: { readonly id: number; readonly avatars: readonly Avatar[] }) {
  const { t } = useTranslation()
  const textOf = useErrorText()
  const navigate = useNavigate()
  const pulse = usePulse(id)
  const { data, error } = useChat(id, pulse?.changes)
  const [renaming, setRenaming] = useState(false)
  const [removing, setRemoving] = useState(false)
  const { content, away, follow, stay } = useFollow()
  const writing = pulse?.writing ?? null
  // An answer that begins is looked at, whoever asked for it.
  useEffect(() => {
    if (writing?.message !== undefined) follow()
  }, [writing?.message, follow])
  const send = useApiMutation(async (text: string) =>
    api.chat.send({ chat: id, parent: data!.messages.at(-1)?.id ?? null, text }),
  )
  const remove = useApiMutation(async () => {
    await api.chat.remove({ chat: id })
    await navigate('/avatar')
  })
  if (error) return <Problem>{textOf(error)}</Problem>
  const avatar = avatars.find((item) => item.id === data?.chat.avatar)
  if (!data || !avatar) return <Skeleton label={t('common.loading')} />
  const facts = data.messages.findLast((message) => message.facts !== null)?.facts
  return (
    <Card
      title={data.chat.title || t('chat.untitled')}
      className={styles.conversation}
      aside={
        <span className={layout.row}>
          {facts && (
            <span className={layout.tiny}>
              {t('chat.context', { used: facts.promptTokens + facts.writtenTokens, of: facts.contextSize })}
            </span>
          )}
          <Link to={`/avatar/who/${avatar.id}`}>{avatar.name}</Link>
          <Button kind="link" aria-expanded={renaming} onClick={() => setRenaming(!renaming)}>
            {t('chat.rename')}
          </Button>
          <Button kind="link" onClick={() => setRemoving(true)}>
            {t('chat.delete')}
          </Button>
        </span>
      }
    >
      {renaming && <RenameForm chat={data.chat} onDone={() => setRenaming(false)} />}
      <div ref={content} className={styles.messages} role="log" aria-label={t('chat.said')} onClickCapture={stay}>
        {data.messages.length === 0 && (
          <p className={layout.muted}>
            {t(avatar.remembers ? 'chat.askSomething' : 'chat.saySomething', { name: avatar.name })}
          </p>
        )}
        {data.messages.map((message) => (
          <ChatMessageView
            key={message.id}
            message={message}
            name={message.role === 'user' ? t('chat.you') : avatar.name}
            picture={message.role === 'user' ? null : avatar.picture}
            written={writing?.message === message.id ? writing.text : null}
            busy={writing !== null}
          />
        ))}
      </div>
      {send.errorText && <Problem>{send.errorText}</Problem>}
      <Composer
        avatar={avatar}
        writing={writing !== null}
        busy={send.isPending}
        beside={
          away && (
            <Button className={styles.newest} onClick={follow}>
              <ArrowDown aria-hidden />
              {t('chat.newest')}
            </Button>
          )
        }
        onSend={(text) => send.mutate(text)}
        onStop={() => void api.chat.stop({ chat: id })}
      />
      <RemoveDialog
        name={data.chat.title || t('chat.untitled')}
        text={t('chat.deleteText')}
        open={removing}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setRemoving(false)}
        onAgree={() => remove.mutate()}
      />
    </Card>
  )
}
