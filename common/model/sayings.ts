import { HearthError, messageOf } from '../errors/index.ts'

/** A failure as it is kept: the shells have the words of its code, the message names the file or the line. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly details: Readonly<Record<string, string | number>>
}

/** What an argument is; each shell writes it by its language. */
export interface ArgumentTypes {
  /** As it is: a name, an address, what another program said. */
  readonly text: string
  readonly number: number
  /** The number of a thing, which counts nothing. */
  readonly id: number
  readonly bytes: number
  readonly seconds: number
  /** Milliseconds since 1970. */
  readonly time: number
  /** Units of our coin, and of the chain's own, as decimal text. */
  readonly coins: string
  readonly native: string
  /** What a kind of work calls its pieces, such as rows; a locale may have its own word for those of a kind. */
  readonly pieces: { readonly kind: string; readonly own: string }
  /** Why the machine is its owner's, such as `not-idle`. */
  readonly pause: string
  readonly failure: Failure
}
export type ArgumentKind = keyof ArgumentTypes
export type Argument = { [Each in ArgumentKind]: { kind: Each; value: ArgumentTypes[Each] } }[ArgumentKind]

/** Everything that can be said of something: codes with what each names. The words of a code are in the locales. */
export type Catalogue = Readonly<Record<string, Readonly<Record<string, ArgumentKind>>>>
export type SayingOf<C extends Catalogue> = {
  [Code in keyof C]: {
    readonly code: Code
    readonly args: { readonly [Name in keyof C[Code]]: ArgumentTypes[C[Code][Name]] }
  }
}[keyof C]

/** The codes of a catalogue that name nothing. */
export type BareCode<C extends Catalogue> = { [Code in keyof C]: keyof C[Code] extends never ? Code : never }[keyof C]

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

/** Long enough for a path and a reason. */
export const LONGEST_MESSAGE = 300

export const failureOf = (error: unknown): Failure => {
  const message = messageOf(error).slice(0, LONGEST_MESSAGE)
  return error instanceof HearthError
    ? { code: error.code, message, details: error.details }
    : { code: 'INTERNAL', message, details: {} }
}
