import type { Connection, Stream } from '@libp2p/interface'
import { MessageReader, requireModest, type Modesty } from '../../inbound/modest-messages.ts'
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
/**
 * Messages without a block cost more than their bytes: 64 KiB of empty ones a GiB. kubo sends fifty in a second at most
 * (it gathers for 20 ms).
 */
const SMALL_BYTES = 1024
const SMALL_PER_SECOND = 256

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
    const reader = new MessageReader(BITSWAP_MESSAGES.bytes)
    let [small, since] = [0, performance.now()]
    const count = ({ length }: Uint8Array): void => {
      if (performance.now() - since > 1_000) [small, since] = [0, performance.now()]
      if (length < SMALL_BYTES && ++small > SMALL_PER_SECOND) throw new Error('too many messages')
    }
    stream.addEventListener('close', () => clearTimeout(silence))
    stream.addEventListener('message', ({ data }) => {
      try {
        for (const message of reader.read(data.subarray())) {
          count(message)
          requireModest(message, BITSWAP_MESSAGES)
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
    if (this.#message) this.dispatchEvent(new MessageEvent('message', { data: this.#message }))
    this.#message = null
    this.status = 'closed'
    this.dispatchEvent(new Event('remoteCloseWrite'))
  }
}
