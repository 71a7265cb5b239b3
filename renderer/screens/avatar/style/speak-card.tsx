import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { Avatar } from '../../../../common/model/chat.ts'
import { StyleScale, type Style } from '../../../../common/model/style.ts'
import { number } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { api } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

interface Props {
  readonly avatar: Avatar
  readonly styles: readonly Style[]
  /** Of the model that the avatar speaks with: styles of others do nothing for it. */
  readonly modelHash: string
  readonly modelName: string
}

const Speaking = z.object({
  style: z.string().transform((id) => (id === '' ? null : Number(id))),
  scale: number(StyleScale),
})

/** Which style an avatar speaks in, and how strongly. */
export function SpeakCard({ avatar, styles, modelHash, modelName }: Props) {
  const { t, i18n } = useTranslation()
  const form = useSchemaForm({
    schema: Speaking,
    values: { style: avatar.style === null ? '' : String(avatar.style), scale: String(avatar.styleScale) },
    save: (speaking) => api.style.use({ avatar: avatar.id, ...speaking }),
  })
  const style = form.value('style') === '' ? null : Number(form.value('style'))
  const fitting = styles.filter(({ base }) => base === modelHash)
  const foreign = style !== null && !fitting.some(({ id }) => id === style)
  return (
    <Card title={t('style.speaks', { name: avatar.name })}>
      <Form form={form} kind="secondary" submit={t('style.save')} disabled={!form.changed}>
        <SelectField
          label={t('style.inStyle')}
          hint={t('style.inStyleHint', { model: modelName })}
          {...form.field('style')}
        >
          <option value="">{t('style.none')}</option>
          {[...fitting, ...(foreign ? styles.filter(({ id }) => id === style) : [])].map((item) => (
            <option key={item.id} value={item.id}>
              {t('style.called', {
                name: item.name,
                day: new Date(item.created).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }),
              })}
            </option>
          ))}
        </SelectField>
        {foreign && <p className={layout.muted}>{t('style.otherModel', { model: modelName })}</p>}
        <TextField
          type="range"
          min={0}
          max={2}
          step={0.05}
          label={t('style.scale', { percent: Math.round(Number(form.value('scale')) * 100) })}
          hint={t('style.scaleHint')}
          {...form.field('scale')}
          disabled={style === null}
        />
      </Form>
    </Card>
  )
}
