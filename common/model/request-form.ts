import * as z from 'zod'

const Named = z.object({
  name: z.string(),
  /** What it is called, and more about it, in English; a locale may have its own under the kind's type. */
  title: z.string(),
  help: z.string().nullable(),
  required: z.boolean(),
})

/** One field of what a customer asks for, as a window shows it. */
export const RequestField = z.discriminatedUnion('type', [
  Named.extend({ type: z.literal('choice'), options: z.array(z.string()), initial: z.string().nullable() }),
  Named.extend({ type: z.literal('whole'), least: z.int(), most: z.int(), initial: z.int().nullable() }),
  /** A file whose text is the value. */
  Named.extend({ type: z.literal('file'), accept: z.string(), mostChars: z.int() }),
])
export type RequestField = z.infer<typeof RequestField>

/** Fields of a request; where there is more than one way to ask, each says which value of `source` it has. */
export const RequestForm = z.array(z.object({ source: z.string().nullable(), fields: z.array(RequestField) })).min(1)
export type RequestForm = z.infer<typeof RequestForm>
