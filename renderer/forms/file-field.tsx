import { useEffect, type ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import type { DropPlace } from '../lib/dropped.ts'
import { useDropped } from '../state/dropped.ts'
import { FileField as Field } from '../ui/field.tsx'

interface Props extends Omit<ComponentProps<typeof Field>, 'choose' | 'none'> {
  /** Which of the files that are dropped on the window it takes. */
  readonly takes?: DropPlace | undefined
}

/** A file to choose, or several, with what was chosen. */
export function FileField({ takes, ...props }: Props) {
  const { t } = useTranslation()
  useTakeDropped(takes)
  return (
    <Field
      {...props}
      data-takes={takes}
      choose={t(props.multiple ? 'forms.chooseFiles' : 'forms.chooseFile')}
      none={t(props.multiple ? 'forms.noFiles' : 'forms.noFile')}
    />
  )
}

/** What was dropped for a field becomes what was chosen in it, as if by hand. */
function useTakeDropped(takes: DropPlace | undefined): void {
  const dropped = useDropped((state) => state.dropped)
  useEffect(() => {
    const input = takes && document.querySelector<HTMLInputElement>(`input[data-takes="${takes}"]`)
    if (!input || dropped?.place !== takes) return
    choose(input, dropped.file)
    useDropped.getState().give(null)
  }, [dropped, takes])
}

function choose(input: HTMLInputElement, file: File): void {
  const chosen = new DataTransfer()
  chosen.items.add(file)
  input.files = chosen.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
  input.focus()
}
