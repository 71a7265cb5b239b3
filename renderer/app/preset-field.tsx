import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { presetNames, type PresetName } from '../../common/model/recipe-presets.ts'
import { SelectField } from '../ui/field.tsx'

interface Props extends Omit<ComponentProps<'select'>, 'value'> {
  readonly value: PresetName
}

/** How thoroughly something is trained. */
export function PresetField({ value, ...rest }: Props) {
  const { t } = useTranslation()
  return (
    <SelectField label={t('train.preset')} value={value} hint={t(`train.presetHints.${value}`)} {...rest}>
      {presetNames.map((item) => (
        <option key={item} value={item}>
          {t(`train.presets.${item}`)}
        </option>
      ))}
    </SelectField>
  )
}
