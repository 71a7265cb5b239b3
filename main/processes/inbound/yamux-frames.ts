/** A yamux frame's header: version, type, flags (2), stream (4), length (4). */
const HEADER = 12
const DATA = 0
const PING = 2
const SYN = 1
const SECOND_MS = 1000

/** What a connection may ask of the muxer in a second: frames without data, and streams. */
export interface FrameRates {
  readonly control: number
  readonly opened: number
}

/** Bytes of a data frame's body, as they arrive. */
export interface FramePart {
  readonly stream: number
  readonly bytes: number
  /** Whether this is the frame's last part. */
  readonly whole: boolean
}

/**
 * Reads along which stream of a yamux connection the bytes belong to. The library holds a frame back until all of it
 * is there, and a frame may claim 4 GiB.
 */
export class YamuxFrames {
  readonly #header = new Uint8Array(HEADER)
  readonly #view = new DataView(this.#header.buffer)
  readonly #most: number
  #have = 0
  #stream = 0
  #left = 0
  readonly #rates: FrameRates
  readonly #now: () => number
  #second = 0
  #control = 0
  #opened = 0

  /** @param most bytes that one frame may have */
  constructor(most: number, rates: FrameRates, now: () => number = () => performance.now()) {
    this.#most = most
    this.#rates = rates
    this.#now = now
  }

  /** @throws RangeError where a frame claims more than it may, or where there are too many of them */
  *read(chunk: Uint8Array): Generator<FramePart> {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const bytes = Math.min(this.#left, chunk.length - at)
        this.#left -= bytes
        at += bytes
        yield { stream: this.#stream, bytes, whole: this.#left === 0 }
        continue
      }
      const taken = chunk.subarray(at, at + HEADER - this.#have)
      this.#header.set(taken, this.#have)
      this.#have += taken.length
      at += taken.length
      if (this.#have < HEADER) return
      this.#have = 0
      const [stream, length] = [this.#view.getUint32(4), this.#view.getUint32(8)]
      this.#count(this.#header[1] === DATA ? length : 0, stream)
      if (this.#header[1] === PING) continue
      if (this.#header[1] !== DATA) yield { stream, bytes: 0, whole: true }
      else if (length > this.#most)
        throw new RangeError(`a frame of ${length} bytes was announced, ${this.#most} are the most`)
      else {
        ;[this.#stream, this.#left] = [stream, length]
        if (length === 0) yield { stream, bytes: 0, whole: true }
      }
    }
  }

  /** A ping is answered and a stream made before anybody is asked; a thousand of them are one small packet. */
  #count(length: number, stream: number): void {
    const second = Math.floor(this.#now() / SECOND_MS)
    if (second !== this.#second) [this.#second, this.#control, this.#opened] = [second, 0, 0]
    if (length === 0) this.#control++
    if (stream !== 0 && (this.#view.getUint16(2) & SYN) !== 0) this.#opened++
    if (this.#control > this.#rates.control) throw new RangeError('too many frames without data in a second')
    if (this.#opened > this.#rates.opened) throw new RangeError('too many new streams in a second')
  }
}
