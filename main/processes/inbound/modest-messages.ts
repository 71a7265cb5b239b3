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
const LENGTH_BYTES = [1, 2, 3, 4]
/**
 * A number of 32 bits, and a negative one. Of what lies between, the libraries' reader takes another count of bytes than
 * there are, and would see other fields than are counted.
 */
const VARINT_BYTES = [1, 2, 3, 4, 5, 10]
const MOST_TAG = 2 ** 32
/** Bytes of the kinds of values without a length; the other kinds are of no message. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 }
/**
 * A message costs more than its bytes: 64 KiB of empty ones were a GiB. kubo sends fifty in a second at most (it gathers
 * for 20 ms).
 */
const SMALL_BYTES = 1024
const SMALL_PER_SECOND = 256

/** What is used of a stream of the library's beside what it promises. */
interface Reading {
  onData?: (data: { subarray(): Uint8Array }) => void
  readonly readBuffer?: { subarray(): Uint8Array }
}

/**
 * Ends a stream at the first message that is not modest, before its last bytes reach whoever reads it.
 * @param of what brings it, so that its streams are counted together
 * @param many whether it brings messages to its end, or one and then something else
 * @throws Error where the library is built otherwise than this version is, or such a message is there already
 */
export function requireModestStream(stream: Stream, modesty: Modesty, of: object, many = true): void {
  const reading = stream as unknown as Reading
  const { onData, readBuffer } = reading
  if (!onData || !readBuffer) throw new Error('this version of libp2p is built in another way')
  const messages = new ModestMessages(modesty, of)
  let over = false
  const look = (data: { subarray(): Uint8Array }): void => {
    if (!over) for (const { whole } of messages.read(data.subarray())) if ((over = whole && !many)) return
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

/** Bytes of a message, as they arrive. */
export interface MessagePart {
  readonly bytes: Uint8Array
  /** Of the message that they belong to, without its length. */
  readonly size: number
  /** Whether these are its last. */
  readonly whole: boolean
}

/**
 * Cuts what arrives into messages, each with its length before it, and counts their parts as they come: nothing is
 * kept, so a message that is not modest is refused by its first bytes.
 */
export class ModestMessages {
  readonly #modesty: Modesty
  readonly #small: SmallMessages
  readonly #length = new Varint(LENGTH_BYTES)
  #fields: Fields | null = null
  #size = 0
  #left = 0

  /** @param of what brings them: its small messages are counted together */
  constructor(modesty: Modesty, of: object) {
    this.#modesty = modesty
    this.#small = smallMessages.get(of) ?? new SmallMessages()
    smallMessages.set(of, this.#small)
  }

  /** @throws Error where a message is none, or holds or claims more than it may, or where too many small ones come */
  *read(piece: Uint8Array): Generator<MessagePart> {
    for (let at = 0; at < piece.length;) {
      if (!this.#fields) {
        const length = this.#length.read(piece[at++]!)
        if (length === null) continue
        this.#begin(length)
      }
      const bytes = piece.subarray(at, at + this.#left)
      this.#fields!.read(bytes)
      at += bytes.length
      this.#left -= bytes.length
      const whole = this.#left === 0
      if (whole) this.#fields = null
      yield { bytes, size: this.#size, whole }
    }
  }

  #begin(length: number): void {
    const { bytes, parts, shape } = this.#modesty
    if (length > bytes) throw new Error(`a message of ${length} bytes, where ${bytes} are the most`)
    if (length < SMALL_BYTES) this.#small.count()
    this.#fields = new Fields(length, parts, shape)
    this.#size = this.#left = length
  }
}

/** The small messages of one connection, over all its streams. */
class SmallMessages {
  #count = 0
  #since = performance.now()

  /** @throws Error where there are too many of them in a second */
  count(): void {
    const now = performance.now()
    if (now - this.#since > 1_000) [this.#count, this.#since] = [0, now]
    if (++this.#count > SMALL_PER_SECOND) throw new Error('too many messages in a second')
  }
}

const smallMessages = new WeakMap<object, SmallMessages>()

/**
 * Counts the fields of a message, those of its messages included, without making anything of them. A field of another
 * kind than its number has is refused: libraries go by the number alone.
 */
class Fields {
  readonly #most: number
  /** The messages that are being read, each with what is left of it; the innermost is the last. */
  readonly #open: { readonly shape: Shape; left: number }[]
  readonly #varint = new Varint(VARINT_BYTES)
  #expected: 'tag' | 'number' | 'length' = 'tag'
  #shape: Shape[number] | undefined
  #skip = 0
  #count = 0

  constructor(length: number, most: number, shape: Shape) {
    this.#open = [{ shape, left: length }]
    this.#most = most
    this.#close()
  }

  /** @throws Error where there are too many, or it is no message */
  read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const skipped = Math.min(this.#skip, bytes.length - at)
      if (skipped > 0) {
        this.#skip -= skipped
        at += skipped
      } else this.#step(bytes[at++]!)
      if (this.#skip === 0) this.#close()
    }
  }

  /** Takes one byte of a number. */
  #step(byte: number): void {
    const inner = this.#open.at(-1)!
    if (inner.left === 0) throw new Error('a message that is cut off, or none')
    inner.left--
    const value = this.#varint.read(byte)
    if (value === null) return
    if (this.#expected === 'tag') this.#begin(value, inner.shape)
    else if (this.#expected === 'number') this.#expected = 'tag'
    else this.#value(value)
  }

  #begin(tag: number, shape: Shape): void {
    if (tag >= MOST_TAG) throw new Error('a message with a number of a field that there is not')
    if (++this.#count > this.#most) throw new Error(`a message of more than ${this.#most} parts`)
    const [number, kind] = [Math.floor(tag / 8), tag % 8]
    this.#shape = shape[number]
    if (this.#shape !== undefined && kind !== (this.#shape === 'number' ? 0 : 2))
      throw new Error(`a message with another kind of field ${number}`)
    if (kind === 0) this.#expected = 'number'
    else if (kind === 2) this.#expected = 'length'
    else this.#value(FIXED[kind] ?? Infinity)
  }

  /** Goes over a value of so many bytes, or into it. */
  #value(size: number): void {
    const inner = this.#open.at(-1)!
    if (size > inner.left) throw new Error('a message that is cut off, or none')
    inner.left -= size
    this.#expected = 'tag'
    if (typeof this.#shape === 'object') this.#open.push({ shape: this.#shape, left: size })
    else this.#skip = size
  }

  /** Leaves the messages that are at their end. */
  #close(): void {
    while (this.#open.at(-1)?.left === 0) {
      if (this.#expected !== 'tag' || this.#varint.begun) throw new Error('a message that is cut off, or none')
      this.#open.pop()
    }
  }
}

/** A number of as many bytes as it needs, seven bits each, the lowest first. */
class Varint {
  readonly #lengths: readonly number[]
  #value = 0
  #read = 0

  /** @param lengths in bytes, that it may have */
  constructor(lengths: readonly number[]) {
    this.#lengths = lengths
  }

  get begun(): boolean {
    return this.#read > 0
  }

  /** @returns the number, with its last byte; @throws Error where it is none */
  read(byte: number): number | null {
    this.#value += (byte & 127) * 128 ** this.#read++
    if (byte >= 0x80) {
      if (this.#read < this.#lengths.at(-1)!) return null
    } else if (this.#lengths.includes(this.#read)) {
      const value = this.#value
      this.#value = this.#read = 0
      return value
    }
    throw new Error('a message with a number that is none')
  }
}
