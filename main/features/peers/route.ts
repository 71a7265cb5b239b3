import type * as z from 'zod'
import type { RouteLimits } from '../../../common/children/peer.ts'

/** One type of message on a route. Fields named type, subject, record and body belong to the envelope. */
export interface MessageShape {
  readonly request: z.ZodObject
  readonly answer: z.ZodObject
  /** Which of the two carries a chunk of bytes. */
  readonly body?: 'request' | 'answer'
}
export type Messages = Readonly<Record<string, MessageShape>>
type TypeOf<M extends Messages> = keyof M & string

/** A route on which a caller proves the wallet that it speaks for, and must be a party of the subject. */
export interface PartyRoute<S, M extends Messages> {
  readonly caller: 'party'
  readonly limits: RouteLimits
  readonly subject: z.ZodType<S>
  readonly messages: M
}
/** A route on which anybody is answered, within a budget. */
export interface OpenRoute<M extends Messages> {
  readonly caller: 'anybody'
  readonly limits: RouteLimits & { readonly perMinute: NonNullable<RouteLimits['perMinute']> }
  readonly messages: M
}
/** What peers may say to each other under one protocol name and version. */
export type Route<S, M extends Messages> = PartyRoute<S, M> | OpenRoute<M>

/** How a host answers a route's messages. */
export type Answers<M extends Messages, Party> = {
  readonly [T in TypeOf<M>]: (request: {
    readonly message: z.output<M[T]['request']>
    readonly party: Party
    readonly body: Buffer | null
    /** Ends when the asker leaves or waits no longer. */
    readonly gone: AbortSignal
  }) => Promise<{ readonly message: z.input<M[T]['answer']>; readonly body?: Buffer }>
}
export interface PartyService<S, M extends Messages, Party> {
  /** What a wallet is to the subject. @throws HearthError NOT_FOUND or NOT_A_PARTY */
  readonly party: (subject: S, wallet: string) => Party
  readonly answers: Answers<M, Party>
}

/** Asks one peer. Its answer is parsed as strictly as a stranger's request. */
export type Ask = <S, M extends Messages, T extends TypeOf<M>>(
  route: Route<S, M>,
  subject: S,
  message: { readonly type: T } & z.input<M[T]['request']>,
  body?: Buffer | null,
  timeoutMs?: number,
) => Promise<{ readonly message: z.output<M[T]['answer']>; readonly body: Buffer | null }>
