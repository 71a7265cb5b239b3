import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { layout } from '../ui/layout.tsx'
import { Problem } from '../ui/state.tsx'
import { useAskedField } from './use-asked-field.ts'
import type { SchemaForm } from './use-schema-form.ts'

interface Props {
  readonly form: SchemaForm
  readonly children: ReactNode
  /** What the button that sends it says. */
  readonly submit: string
  readonly kind?: 'primary' | 'secondary'
  /** Whether something beside the fields keeps it from being sent. */
  readonly disabled?: boolean | undefined
  /** What is said once it was sent, until a field is changed. */
  readonly saved?: string
  /** What stands beside that button. */
  readonly beside?: ReactNode
  readonly inRow?: boolean
}

/** Fields, what went wrong with sending them, and the button that sends them; Enter in a field does so too. */
export function Form({
  form,
  children,
  submit,
  kind = 'primary',
  disabled = false,
  saved,
  beside,
  inRow = false,
}: Props) {
  const place = useAskedField()
  const buttons = (
    <>
      <Button kind={kind} type="submit" disabled={form.busy || form.wrong || disabled}>
        {submit}
      </Button>
      {saved && (
        <span role="status" className={layout.muted}>
          {form.done && saved}
        </span>
      )}
      {beside}
    </>
  )
  return (
    <form
      ref={place}
      className={inRow ? layout.row : layout.stack}
      noValidate
      onSubmit={(event) => void form.submit(event)}
    >
      {children}
      {form.problem && <Problem>{form.problem}</Problem>}
      {inRow ? buttons : <div className={layout.row}>{buttons}</div>}
    </form>
  )
}
