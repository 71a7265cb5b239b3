import * as z from 'zod'
import { MAX_CHUNK_BYTES } from '../../../common/children/peer.ts'
import type { PartyRoute } from '../peers/index.ts'

const Offset = z.int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** What files belong to: the kind names who answers for it there. */
const FileSubject = z.strictObject({ kind: z.string().max(40), id: z.int().min(1) })
export type FileSubject = z.infer<typeof FileSubject>

const messages = {
  /** Without a body it asks how much is there. */
  put: {
    request: z.strictObject({ hash: Sha256, offset: Offset }),
    answer: z.strictObject({ received: Offset }),
    body: 'request',
  },
  get: {
    request: z.strictObject({ hash: Sha256, offset: Offset, length: z.int().min(1).max(MAX_CHUNK_BYTES) }),
    answer: z.strictObject({}),
    body: 'answer',
  },
} as const
export type FileMessages = typeof messages

/** Sealed files between two parties, by their hash and chunk by chunk, docs/order-protocol.md. */
export const filesRoute: PartyRoute<FileSubject, FileMessages> = {
  caller: 'party',
  limits: { protocol: 'files/1', messageBytes: 4096, bodyBytes: MAX_CHUNK_BYTES, concurrent: 4, perMinute: null },
  subject: FileSubject,
  messages,
}
