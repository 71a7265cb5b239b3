import { useTranslation } from 'react-i18next'
import { presetNames, type PresetName } from '../../common/model/recipe-presets.ts'
import { SelectField } from '../ui/field.tsx'

/** How thoroughly something is trained. */
export function PresetField({
  value,
  onChange,
}: {
  readonly value: PresetName
  readonly onChange: (preset: PresetName) => void
}) {
  const { t } = useTranslation()
  return (
    <SelectField
      label={t('train.preset')}
      value={value}
      hint={t(`train.presetHints.${value}`)}
      onChange={(event) => onChange(event.target.value as PresetName)}
    >
      {presetNames.map((item) => (
        <option key={item} value={item}>
          {t(`train.presets.${item}`)}
        </option>
      ))}
    </SelectField>
  )
}
