import type { QueryKey } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import * as z from 'zod'
import { TextField } from '../ui/field.tsx'
import { text } from './fields.ts'
import { Form } from './form.tsx'
import { useSchemaForm } from './use-schema-form.ts'

const LONGEST_PATH = 4096
const Path = z.object({ path: text(LONGEST_PATH) })

interface Props {
  readonly label: string
  readonly hint?: string
  readonly placeholder?: string
  readonly submit: string
  readonly disabled?: boolean
  readonly save: (path: string) => Promise<unknown>
  readonly stale?: readonly QueryKey[]
  readonly children?: ReactNode
}

/** A file or folder of this machine that is brought in; the field is empty again once it was. */
export function PathForm({ save, submit, disabled, stale = [], children, ...field }: Props) {
  const form = useSchemaForm({
    schema: Path,
    values: { path: '' },
    save: async ({ path }) => {
      await save(path)
      form.reset()
    },
    stale,
  })
  const { error, ...input } = form.field('path')
  return (
    <Form form={{ ...form, problem: null }} kind="secondary" submit={submit} disabled={disabled}>
      <TextField maxLength={LONGEST_PATH} {...field} {...input} error={error ?? form.problem} />
      {children}
    </Form>
  )
}
