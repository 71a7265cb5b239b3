import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Avatar } from '../../../../common/model/chat.ts'
import type { Style } from '../../../../common/model/style.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

interface Props {
  readonly avatar: Avatar
  readonly styles: readonly Style[]
  /** Of the model that the avatar speaks with: styles of others do nothing for it. */
  readonly modelHash: string
  readonly modelName: string
}

/** Which style an avatar speaks in, and how strongly. */
export function SpeakCard({ avatar, styles, modelHash, modelName }: Props) {
  const { t, i18n } = useTranslation()
  const [style, setStyle] = useState(avatar.style)
  const [scale, setScale] = useState(avatar.styleScale)
  const save = useApiMutation(() => api.style.use({ avatar: avatar.id, style, scale }))
  const fitting = styles.filter(({ base }) => base === modelHash)
  const foreign = style !== null && !fitting.some(({ id }) => id === style)
  return (
    <Card title={t('style.speaks', { name: avatar.name })}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
        <SelectField
          label={t('style.inStyle')}
          hint={t('style.inStyleHint', { model: modelName })}
          value={style ?? ''}
          onChange={(event) => setStyle(event.target.value === '' ? null : Number(event.target.value))}
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
          label={t('style.scale', { percent: Math.round(scale * 100) })}
          hint={t('style.scaleHint')}
          value={scale}
          disabled={style === null}
          onChange={(event) => setScale(Number(event.target.value))}
        />
        {save.errorText && <Problem>{save.errorText}</Problem>}
        <div className={layout.row}>
          <Button type="submit" disabled={save.isPending || (style === avatar.style && scale === avatar.styleScale)}>
            {t('style.save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
