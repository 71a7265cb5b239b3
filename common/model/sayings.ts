import * as z from 'zod'
import { HearthError, messageOf } from '../errors/index.ts'

const LONGEST = 300

/** A failure as it is kept: the shells have the words of its code, the message names the file or the line. */
const Failure = z.object({
  code: z.string().max(60),
  message: z.string().transform((text) => text.slice(0, LONGEST)),
  details: z.record(z.string(), z.union([z.string().max(300), z.number()])),
})
export type Failure = z.infer<typeof Failure>

/** What an argument is; each shell writes it by its language. */
const argumentKinds = {
  /** As it is: a name, an address, what another program said. */
  text: z.string().transform((text) => text.slice(0, 500)),
  number: z.number(),
  bytes: z.number().nonnegative(),
  seconds: z.number(),
  /** Milliseconds since 1970. */
  time: z.number(),
  /** Units of our coin, and of the chain's own, as decimal text. */
  coins: z.string().regex(/^\d{1,80}$/),
  native: z.string().regex(/^\d{1,80}$/),
  /** What a kind of work calls its pieces, such as rows; a locale may have its own word for those of a kind. */
  pieces: z.object({ kind: z.string().max(100), own: z.string().max(100) }),
  /** Why the machine is its owner's, such as `not-idle`. */
  pause: z.string().max(60),
  failure: Failure,
} as const
type ArgumentKinds = typeof argumentKinds
export type ArgumentKind = keyof ArgumentKinds
export type Argument<K extends ArgumentKind = ArgumentKind> = {
  [Each in K]: { kind: Each; value: z.infer<ArgumentKinds[Each]> }
}[K]

/** Everything that can be said of something: codes with what each names. The words of a code are in the locales. */
export type Catalogue = Readonly<Record<string, Readonly<Record<string, ArgumentKind>>>>
export type SayingOf<C extends Catalogue, Code extends keyof C = keyof C> = {
  [Each in Code]: {
    readonly code: Each
    readonly args: { readonly [Name in keyof C[Each]]: z.infer<ArgumentKinds[C[Each][Name]]> }
  }
}[Code]

/** Reads a saying of a catalogue; an unknown code, a missing argument or one of another kind is refused. */
export function sayingSchema<const C extends Catalogue>(catalogue: C): z.ZodType<SayingOf<C>> {
  const each = Object.entries(catalogue).map(([code, kinds]) =>
    z.object({
      code: z.literal(code),
      args: z.object(Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, argumentKinds[kind]]))),
    }),
  )
  // The type is the catalogue's own, which the schema is made of.
  return z.discriminatedUnion('code', each as [(typeof each)[number]]) as unknown as z.ZodType<SayingOf<C>>
}

/** How the words of one saying are filled in. @param word what one argument is called in the shell's language */
export function filled<C extends Catalogue>(
  catalogue: C,
  { code, args }: SayingOf<C>,
  word: (argument: Argument) => string,
): Readonly<Record<string, string>> {
  const kinds: Readonly<Record<string, ArgumentKind>> = catalogue[code]!
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, word({ kind: kinds[name], value } as Argument)]),
  )
}

export const failureOf = (error: unknown): Failure =>
  error instanceof HearthError
    ? { code: error.code, message: error.message.slice(0, LONGEST), details: error.details }
    : { code: 'INTERNAL', message: messageOf(error).slice(0, LONGEST), details: {} }
