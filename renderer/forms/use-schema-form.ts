import { zodResolver } from '@hookform/resolvers/zod'
import type { QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  get,
  useForm,
  useWatch,
  type DefaultValues,
  type FieldValues,
  type Path,
  type PathValue,
} from 'react-hook-form'
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
  /** Whether fields that the person has not changed go on showing the values, where those change. */
  readonly follows?: boolean
  /** Keys of the queries that are read again once it is saved. */
  readonly stale?: readonly QueryKey[]
}

/** A form whose fields a schema reads: each says what is wrong with it, and nothing is saved until none is. */
export function useSchemaForm<In extends FieldValues, Out>({
  schema,
  values,
  save,
  follows = false,
  stale,
}: Options<In, Out>) {
  const { t } = useTranslation()
  const words: z.core.$ZodErrorMap = (issue) => issueWords(t, issue)
  const form = useForm<In, unknown, Out>({
    mode: 'onChange',
    defaultValues: values as DefaultValues<In>,
    ...(follows ? { values, resetOptions: { keepDirtyValues: true } } : {}),
    resolver: zodResolver(schema, { error: words }),
  })
  const mutation = useApiMutation(save, stale)
  const { formState, subscribe } = form
  const { isPending, reset: forget } = mutation
  // What went wrong with sending, or went right, was about what the fields held then.
  useEffect(
    () =>
      subscribe({
        formState: { values: true },
        callback: ({ name }) => {
          if (name !== undefined && !isPending) forget()
        },
      }),
    [subscribe, isPending, forget],
  )
  // What is read below is then drawn anew with each change.
  useWatch({ control: form.control })
  // Read anew each time: another field, or a balance that has changed, may make a field right or wrong.
  const issues = schema.safeParse(form.getValues(), { error: words }).error?.issues ?? []
  const { dirtyFields, errors } = formState
  /** Whether the person has been at a field, so that it says what is wrong with it. */
  const isTouched = (name: Path<In>): boolean => Boolean(get(errors, name) ?? get(dirtyFields, name))
  const issueOf = (name: Path<In>) => issues.find(({ path }) => path.join('.') === name)
  return {
    /** What an input needs. @param wrong words for whatever is wrong with it, where the schema's say too little */
    field: (name: Path<In>, wrong?: string) => {
      const issue = isTouched(name) ? issueOf(name) : undefined
      return { ...form.register(name), error: issue ? (wrong ?? issue.message) : null }
    },
    value: <P extends Path<In>>(name: P): PathValue<In, P> => form.getValues(name),
    set: <P extends Path<In>>(name: P, value: PathValue<In, P>): void =>
      form.setValue(name, value, { shouldDirty: true, shouldValidate: true }),
    reset: form.reset,
    submit: form.handleSubmit((output) =>
      mutation.mutate(output, {
        // What was saved is no change any more.
        onSuccess: () => follows && form.reset(form.getValues()),
      }),
    ),
    changed: formState.isDirty,
    wrong:
      issues.length > 0 &&
      (Object.keys(errors).length > 0 || issues.some(({ path }) => isTouched(path.join('.') as Path<In>))),
    busy: mutation.isPending,
    done: mutation.isSuccess,
    problem: mutation.errorText,
  }
}

export type SchemaForm = Pick<ReturnType<typeof useSchemaForm>, 'submit' | 'wrong' | 'busy' | 'done' | 'problem'>
