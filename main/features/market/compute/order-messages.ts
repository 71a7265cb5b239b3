import * as z from 'zod'
import { MAX_CHUNK_BYTES, MAX_MESSAGE_BYTES } from '../../../../common/children/peer.ts'
import { LogLine } from '../../../../common/model/job-saying.ts'
import { Hex } from '../../../../common/model/values.ts'
import type { PartyRoute } from '../../peers/index.ts'

const Offset = z.int().nonnegative()

export const Received = z.strictObject({ received: Offset })
export const Followed = z.strictObject({
  state: z.enum(['placed', 'fetching', 'running', 'paused', 'delivering', 'closed']),
  rowsDone: Offset,
  operationsPerSecond: z.number().nonnegative().max(1e18),
  log: z.array(LogLine).max(200),
})

const OrderSubject = z.strictObject({ order: z.int().min(1) })
export type OrderSubject = z.infer<typeof OrderSubject>

const messages = {
  specify: { request: z.strictObject({ spec: z.unknown() }), answer: Received },
  put: { request: z.strictObject({ offset: Offset }), answer: Received, body: 'request' },
  follow: {
    request: z.strictObject({ afterLog: Offset, rowsKnown: Offset, waitMs: z.int().min(0).max(15_000) }),
    answer: Followed,
  },
  get: {
    request: z.strictObject({ offset: Offset, length: z.int().min(1).max(MAX_CHUNK_BYTES) }),
    answer: z.strictObject({}),
    body: 'answer',
  },
  receipt: {
    request: z.strictObject({ served: z.int().nonnegative(), finished: z.boolean(), signature: Hex.max(200) }),
    answer: z.strictObject({}),
  },
} as const
export type OrderMessages = typeof messages

/** What a customer's app asks a provider's about their order, docs/order-protocol.md. */
export const orderRoute: PartyRoute<OrderSubject, OrderMessages> = {
  caller: 'party',
  limits: {
    protocol: 'order/3',
    messageBytes: MAX_MESSAGE_BYTES,
    bodyBytes: MAX_CHUNK_BYTES,
    concurrent: 8,
    perMinute: null,
  },
  subject: OrderSubject,
  messages,
}
