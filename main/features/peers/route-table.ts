import * as z from 'zod'
import type { RouteLimits } from '../../../common/children/peer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { Budget } from '../../core/budget.ts'
import { PeerRecord } from './peer-record.ts'
import type { Answers, Messages, MessageShape, OpenRoute, PartyRoute, PartyService } from './route.ts'

/** A request as it came over the line. */
export interface PeerRequest {
  readonly protocol: string
  readonly peerId: string
  /** Ed25519 key of the peer on the line; TLS has proven it. */
  readonly key: string
  readonly message: Readonly<Record<string, unknown>>
  readonly body: Buffer | null
  /** Ends when the asker leaves or waits no longer. */
  readonly gone: AbortSignal
}
export interface PeerAnswer {
  readonly message: Record<string, unknown>
  readonly body: Buffer | null
}

/**
 * What of a peer may be refused in a minute before nothing more of it is looked at: each look may cost a signature
 * check.
 */
const REFUSALS = { requests: 120, bytes: 16 * 2 ** 20 }
const refusals: ReadonlySet<string> = new Set(['BAD_MESSAGE', 'RECORD_INVALID', 'NOT_A_PARTY'])

/** The routes that this host answers. Each request is parsed and its caller known before a handler sees it. */
export class RouteTable {
  readonly #walletOf: (record: PeerRecord, key: string) => string
  readonly #refused: Budget
  readonly #routes = new Map<string, { limits: RouteLimits; answer: (request: PeerRequest) => Promise<PeerAnswer> }>()

  /** @param walletOf the wallet that a record proves for a peer's key; throws RECORD_INVALID */
  constructor(walletOf: (record: PeerRecord, key: string) => string, now?: () => number) {
    this.#walletOf = walletOf
    this.#refused = new Budget(REFUSALS, now)
  }

  get limits(): RouteLimits[] {
    return [...this.#routes.values()].map(({ limits }) => limits)
  }

  addParty<S, M extends Messages, Party>(route: PartyRoute<S, M>, service: PartyService<S, M, Party>): void {
    this.#add(route.limits, ({ message: { subject: about, record: proof, ...message }, key, body, gone }) => {
      const [subject, record] = [
        parseMessage(route.subject, about, 'subject'),
        parseMessage(PeerRecord, proof, 'record'),
      ]
      return answer(route.messages, service.answers, { message, body, gone }, () =>
        service.party(subject, this.#walletOf(record, key)),
      )
    })
  }

  addOpen<M extends Messages>(route: OpenRoute<M>, answers: Answers<M, null>): void {
    this.#add(route.limits, (request) => answer(route.messages, answers, request, () => null))
  }

  /** @throws HearthError with the reason of a refusal */
  async answer(request: PeerRequest): Promise<PeerAnswer> {
    if (this.#refused.spent(request.peerId))
      throw new HearthError('TOO_MANY_REQUESTS', 'too many of your requests were refused; wait a minute')
    try {
      const route = this.#routes.get(request.protocol)
      if (!route) throw new HearthError('BAD_MESSAGE', `there is no route ${request.protocol} here`)
      return await route.answer(request)
    } catch (error) {
      if (error instanceof HearthError && refusals.has(error.code))
        this.#refused.charge(request.peerId, { requests: 1, bytes: request.body?.length ?? 0 })
      throw error
    }
  }

  #add(limits: RouteLimits, handle: (request: PeerRequest) => Promise<PeerAnswer>): void {
    if (this.#routes.has(limits.protocol)) throw new Error(`the route ${limits.protocol} is answered twice`)
    this.#routes.set(limits.protocol, { limits, answer: async (request) => handle(request) })
  }
}

async function answer<M extends Messages, Party>(
  messages: M,
  answers: Answers<M, Party>,
  { message: { type, ...fields }, body, gone }: Pick<PeerRequest, 'message' | 'body' | 'gone'>,
  party: () => Party,
): Promise<PeerAnswer> {
  const shape = shapeOf(messages, type)
  if (body && shape.body !== 'request') throw new HearthError('BAD_MESSAGE', `${String(type)} carries no body`)
  const message = parseMessage(shape.request, fields, String(type)) as z.output<M[string]['request']>
  const given = await answers[type as keyof M & string]({ message, party: party(), body, gone })
  return { message: given.message, body: given.body ?? null }
}

/** @throws HearthError BAD_MESSAGE naming the types that there are */
export function shapeOf(messages: Messages, type: unknown): MessageShape {
  const shape = typeof type === 'string' && Object.hasOwn(messages, type) ? messages[type] : undefined
  if (!shape) throw new HearthError('BAD_MESSAGE', `the types of this route are: ${Object.keys(messages).join(', ')}`)
  return shape
}

/** @throws HearthError BAD_MESSAGE */
export function parseMessage<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new HearthError('BAD_MESSAGE', `${what}: ${z.prettifyError(parsed.error)}`.slice(0, 300))
  return parsed.data
}
