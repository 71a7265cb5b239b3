import { lpStream } from '@libp2p/utils'
import type { Stream } from '@libp2p/interface'
import { MAX_CHUNK_BYTES, MAX_HEADER_BYTES } from '../../../common/children/peer.ts'
import { HearthError } from '../../../common/errors/index.ts'

/**
 * Order traffic, docs/order-protocol.md: one stream a request. Either direction carries one length-prefixed JSON header
 * and, where its `body` is true, one length-prefixed chunk. With one request outstanding per side that waits,
 * back-pressure and memory are bounded by construction, and a cut connection loses one chunk at most.
 */
export const ORDER_PROTOCOL = '/hearth/order/1.0.0'

export interface Frame {
  readonly message: Record<string, unknown>
  readonly body: Uint8Array | null
}

export async function writeFrame(stream: Stream, frame: Frame, signal: AbortSignal): Promise<void> {
  const lp = lpStream(stream, { maxDataLength: MAX_CHUNK_BYTES })
  const header = new TextEncoder().encode(JSON.stringify({ ...frame.message, body: frame.body !== null }))
  if (header.length > MAX_HEADER_BYTES) throw new HearthError('MESSAGE_TOO_LARGE', `a header of ${header.length} bytes`)
  await lp.write(header, { signal })
  if (frame.body) await lp.write(frame.body, { signal })
  lp.unwrap()
}

export async function readFrame(stream: Stream, signal: AbortSignal): Promise<Frame> {
  const lp = lpStream(stream, { maxDataLength: MAX_CHUNK_BYTES, maxBufferSize: 2 * MAX_CHUNK_BYTES })
  const header = (await lp.read({ signal })).subarray()
  if (header.length > MAX_HEADER_BYTES) throw new HearthError('MESSAGE_TOO_LARGE', `a header of ${header.length} bytes`)
  const parsed: unknown = parseJson(header)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new HearthError('BAD_MESSAGE', 'a header that is not an object')
  const { body, ...message } = parsed as Record<string, unknown>
  const chunk = body === true ? (await lp.read({ signal })).subarray() : null
  lp.unwrap()
  return { message, body: chunk }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HearthError('BAD_MESSAGE', 'a header that is not JSON')
  }
}
