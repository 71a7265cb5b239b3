import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { Avatar, AvatarOptions } from '../../../../common/model/chat.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { base64Of, download } from '../../../lib/download.ts'
import { smallPicture } from '../../../lib/picture.ts'
import { useAvatars, useModels, usePulse } from '../../../state/chat.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { CheckField, SelectField, TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import styles from './chat.module.css'

const nobody: AvatarOptions = { name: '', picture: null, rules: '', greeting: '', model: null, remembers: true }

/** Who an avatar is: one that is there, or a new one. */
export function AvatarPage() {
  const { t } = useTranslation()
  const { id } = useParams()
  const pulse = usePulse(null)
  const avatars = useAvatars(pulse?.changes)
  const avatar = avatars?.find((item) => String(item.id) === id)
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      {!avatars ? (
        <Skeleton label={t('common.loading')} />
      ) : id !== 'new' && !avatar ? (
        <Empty>{t('chat.noAvatar')}</Empty>
      ) : (
        <AvatarCard key={id} avatar={avatar ?? null} />
      )}
    </div>
  )
}

function AvatarCard({ avatar }: { readonly avatar: Avatar | null }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const models = useModels()
  const [options, setOptions] = useState<AvatarOptions>(avatar ?? nobody)
  const [removing, setRemoving] = useState(false)
  const [saved, setSaved] = useState(false)
  const change = (more: Partial<AvatarOptions>): void => {
    setOptions({ ...options, ...more })
    setSaved(false)
  }
  const save = useApiMutation(async () => {
    const { name, picture, rules, greeting, model, remembers } = options
    const clean = { name: name.trim(), picture, rules, greeting, model, remembers }
    if (!avatar) return navigate(`/avatar/who/${(await api.chat.addAvatar(clean)).id}`)
    await api.chat.changeAvatar({ avatar: avatar.id, options: clean })
    setSaved(true)
  })
  const take = useApiMutation(async (file: File) => change({ picture: await smallPicture(file) }))
  const readCard = useApiMutation(async (file: File) => change(await api.chat.readCard({ file: await base64Of(file) })))
  const writeCard = useApiMutation(async () =>
    download(
      `${avatar!.name}.json`,
      new Blob([(await api.chat.writeCard({ avatar: avatar!.id })).json], { type: 'application/json' }),
    ),
  )
  const begin = useApiMutation(async () => navigate(`/avatar/chat/${(await api.chat.add({ avatar: avatar!.id })).id}`))
  const remove = useApiMutation(async () => {
    await api.chat.removeAvatar({ avatar: avatar!.id })
    await navigate('/avatar')
  })
  const problem = save.errorText ?? take.errorText ?? begin.errorText ?? readCard.errorText ?? writeCard.errorText
  return (
    <Card title={avatar?.name ?? t('chat.newAvatar')}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
        {!avatar && (
          <TextField
            label={t('chat.card')}
            hint={t('chat.cardHint')}
            type="file"
            accept=".json,.png"
            onChange={(event) => event.target.files?.[0] && readCard.mutate(event.target.files[0])}
          />
        )}
        <TextField
          label={t('chat.name')}
          value={options.name}
          maxLength={80}
          onChange={(event) => change({ name: event.target.value })}
        />
        <div className={layout.row}>
          {options.picture && <img className={styles.portrait} src={options.picture} alt={t('chat.picture')} />}
          <TextField
            label={t('chat.picture')}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            onChange={(event) => event.target.files?.[0] && take.mutate(event.target.files[0])}
          />
          {options.picture && (
            <Button kind="link" onClick={() => change({ picture: null })}>
              {t('chat.noPicture')}
            </Button>
          )}
        </div>
        <TextArea
          label={t('chat.rules')}
          hint={t('chat.rulesHint')}
          value={options.rules}
          maxLength={4000}
          onChange={(event) => change({ rules: event.target.value })}
        />
        <TextArea
          label={t('chat.greeting')}
          hint={t('chat.greetingHint')}
          value={options.greeting}
          maxLength={2000}
          onChange={(event) => change({ greeting: event.target.value })}
        />
        <SelectField
          label={t('chat.model')}
          value={options.model ?? ''}
          onChange={(event) => change({ model: event.target.value || null })}
        >
          <option value="">{t('chat.chosenModel')}</option>
          {models?.models.map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
        </SelectField>
        <CheckField
          label={t('chat.remembers')}
          hint={t('chat.remembersHint')}
          checked={options.remembers}
          onChange={(event) => change({ remembers: event.target.checked })}
        />
        {problem && <Problem>{problem}</Problem>}
        {saved && <p role="status">{t('chat.saved')}</p>}
        <div className={layout.row}>
          <Button kind="primary" type="submit" disabled={options.name.trim() === '' || save.isPending}>
            {t('chat.save')}
          </Button>
          {avatar && (
            <>
              <Button disabled={begin.isPending} onClick={() => begin.mutate()}>
                {t('chat.new')}
              </Button>
              <Button kind="link" disabled={writeCard.isPending} onClick={() => writeCard.mutate()}>
                {t('chat.saveCard')}
              </Button>
              <Button kind="link" onClick={() => setRemoving(true)}>
                {t('chat.delete')}
              </Button>
            </>
          )}
        </div>
      </form>
      <RemoveDialog
        name={avatar?.name ?? ''}
        text={t('chat.deleteAvatarText')}
        open={removing}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setRemoving(false)}
        onAgree={() => remove.mutate()}
      />
    </Card>
  )
}
