import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { Avatar, AvatarOptions } from '../../../common/model/chat.ts'
import { RemoveDialog } from '../../app/remove-dialog.tsx'
import { base64Of, download } from '../../lib/download.ts'
import { smallPicture } from '../../lib/picture.ts'
import { useAvatars, useModels, usePulse } from '../../state/chat.ts'
import { api } from '../../state/transport.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckField, SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../ui/state.tsx'
import { AvatarNav } from '../avatar/avatar-nav.tsx'
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
      <AvatarNav />
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
  const save = useAction(async () => {
    const { name, picture, rules, greeting, model, remembers } = options
    const clean = { name: name.trim(), picture, rules, greeting, model, remembers }
    if (!avatar) return navigate(`/avatar/who/${(await api.chat.addAvatar(clean)).id}`)
    await api.chat.changeAvatar({ avatar: avatar.id, options: clean })
    setSaved(true)
  })
  const take = useAction(async (file: File) => change({ picture: await smallPicture(file) }))
  const readCard = useAction(async (file: File) => change(await api.chat.readCard({ file: await base64Of(file) })))
  const writeCard = useAction(async () =>
    download(
      `${avatar!.name}.json`,
      new Blob([(await api.chat.writeCard({ avatar: avatar!.id })).json], { type: 'application/json' }),
    ),
  )
  const begin = useAction(async () => navigate(`/avatar/chat/${(await api.chat.add({ avatar: avatar!.id })).id}`))
  const remove = useAction(async () => {
    await api.chat.removeAvatar({ avatar: avatar!.id })
    await navigate('/avatar')
  })
  const problem = save.error ?? take.error ?? begin.error ?? readCard.error ?? writeCard.error
  return (
    <Card title={avatar?.name ?? t('chat.newAvatar')}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.run())}>
        {!avatar && (
          <TextField
            label={t('chat.card')}
            hint={t('chat.cardHint')}
            type="file"
            accept=".json,.png"
            onChange={(event) => event.target.files?.[0] && readCard.run(event.target.files[0])}
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
            onChange={(event) => event.target.files?.[0] && take.run(event.target.files[0])}
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
          <Button kind="primary" type="submit" disabled={options.name.trim() === '' || save.busy}>
            {t('chat.save')}
          </Button>
          {avatar && (
            <>
              <Button disabled={begin.busy} onClick={() => begin.run()}>
                {t('chat.new')}
              </Button>
              <Button kind="link" disabled={writeCard.busy} onClick={() => writeCard.run()}>
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
        busy={remove.busy}
        error={remove.error}
        onClose={() => setRemoving(false)}
        onAgree={() => remove.run()}
      />
    </Card>
  )
}
