import type { Stream } from '@libp2p/interface'

/**
 * What a message of protocol buffers may hold. Libraries make objects of all its parts: of 4 MiB of empty ones nearly a
 * GiB, for two seconds in which nothing else is done.
 */
export interface Modesty {
  readonly bytes: number
  /** Fields, those of its messages included. */
  readonly parts: number
  readonly shape: Shape
}

/** What the numbers of a message's fields stand for. */
export interface Shape {
  readonly [field: number]: 'number' | 'bytes' | Shape
}

/** A length of 28 bits: more than any message may have. */
const LENGTH_BYTES = 4
/**
 * A number of 32 bits, and a negative one. Of what lies between, the libraries' reader takes another count of bytes than
 * there are, and would see other fields than are counted.
 */
const VARINT_BYTES = [1, 2, 3, 4, 5, 10]
const MOST_TAG = 2 ** 32
/** Bytes of the kinds of values without a length; the other kinds are of no message. */
const FIXED: Readonly<Record<number, number>> = { 0: 0, 1: 8, 5: 4 }

/** What is used of a stream of the library's beside what it promises. */
interface Reading {
  onData?: (data: { subarray(): Uint8Array }) => void
  readonly readBuffer?: { subarray(): Uint8Array }
}

/**
 * Ends a stream at the first message that is not modest, before its last bytes reach whoever reads it.
 * @param many whether it brings messages to its end, or one and then something else
 * @throws Error where the library is built otherwise than this version is, or such a message is there already
 */
export function requireModestStream(stream: Stream, modesty: Modesty, many = true): void {
  const reading = stream as unknown as Reading
  const { onData, readBuffer } = reading
  if (!onData || !readBuffer) throw new Error('this version of libp2p is built in another way')
  const reader = new MessageReader(modesty.bytes)
  let over = false
  const look = (data: { subarray(): Uint8Array }): void => {
    for (const message of reader.read(data.subarray())) {
      if (!over) requireModest(message, modesty)
      over = !many
    }
  }
  look(readBuffer)
  reading.onData = (data) => {
    try {
      if (!over) look(data)
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
    const head = Buffer.concat(this.#pieces.slice(0, LENGTH_BYTES).map((each) => each.subarray(0, LENGTH_BYTES)))
    if (this.#held < (this.#sizeOf(head) ?? Infinity)) return []
    const all = Buffer.concat(this.#pieces)
    const messages: Uint8Array[] = []
    let at = 0
    for (
      let size = this.#sizeOf(all);
      size !== null && at + size <= all.length;
      size = this.#sizeOf(all.subarray(at))
    ) {
      messages.push(all.subarray(at, at + size))
      at += size
    }
    this.#pieces = at < all.length ? [Buffer.from(all.subarray(at))] : []
    this.#held -= at
    return messages
  }

  /** Of the message that begins here, with its length; null until that is known. */
  #sizeOf(bytes: Uint8Array): number | null {
    const head = bytes.subarray(0, LENGTH_BYTES)
    const last = head.findIndex((byte) => byte < 0x80)
    if (last < 0 && head.length < LENGTH_BYTES) return null
    const length =
      last < 0 ? Infinity : head.subarray(0, last + 1).reduceRight((sum, byte) => sum * 128 + (byte & 127), 0)
    if (length > this.#most) throw new Error(`a message of ${length} bytes, where ${this.#most} are the most`)
    return last + 1 + length
  }
}

/**
 * Counts the parts of a message, which stands behind its length, without making anything of them. A field of another
 * kind than its number has is refused: libraries go by the number alone.
 * @throws Error where there are too many, or it is no message
 */
export function requireModest(prefixed: Uint8Array, { parts: most, shape }: Omit<Modesty, 'bytes'>): void {
  let parts = 0
  const requireFields = (bytes: Uint8Array, known: Shape): void => {
    for (const fields = new Fields(bytes); fields.next();) {
      if (++parts > most) throw new Error(`a message of more than ${most} parts`)
      const wanted = known[fields.number]
      if (wanted !== undefined && (wanted === 'number' ? fields.kind !== 0 : fields.kind !== 2))
        throw new Error(`a message with another kind of field ${fields.number}`)
      if (typeof wanted === 'object') requireFields(fields.value, wanted)
    }
  }
  requireFields(prefixed.subarray(prefixed.findIndex((byte) => byte < 0x80) + 1), shape)
}

/** Goes from field to field of a message. */
class Fields {
  readonly #bytes: Uint8Array
  #at = 0
  number = 0
  kind = 0
  value: Uint8Array = new Uint8Array()

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** @returns whether there is one more; @throws Error where it is none */
  next(): boolean {
    if (this.#at === this.#bytes.length) return false
    const tag = this.#varint()
    if (tag >= MOST_TAG) throw new Error('a message with a number of a field that there is not')
    this.number = Math.floor(tag / 8)
    this.kind = tag % 8
    if (this.kind === 0) this.#varint()
    const size = this.kind === 2 ? this.#varint() : (FIXED[this.kind] ?? Infinity)
    if (this.#at + size > this.#bytes.length) throw new Error('a message that is cut off, or none')
    this.value = this.#bytes.subarray(this.#at, this.#at + size)
    this.#at += size
    return true
  }

  #varint(): number {
    let value = 0
    for (let i = 0; this.#at < this.#bytes.length && i < 10; i++) {
      const byte = this.#bytes[this.#at++]!
      value += (byte & 127) * 128 ** i
      if (byte >= 0x80) continue
      if (!VARINT_BYTES.includes(i + 1)) break
      return value
    }
    throw new Error('a message with a number that is none')
  }
}
