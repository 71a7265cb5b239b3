import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { FileField as Field } from '../ui/field.tsx'

/** A file to choose, or several, with what was chosen. */
export function FileField(props: Omit<ComponentProps<typeof Field>, 'choose' | 'none'>) {
  const { t } = useTranslation()
  return (
    <Field
      {...props}
      choose={t(props.multiple ? 'forms.chooseFiles' : 'forms.chooseFile')}
      none={t(props.multiple ? 'forms.noFiles' : 'forms.noFile')}
    />
  )
}
