import * as z from 'zod'
import type { RequestField } from '../../../../common/model/request-form.ts'
import { files, number, optionalNumber } from '../../../forms/fields.ts'

/** From what is typed or chosen to what the kind is asked for; undefined is left out. */
function schemaOf(field: RequestField): z.ZodType<string | number | File | undefined, string | FileList | null> {
  switch (field.type) {
    case 'choice':
      return z.enum(field.options).or(field.required ? z.never() : z.literal('').transform(() => undefined))
    case 'whole': {
      const whole = z.int().min(field.least).max(field.most)
      return field.required || field.initial !== null
        ? number(whole)
        : optionalNumber(whole).transform((given) => given ?? undefined)
    }
    case 'file':
      return files(field.required ? 1 : 0).transform(([file]) => file)
  }
}

/** What a field holds before anybody typed. */
function initialOf(field: RequestField): string | null {
  if (field.type === 'file') return null
  return field.initial === null ? '' : String(field.initial)
}

/** What reads some fields, and what stands in them at first. */
export const formOf = (fields: readonly RequestField[]) => ({
  schema: z.object(Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)]))),
  values: Object.fromEntries(fields.map((field) => [field.name, initialOf(field)])),
})

/** The request that a form's values make: files become their text. */
export async function requestOf(values: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const entries = Object.entries(values).map(
    async ([name, value]) => [name, value instanceof File ? await value.text() : value] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
