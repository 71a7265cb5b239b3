import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type * as z from 'zod'
import { AvatarOptions, type Avatar } from '../../../../common/model/chat.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { FileField } from '../../../forms/file-field.tsx'
import { optionalText } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
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
import { newChatWith } from './chat-list.tsx'

const Options = AvatarOptions.extend({ model: optionalText(200) })
const fieldsOf = ({ name, picture, rules, greeting, model, remembers }: AvatarOptions): z.input<typeof Options> => ({
  name,
  picture,
  rules,
  greeting,
  model: model ?? '',
  remembers,
})
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
  const form = useSchemaForm({
    schema: Options,
    values: fieldsOf(avatar ?? nobody),
    save: async (options) => {
      if (!avatar) return navigate(`/avatar/who/${(await api.chat.addAvatar(options)).id}`)
      await api.chat.changeAvatar({ avatar: avatar.id, options })
      form.reset(fieldsOf(options))
    },
  })
  const read = useApiMutation(async (file: File) =>
    form.reset(fieldsOf(await api.chat.readCard({ file: await base64Of(file) }))),
  )
  return (
    <Card title={avatar?.name ?? t('chat.newAvatar')}>
      <Form form={form} submit={t('chat.save')} beside={avatar && <AvatarButtons avatar={avatar} />}>
        {!avatar && (
          <FileField
            label={t('chat.card')}
            hint={t('chat.cardHint')}
            accept=".json,.png"
            error={read.errorText}
            onChange={(event) => event.target.files?.[0] && read.mutate(event.target.files[0])}
          />
        )}
        <TextField label={t('chat.name')} maxLength={80} {...form.field('name')} />
        <PictureField picture={form.value('picture')} onChange={(picture) => form.set('picture', picture)} />
        <TextArea label={t('chat.rules')} hint={t('chat.rulesHint')} maxLength={4000} {...form.field('rules')} />
        <TextArea
          label={t('chat.greeting')}
          hint={t('chat.greetingHint')}
          maxLength={2000}
          {...form.field('greeting')}
        />
        <SelectField label={t('chat.model')} {...form.field('model')} value={form.value('model')}>
          <option value="">{t('chat.chosenModel')}</option>
          {models?.models.map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
        </SelectField>
        <CheckField label={t('chat.remembers')} hint={t('chat.remembersHint')} {...form.field('remembers')} />
        {form.done && !form.changed && <p role="status">{t('chat.saved')}</p>}
      </Form>
    </Card>
  )
}

interface PictureProps {
  readonly picture: string | null
  readonly onChange: (picture: string | null) => void
}

function PictureField({ picture, onChange }: PictureProps) {
  const { t } = useTranslation()
  const take = useApiMutation(async (file: File) => onChange(await smallPicture(file)))
  return (
    <div className={layout.row}>
      {picture && <img className={styles.portrait} src={picture} alt={t('chat.picture')} />}
      <FileField
        label={t('chat.picture')}
        accept="image/png,image/jpeg,image/webp"
        error={take.errorText}
        onChange={(event) => event.target.files?.[0] && take.mutate(event.target.files[0])}
      />
      {picture && (
        <Button kind="link" onClick={() => onChange(null)}>
          {t('chat.noPicture')}
        </Button>
      )}
    </div>
  )
}

/** What may be done with an avatar that is there. */
function AvatarButtons({ avatar: { id, name } }: { readonly avatar: Avatar }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState(false)
  const write = useApiMutation(async () =>
    download(`${name}.json`, new Blob([(await api.chat.writeCard({ avatar: id })).json], { type: 'application/json' })),
  )
  const remove = useApiMutation(async () => {
    await api.chat.removeAvatar({ avatar: id })
    await navigate('/avatar')
  })
  return (
    <>
      <Button onClick={() => void navigate(newChatWith(id))}>{t('chat.new')}</Button>
      <Button kind="link" disabled={write.isPending} onClick={() => write.mutate()}>
        {t('chat.saveCard')}
      </Button>
      <Button kind="link" onClick={() => setRemoving(true)}>
        {t('chat.delete')}
      </Button>
      {write.errorText && <Problem>{write.errorText}</Problem>}
      <RemoveDialog
        name={name}
        text={t('chat.deleteAvatarText')}
        open={removing}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setRemoving(false)}
        onAgree={() => remove.mutate()}
      />
    </>
  )
}
