import type { Stream } from '@libp2p/interface'

/**
 * What a message of protocol buffers may hold. Libraries make objects of all its parts: of 4 MiB of empty ones nearly a
 * GiB, for two seconds in which nothing else is done.
 */
export interface Modesty {
  readonly bytes: number
  /** Fields, and fields of its lists. */
  readonly parts: number
  /** Fields that are messages with lists of their own. */
  readonly lists: ReadonlySet<number>
}

/** A length of 28 bits: more than any message may have. */
const LENGTH_BYTES = 4
const VARINT_BYTES = 10
/** Bytes of the kinds of values without a length; the other kinds are of no message. */
const FIXED: Readonly<Record<number, number>> = { 0: 0, 1: 8, 5: 4 }

/** What is used of a stream of the library's beside what it promises. */
interface Reading {
  onData?: (data: { subarray(): Uint8Array }) => void
  readonly readBuffer?: { subarray(): Uint8Array }
}

/**
 * Ends a stream at the first message that is not modest, before its last bytes reach whoever reads it.
 * @throws Error where the library is built otherwise than this version is, or such a message is there already
 */
export function requireModestStream(stream: Stream, modesty: Modesty): void {
  const reading = stream as unknown as Reading
  const { onData, readBuffer } = reading
  if (!onData || !readBuffer) throw new Error('this version of libp2p is built in another way')
  const reader = new MessageReader(modesty.bytes)
  const look = (data: { subarray(): Uint8Array }): void => {
    for (const message of reader.read(data.subarray())) requireModest(message, modesty)
  }
  look(readBuffer)
  reading.onData = (data) => {
    try {
      look(data)
    } catch (error) {
      return stream.abort(error as Error)
    }
    onData.call(stream, data)
  }
}

/** Cuts what arrives into messages, each with its length before it. */
export class MessageReader {
  readonly #most: number
  #pieces: Uint8Array[] = []
  #held = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @throws Error where a message claims more than it may */
  read(piece: Uint8Array): Uint8Array[] {
    this.#pieces.push(piece)
    this.#held += piece.length
    const messages: Uint8Array[] = []
    for (let size = this.#size(); size !== null && this.#held >= size; size = this.#size()) {
      const all = Buffer.concat(this.#pieces)
      messages.push(all.subarray(0, size))
      this.#pieces = all.length > size ? [Buffer.from(all.subarray(size))] : []
      this.#held -= size
    }
    return messages
  }

  /** Of the next message with its length; null until that is known. */
  #size(): number | null {
    const head = Buffer.concat(
      this.#pieces.slice(0, LENGTH_BYTES).map((piece) => piece.subarray(0, LENGTH_BYTES)),
    ).subarray(0, LENGTH_BYTES)
    const last = head.findIndex((byte) => byte < 0x80)
    if (last < 0 && head.length < LENGTH_BYTES) return null
    const length =
      last < 0 ? Infinity : head.subarray(0, last + 1).reduceRight((sum, byte) => sum * 128 + (byte & 127), 0)
    if (length > this.#most) throw new Error(`a message of ${length} bytes, where ${this.#most} are the most`)
    return last + 1 + length
  }
}

/**
 * Counts the parts of a message, which stands behind its length, without making anything of them.
 * @throws Error where there are too many, or it is no message
 */
export function requireModest(prefixed: Uint8Array, { parts: most, lists }: Pick<Modesty, 'parts' | 'lists'>): void {
  const bytes = prefixed.subarray(prefixed.findIndex((byte) => byte < 0x80) + 1)
  let parts = 0
  const count = (): void => {
    if (++parts > most) throw new Error(`a message of more than ${most} parts`)
  }
  eachField(bytes, (field, value) => {
    if (value && lists.has(field)) eachField(value, count)
    count()
  })
}

/** Calls back for each field of a protobuf message, with its bytes where it has a length. */
function eachField(bytes: Uint8Array, told: (field: number, value: Uint8Array | null) => void): void {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let i = 0; i < VARINT_BYTES; i++) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value += (byte & 127) * 128 ** i
      if (byte < 0x80) return value
    }
    throw new Error('a number in a message has no end')
  }
  while (at < bytes.length) {
    const tag = varint()
    const kind = tag % 8
    if (kind === 0) varint()
    const size = kind === 2 ? varint() : (FIXED[kind] ?? Infinity)
    if (at + size > bytes.length) throw new Error('a message is cut off, or none')
    told(Math.floor(tag / 8), kind === 2 ? bytes.subarray(at, at + size) : null)
    at += size
  }
}
