import { zodResolver } from '@hookform/resolvers/zod'
import type { QueryKey } from '@tanstack/react-query'
import { useForm, useWatch, type DefaultValues, type FieldValues, type Path, type PathValue } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type * as z from 'zod'
import { useApiMutation } from '../state/mutation.ts'
import { issueWords } from './words.ts'

interface Options<In extends FieldValues, Out> {
  /** From what is typed to what is saved. */
  readonly schema: z.ZodType<Out, In>
  readonly values: NoInfer<In>
  /** Runs with what the schema made of the fields; a failure is said below them, and they stay as they are. */
  readonly save: (output: Out) => Promise<unknown>
  /** Keys of the queries that are read again once it is saved. */
  readonly stale?: readonly QueryKey[]
}

/** A form whose fields a schema reads: each says what is wrong with it, and nothing is saved until none is. */
export function useSchemaForm<In extends FieldValues, Out>({ schema, values, save, stale }: Options<In, Out>) {
  const { t } = useTranslation()
  const form = useForm<In, unknown, Out>({
    mode: 'onChange',
    defaultValues: values as DefaultValues<In>,
    resolver: zodResolver(schema, { error: (issue) => issueWords(t, issue) }),
  })
  const mutation = useApiMutation(save, stale)
  const { formState } = form
  // What is read below is then drawn anew with each change.
  useWatch({ control: form.control })
  return {
    /** What an input needs. @param wrong words for whatever is wrong with it, where the schema's say too little */
    field: (name: Path<In>, wrong?: string) => {
      const { error } = form.getFieldState(name, formState)
      return { ...form.register(name), error: error ? (wrong ?? error.message) : null }
    },
    value: <P extends Path<In>>(name: P): PathValue<In, P> => form.getValues(name),
    set: <P extends Path<In>>(name: P, value: PathValue<In, P>): void =>
      form.setValue(name, value, { shouldDirty: true, shouldValidate: true }),
    reset: form.reset,
    submit: form.handleSubmit((output) => mutation.mutate(output)),
    changed: formState.isDirty,
    wrong: !formState.isValid && Object.keys(formState.errors).length > 0,
    busy: mutation.isPending,
    done: mutation.isSuccess,
    problem: mutation.errorText,
  }
}

export type SchemaForm = Pick<ReturnType<typeof useSchemaForm>, 'submit' | 'wrong' | 'busy' | 'problem'>
