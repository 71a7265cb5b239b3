import * as z from 'zod'
import { LONGEST_MESSAGE, type ArgumentKind, type ArgumentTypes, type Catalogue, type SayingOf } from './sayings.ts'

const text = (longest: number) => z.string().transform((given) => given.slice(0, longest))
const code = z.string().max(100)
const units = z.string().regex(/^\d{1,80}$/)

const argumentKinds: { readonly [Kind in ArgumentKind]: z.ZodType<ArgumentTypes[Kind]> } = {
  text: text(500),
  number: z.number(),
  id: z.int(),
  bytes: z.number().nonnegative(),
  seconds: z.number(),
  time: z.number(),
  coins: units,
  native: units,
  pieces: z.object({ kind: code, own: code }),
  pause: code,
  failure: z.object({
    code,
    message: text(LONGEST_MESSAGE),
    details: z.record(z.string(), z.union([text(LONGEST_MESSAGE), z.number()])),
  }),
}

/** Reads a saying of a catalogue; an unknown code, a missing argument or one of another kind is refused. */
export function sayingSchema<const C extends Catalogue>(catalogue: C): z.ZodType<SayingOf<C>> {
  const each = Object.entries(catalogue).map(([name, kinds]) =>
    z.object({
      code: z.literal(name),
      args: z.object(Object.fromEntries(Object.entries(kinds).map(([arg, kind]) => [arg, argumentKinds[kind]]))),
    }),
  )
  // The type is the catalogue's own, which the schema is made of.
  return z.discriminatedUnion('code', each as [(typeof each)[number]]) as unknown as z.ZodType<SayingOf<C>>
}
