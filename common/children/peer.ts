import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { PeerId } from '../model/values.ts'

/** A body of at most one chunk, as base64: the transport between processes has no byte strings. */
const Body = z.base64().nullable()
const Message = z.record(z.string(), z.unknown())

/** The most that any route may allow: a message, and one chunk behind it. */
export const MAX_MESSAGE_BYTES = 64 * 1024
export const MAX_CHUNK_BYTES = 512 * 1024

const Protocol = z.string().regex(/^[a-z]+(-[a-z]+)*\/[1-9]\d*$/, 'not a name and a version')

/** How much of a route a peer may use. The node holds it before anything that the peer sends is parsed. */
export const RouteLimits = z.strictObject({
  protocol: Protocol,
  messageBytes: z.int().min(1).max(MAX_MESSAGE_BYTES),
  bodyBytes: z.int().min(0).max(MAX_CHUNK_BYTES),
  /** Requests of one peer that are answered at the same time. */
  concurrent: z.int().min(1),
  perMinute: z.strictObject({ requests: z.int().min(1), bytes: z.int().min(1) }).nullable(),
})
export type RouteLimits = z.infer<typeof RouteLimits>

export const PeerStatus = z.object({ peerId: PeerId, addresses: z.array(z.string()), connections: z.int() })
export type PeerStatus = z.infer<typeof PeerStatus>

const Inbound = z.object({ id: z.int(), protocol: Protocol, peerId: PeerId, message: Message, body: Body })
export type Inbound = z.infer<typeof Inbound>

/** The asker of a request left, or waited for long enough: nobody reads an answer. */
const Gone = z.object({ gone: z.int() })

export const peerContract = {
  start: oc
    .input(
      z.object({
        folder: z.string(),
        listen: z.array(z.string()),
        mdns: z.boolean(),
        bootstrap: z.array(z.string()),
        relays: z.array(z.string()),
        routes: z.array(RouteLimits),
      }),
    )
    .output(PeerStatus),
  status: oc.output(PeerStatus),
  /** Asks this very node from outside, on a route that was named at the start. */
  probe: oc
    .input(z.object({ protocol: Protocol }))
    .output(z.object({ /** Why no answer came, or null. */ problem: z.string().nullable() })),
  /** One request to a peer on a route that was named at the start, and its answer. */
  request: oc
    .input(
      z.object({
        protocol: Protocol,
        peerId: PeerId,
        addresses: z.array(z.string()).max(16),
        message: Message,
        body: Body,
        timeoutMs: z.int().min(100).max(120_000),
      }),
    )
    .output(z.object({ message: Message, body: Body })),
  /** Requests of other peers, each answered by `answer`, and the ids of those whose askers are gone. */
  inbound: oc.output(eventIterator(z.union([Inbound, Gone]))),
  answer: oc.input(z.object({ id: z.int(), message: Message, body: Body })).output(z.object({})),
}
