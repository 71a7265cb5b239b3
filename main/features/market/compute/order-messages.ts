import * as z from 'zod'
import { MAX_CHUNK_BYTES } from '../../../../common/children/peer.ts'
import { Hex } from '../../../../common/model/values.ts'
import { PeerRecord } from '../../peers/index.ts'

const base = { order: z.int().min(1), record: PeerRecord }
const Offset = z.int().nonnegative()

/** What a customer's app asks a provider's, docs/order-protocol.md. Each names the order and proves the wallet. */
export const OrderRequest = z.discriminatedUnion('type', [
  z.strictObject({ ...base, type: z.literal('specify'), spec: z.unknown() }),
  z.strictObject({ ...base, type: z.literal('put'), offset: Offset }),
  z.strictObject({
    ...base,
    type: z.literal('follow'),
    afterLog: Offset,
    rowsKnown: Offset,
    waitMs: z.int().min(0).max(15_000),
  }),
  z.strictObject({ ...base, type: z.literal('get'), offset: Offset, length: z.int().min(1).max(MAX_CHUNK_BYTES) }),
  z.strictObject({
    ...base,
    type: z.literal('receipt'),
    served: z.int().nonnegative(),
    finished: z.boolean(),
    signature: Hex.max(200),
  }),
])
export type OrderRequest = z.infer<typeof OrderRequest>

/** Answers come from a stranger's machine, so they are parsed as strictly. */
export const Received = z.object({ received: Offset })
export const Followed = z.object({
  state: z.enum(['placed', 'fetching', 'running', 'paused', 'delivering', 'closed']),
  rowsDone: Offset,
  operationsPerSecond: z.number().nonnegative().max(1e18),
  log: z.array(z.object({ seq: z.int(), time: z.number(), message: z.string().max(500) })).max(200),
})
