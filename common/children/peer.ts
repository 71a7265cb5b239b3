import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { PeerId } from '../model/values.ts'

/** A body of at most one chunk, as base64: the transport between processes has no byte strings. */
const Body = z.base64().nullable()
const Message = z.record(z.string(), z.unknown())

/** The header of a request or an answer, and one chunk at most behind it. */
export const MAX_HEADER_BYTES = 64 * 1024
export const MAX_CHUNK_BYTES = 512 * 1024

export const PeerStatus = z.object({ peerId: PeerId, addresses: z.array(z.string()), connections: z.int() })
export type PeerStatus = z.infer<typeof PeerStatus>

export const peerContract = {
  start: oc
    .input(
      z.object({
        folder: z.string(),
        listen: z.array(z.string()),
        mdns: z.boolean(),
        bootstrap: z.array(z.string()),
        relays: z.array(z.string()),
      }),
    )
    .output(PeerStatus),
  status: oc.output(PeerStatus),
  /** One request to a peer on the order protocol, and its answer. */
  request: oc
    .input(
      z.object({
        peerId: PeerId,
        addresses: z.array(z.string()).max(16),
        message: Message,
        body: Body,
        timeoutMs: z.int().min(100).max(120_000),
      }),
    )
    .output(z.object({ message: Message, body: Body })),
  /** Requests of other peers; each is answered by `answer`. */
  inbound: oc.output(eventIterator(z.object({ id: z.int(), peerId: PeerId, message: Message, body: Body }))),
  answer: oc.input(z.object({ id: z.int(), message: Message, body: Body })).output(z.object({})),
}
