import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { Participant } from '../../../../common/model/memory.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** The shortest way to a first conversation: a name, or the memories of somebody made up. */
export function FirstAvatarCard({ people }: { readonly people: readonly Participant[] }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const me = people.find((person) => person.me)
  const [typed, setTyped] = useState<string | null>(null)
  const name = typed ?? me?.author ?? ''
  const begin = useApiMutation(async () => {
    const avatar = await api.chat.addAvatar({
      name: name.trim(),
      picture: null,
      rules: '',
      greeting: '',
      model: null,
      remembers: true,
    })
    await navigate(`/avatar/chat/${(await api.chat.add({ avatar: avatar.id })).id}`)
  })
  const sample = useApiMutation(async () => {
    const avatar = await api.chat.trySample()
    await navigate(`/avatar/chat/${(await api.chat.add({ avatar: avatar.id })).id}`)
  })
  return (
    <Card title={t('chat.first')} hero>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), begin.mutate())}>
        <p>{t('chat.firstText')}</p>
        <TextField
          label={t('chat.name')}
          hint={t('chat.nameHint')}
          value={name}
          maxLength={80}
          onChange={(event) => setTyped(event.target.value)}
        />
        {(begin.errorText ?? sample.errorText) && <Problem>{begin.errorText ?? sample.errorText}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" type="submit" disabled={name.trim() === '' || begin.isPending || sample.isPending}>
            {t('chat.begin')}
          </Button>
          {people.length === 0 && (
            <Button disabled={begin.isPending || sample.isPending} onClick={() => sample.mutate()}>
              {t('chat.sample')}
            </Button>
          )}
        </div>
        {people.length === 0 && (
          <p className={layout.muted}>
            {t('chat.knowsNothing')} <Link to="/avatar/sources">{t('avatar.bring')}</Link>
          </p>
        )}
      </form>
    </Card>
  )
}
