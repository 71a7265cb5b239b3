import { lpStream, type LengthPrefixedStream } from '@libp2p/utils'
import type { Stream } from '@libp2p/interface'
import type { RouteLimits } from '../../../common/children/peer.ts'
import { HearthError } from '../../../common/errors/index.ts'

/** The libp2p protocol of a route. */
export const protocolId = (route: string): string => `/hearth/${route}`

export interface Frame {
  readonly message: Record<string, unknown>
  readonly body: Uint8Array | null
}

const PREFIX_BYTES = 4
/** What the library calls a length beyond the limit, a length that is none, and more bytes than both limits allow. */
const BEYOND: ReadonlySet<string> = new Set([
  'InvalidDataLengthError',
  'InvalidDataLengthLengthError',
  'StreamBufferError',
])

/**
 * One request and its answer on one stream, docs/order-protocol.md. Either direction carries one length-prefixed JSON
 * message and, where its `body` is true, one length-prefixed chunk. A length beyond the route's limit is refused at its
 * prefix, before what it announces is read.
 */
export class FrameStream {
  readonly #limits: RouteLimits
  readonly #lengths: { maxDataLength: number; maxLengthLength: number; maxBufferSize: number }
  readonly #lp: LengthPrefixedStream
  #received = 0

  constructor(stream: Stream, limits: RouteLimits) {
    this.#limits = limits
    this.#lengths = {
      maxDataLength: limits.messageBytes,
      maxLengthLength: PREFIX_BYTES,
      maxBufferSize: limits.messageBytes + limits.bodyBytes + 2 * PREFIX_BYTES,
    }
    this.#lp = lpStream(stream, this.#lengths)
  }

  /** Bytes that were read so far. */
  get received(): number {
    return this.#received
  }

  async write({ message, body }: Frame, signal: AbortSignal): Promise<void> {
    const header = new TextEncoder().encode(JSON.stringify({ ...message, body: body !== null }))
    if (header.length > this.#limits.messageBytes) throw tooLarge('message', this.#limits.messageBytes)
    if (body && body.length > this.#limits.bodyBytes) throw tooLarge('body', this.#limits.bodyBytes)
    await this.#lp.write(header, { signal })
    if (body) await this.#lp.write(body, { signal })
  }

  /** @throws HearthError MESSAGE_TOO_LARGE or BAD_MESSAGE */
  async read(signal: AbortSignal): Promise<Frame> {
    const header = parseJson(await this.#next('message', this.#limits.messageBytes, signal))
    if (typeof header !== 'object' || header === null || Array.isArray(header))
      throw new HearthError('BAD_MESSAGE', 'a message must be a JSON object')
    const { body, ...message } = header as Record<string, unknown>
    return { message, body: body === true ? await this.#next('body', this.#limits.bodyBytes, signal) : null }
  }

  async #next(what: string, most: number, signal: AbortSignal): Promise<Uint8Array> {
    // The library looks at the limit at each read.
    this.#lengths.maxDataLength = most
    try {
      const bytes = (await this.#lp.read({ signal })).subarray()
      this.#received += bytes.length
      return bytes
    } catch (error) {
      if (BEYOND.has((error as Error).name)) throw tooLarge(what, most)
      throw error
    }
  }
}

const tooLarge = (what: string, most: number): HearthError =>
  new HearthError('MESSAGE_TOO_LARGE', `a ${what} on this route has at most ${most} bytes`)

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HearthError('BAD_MESSAGE', 'a message must be JSON')
  }
}
