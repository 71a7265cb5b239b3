import type { Stream, StreamMuxerFactory } from '@libp2p/interface'
import { sourceOf, type Source } from './source.ts'

type Transport = Parameters<StreamMuxerFactory['createStreamMuxer']>[0]

interface Held {
  stream: Stream | null
  bytes: number
}

/** One connection: what its other side has open and has sent that nobody took yet. */
export class Line {
  readonly incoming: boolean
  readonly #transport: Transport
  readonly #messageBytes: ReadonlyMap<string, number>
  /** In the order in which they were opened. */
  readonly #held = new Map<number, Held>()
  source: Source = { address: '', network: '' }
  peer: string | null = null
  known = false
  #bytes = 0

  constructor(transport: Transport, messageBytes: ReadonlyMap<string, number>) {
    this.#transport = transport
    this.#messageBytes = messageBytes
    this.incoming = transport.direction === 'inbound'
  }

  name(peer: string, source: ReturnType<typeof sourceOf>, known: boolean): void {
    this.peer = peer
    this.source = source
    this.known = known
  }

  get bytes(): number {
    return this.#bytes
  }

  get streams(): number {
    return this.#held.size
  }

  /** @param stream null where it is not known, or not known yet */
  arrived(id: number, stream: Stream | undefined, bytes: number, whole: boolean): void {
    const held = this.#held.get(id) ?? { stream: null, bytes: 0 }
    // Streams that this side opened, and closed ones, keep no more than the frame at hand.
    if (!stream && whole) return this.#forget(id)
    this.#held.set(id, held)
    if (stream && !held.stream) {
      held.stream = stream
      stream.addEventListener('close', () => this.#forget(id), { once: true })
    }
    const most = this.#messageBytes.get(stream?.protocol ?? '') ?? Infinity
    const added = Math.min(bytes, Math.max(0, most - held.bytes))
    held.bytes += added
    this.#bytes += added
  }

  taken(stream: Stream): void {
    for (const held of this.#held.values())
      if (held.stream === stream) {
        this.#bytes -= held.bytes
        held.bytes = 0
      }
  }

  /** Ends the stream that holds something for the longest time; the connection where it is not known which. */
  endOldest(why: string): void {
    const [id, oldest] = [...this.#held].find(([, { bytes }]) => bytes > 0) ?? [...this.#held][0] ?? []
    if (id === undefined || !oldest?.stream) return this.close(why)
    oldest.stream.abort(new Error(why))
    this.#forget(id)
  }

  close(why: string): void {
    this.#held.clear()
    this.#bytes = 0
    this.#transport.abort(new Error(why))
  }

  #forget(id: number): void {
    this.#bytes -= this.#held.get(id)?.bytes ?? 0
    this.#held.delete(id)
  }
}
