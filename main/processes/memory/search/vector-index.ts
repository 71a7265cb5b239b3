import type { MemoryDb } from '../store/open.ts'
import { cosine } from '../lexicon/lexicon.ts'

const SPARE = 4096

/**
 * The directions of all messages, one bit a dimension, in memory; the nearest by bits are judged by their whole vectors
 * from the file. Follows what is added; what was forgotten is passed over, since its vector is gone.
 */
export class VectorIndex {
  readonly #db: MemoryDb
  readonly #words: number
  #numbers = new Float64Array(SPARE)
  #codes: Uint32Array
  #count = 0
  #last = 0

  /** @param dimensions a multiple of 32 */
  constructor(db: MemoryDb, dimensions: number) {
    this.#db = db
    this.#words = dimensions / 32
    this.#codes = new Uint32Array(SPARE * this.#words)
  }

  /** Takes in what was added since. */
  follow(): void {
    const rows = this.#db.prepare<[number], { number: number; vector: Buffer }>('select number, vector from vectors where number > ? order by number')
    for (const { number, vector } of rows.iterate(this.#last)) {
      if (this.#count === this.#numbers.length) this.#grow()
      this.#numbers[this.#count] = number
      bitsOf(asVector(vector), this.#codes, this.#count * this.#words)
      this.#count++
      this.#last = number
    }
  }

  /** Messages whose direction is near, nearest first. @param least cosine */
  nearest(direction: Int8Array, most: number, rescored: number): { number: number; likeness: number }[] {
    const code = new Uint32Array(this.#words)
    bitsOf(direction, code, 0)
    const distances = new Uint8Array(this.#count)
    const histogram = new Uint32Array(32 * this.#words + 1)
    for (let i = 0, at = 0; i < this.#count; i++) {
      let distance = 0
      for (let word = 0; word < this.#words; word++, at++) distance += ones(this.#codes[at]! ^ code[word]!)
      distances[i] = distance
      histogram[distance]!++
    }
    // Farther than this are more than are wanted.
    let [reach, within] = [-1, 0]
    while (within < rescored && ++reach < histogram.length) within += histogram[reach]!
    const vector = this.#db.prepare<[number], { vector: Buffer }>('select vector from vectors where number = ?')
    const found: { number: number; likeness: number }[] = []
    for (let i = 0; i < this.#count && found.length < 2 * rescored; i++) {
      if (distances[i]! > reach) continue
      const row = vector.get(this.#numbers[i]!)
      if (row) found.push({ number: this.#numbers[i]!, likeness: cosine(direction, asVector(row.vector)) })
    }
    return found.toSorted((a, b) => b.likeness - a.likeness).slice(0, most)
  }

  #grow(): void {
    const [numbers, codes] = [new Float64Array(2 * this.#numbers.length), new Uint32Array(2 * this.#codes.length)]
    numbers.set(this.#numbers)
    codes.set(this.#codes)
    ;[this.#numbers, this.#codes] = [numbers, codes]
  }
}

export const asVector = (blob: Buffer): Int8Array => new Int8Array(blob.buffer, blob.byteOffset, blob.length)

function bitsOf(vector: Int8Array, into: Uint32Array, at: number): void {
  for (let i = 0; i < vector.length; i += 32) {
    let bits = 0
    for (let j = 0; j < 32; j++) if (vector[i + j]! > 0) bits |= 1 << j
    into[at + i / 32] = bits
  }
}

/** Bits that are set (Warren 2013, Hacker's Delight, 5-1). */
function ones(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
