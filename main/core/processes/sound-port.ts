import * as z from 'zod'
import type { Port } from './spawner.ts'

/** What oRPC's peers send (`@orpc/standard-server-peer`): an answer, an item of a stream, or an abort. */
const Message = z.object({
  i: z.string(),
  t: z.union([z.literal(2), z.literal(3), z.literal(4)]).optional(),
  p: z.unknown(),
})

/** A message taken apart, or null where it is none: the library would end the host over it. */
function messageOf(data: unknown): object | null {
  if (typeof data !== 'string') return null
  try {
    const parsed = Message.parse(JSON.parse(data))
    const needsPayload = parsed.t !== 4
    return needsPayload && (typeof parsed.p !== 'object' || parsed.p === null) ? null : parsed
  } catch {
    return null
  }
}

/** A child's port that hands on nothing but messages. @param onStrange told of anything else */
export const soundPort = (port: Port, onStrange: () => void): Port => ({
  postMessage: (message) => port.postMessage(message),
  on: (event, listener) =>
    port.on(event, (given) => {
      if (event !== 'message') return listener(given)
      const data = messageOf(given?.data)
      if (data) listener({ data })
      else onStrange()
    }),
})
