import type { Connection, Stream } from '@libp2p/interface'
import { varint } from 'multiformats'
import { ModestMessages, type MessagePart, type Modesty } from '../../inbound/modest-messages.ts'
import { MOST_BLOCK_BYTES } from './protocol.ts'

/**
 * https://specs.ipfs.tech/bitswap-protocol/#bitswap-1-2-0-wire-format; kubo sends 1,024 wants of five fields at most, and
 * as many presences.
 */
export const BITSWAP_MESSAGES: Modesty = {
  bytes: MOST_BLOCK_BYTES,
  parts: 16_384,
  shape: {
    1: { 1: { 1: 'bytes', 2: 'number', 3: 'number', 4: 'number', 5: 'number' }, 2: 'number' },
    3: { 1: 'bytes', 2: 'bytes' },
    4: { 1: 'bytes', 2: 'number' },
    5: 'number',
  },
}
/** A stream that brings no whole message for so long is ended. */
const SILENCE_MS = 10_000
const LEAST_ROOM = 4096

type OnStream = (stream: Stream, connection: Connection) => void

/**
 * Reads bitswap before the library does. The library makes objects of all that a message holds, a GiB of 4 MiB of empty
 * wants, and holds the last message of each stream for as long as that is open. So messages are counted first, and each
 * is handed on as a stream of its own.
 */
export function readFirst(hand: OnStream): OnStream {
  return (stream, connection) => {
    const end = (error: unknown): void => stream.abort(error instanceof Error ? error : new Error(String(error)))
    const silence = setTimeout(() => end(new Error('no message came')), SILENCE_MS)
    const messages = new ModestMessages(BITSWAP_MESSAGES, connection)
    const gathered = new Gathered()
    stream.addEventListener('close', () => clearTimeout(silence))
    stream.addEventListener('message', ({ data }) => {
      try {
        for (const part of messages.read(data.subarray())) {
          const message = gathered.with(part)
          if (!message) continue
          silence.refresh()
          hand(new OneMessage(stream, message) as unknown as Stream, connection)
        }
      } catch (error) {
        end(error)
      }
    })
    // Answers go out on streams of our own.
    stream.close({ signal: AbortSignal.timeout(SILENCE_MS) }).catch(end)
  }
}

/** A message of which a part is here. Its room grows with what came: what it claims is cheap to claim. */
class Gathered {
  #room = new Uint8Array()
  #length = 0

  /** @returns the message, with its last part */
  with({ bytes, size, whole }: MessagePart): Uint8Array | null {
    const begun = this.#length
    if (whole && begun === 0) return bytes
    this.#length += bytes.length
    if (this.#length > this.#room.length) {
      const room = new Uint8Array(Math.min(size, Math.max(LEAST_ROOM, 2 * this.#length)))
      room.set(this.#room.subarray(0, begun))
      this.#room = room
    }
    this.#room.set(bytes, begun)
    if (!whole) return null
    const message = this.#room
    this.#room = new Uint8Array()
    this.#length = 0
    return message
  }
}

/** A stream that brings one message and ends, as far as the library looks at one. */
class OneMessage extends EventTarget {
  readonly protocol: string
  readonly id: string
  readonly abort: (error: Error) => void
  status: 'open' | 'closed' = 'open'
  #message: Uint8Array | null

  constructor(of: Stream, message: Uint8Array) {
    super()
    this.protocol = of.protocol
    this.id = of.id
    this.abort = (error) => of.abort(error)
    this.#message = message
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    super.addEventListener(...args)
    // It listens to the end in the same breath.
    if (args[0] === 'message') queueMicrotask(() => this.#bring())
  }

  #bring(): void {
    const message = this.#message
    this.#message = null
    if (message)
      for (const data of [
        varint.encodeTo(message.length, new Uint8Array(varint.encodingLength(message.length))),
        message,
      ])
        this.dispatchEvent(new MessageEvent('message', { data }))
    this.status = 'closed'
    this.dispatchEvent(new Event('remoteCloseWrite'))
  }
}
