/** A yamux frame's header: version, type, flags (2), stream (4), length (4). */
const HEADER = 12
const DATA = 0

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

  /** @param most bytes that one frame may have */
  constructor(most: number) {
    this.#most = most
  }

  /** @throws RangeError where a frame claims more than it may */
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
      if (this.#header[1] !== DATA) yield { stream, bytes: 0, whole: true }
      else if (length > this.#most)
        throw new RangeError(`a frame of ${length} bytes was announced, ${this.#most} are the most`)
      else {
        ;[this.#stream, this.#left] = [stream, length]
        if (length === 0) yield { stream, bytes: 0, whole: true }
      }
    }
  }
}
