import { asDirection, cosine } from '../../../../common/model/embedding-vector.ts'
import { Lexicon } from '../lexicon/lexicon.ts'
import type { MemoryDb } from '../store/open.ts'

const SPARE = 4096
/**
 * Embeddings that their mean is taken of; the mean of a few is mostly what they say, so it counts less than that of
 * many.
 */
const MOST_AVERAGED = 20_000
const FEW = 16

export interface Kept {
  /** Embeddings by the shipped lexicon, or by an embedding model. */
  readonly table: 'vectors' | 'embeddings'
  /** The column that grows with each embedding that is added. */
  readonly order: 'number' | 'id'
  /** A multiple of 32. */
  readonly dimensions: number
  /**
   * Whether what all embeddings have in common is taken off: an embedding model's point one way, whatever is said (Mu
   * and Viswanath 2018, All-but-the-Top).
   */
  readonly centred: boolean
}

/** Embeddings by the shipped lexicon. */
export const byLexicon: Kept = {
  table: 'vectors',
  order: 'number',
  dimensions: Lexicon.shipped().dimensions,
  centred: false,
}
/** Embeddings by an embedding model. */
export const byModel = (dimensions: number): Kept => ({ table: 'embeddings', order: 'id', dimensions, centred: true })

/**
 * The embeddings of all messages, one bit a dimension, in memory; the nearest by bits are judged by their whole vectors
 * from the file. Follows what is added; what was forgotten is passed over, since its vector is gone.
 */
export class VectorIndex {
  readonly #db: MemoryDb
  readonly #kept: Kept
  readonly #words: number
  #numbers = new Float64Array(SPARE)
  #codes: Uint32Array
  #count = 0
  #last = 0
  #mean: Float32Array
  /** How many embeddings there were when their mean was taken. */
  #averaged = 0

  constructor(db: MemoryDb, kept: Kept) {
    this.#db = db
    this.#kept = kept
    this.#words = kept.dimensions / 32
    this.#codes = new Uint32Array(SPARE * this.#words)
    this.#mean = new Float32Array(kept.dimensions)
  }

  /** How many embeddings it knows. */
  get size(): number {
    return this.#count
  }

  /** Takes in what was added since. */
  follow(): void {
    this.#centre()
    const { table, order } = this.#kept
    const rows = this.#db.prepare<[number], { at: number; number: number; vector: Buffer }>(
      `select ${order} as at, number, vector from ${table} where ${order} > ? order by ${order}`,
    )
    for (const { at, number, vector } of rows.iterate(this.#last)) {
      if (this.#count === this.#numbers.length) this.#grow()
      this.#numbers[this.#count] = number
      bitsOf(asDirection(vector), this.#mean, this.#codes, this.#count * this.#words)
      this.#count++
      this.#last = at
    }
  }

  /** Messages whose embedding is near, nearest first. */
  nearest(embedding: Int8Array, most: number, rescored: number): { number: number; likeness: number }[] {
    const code = new Uint32Array(this.#words)
    bitsOf(embedding, this.#mean, code, 0)
    const distances = new Uint16Array(this.#count)
    const histogram = new Uint32Array(32 * this.#words + 1)
    for (let i = 0, at = 0; i < this.#count; i++) {
      let distance = 0
      for (let word = 0; word < this.#words; word++, at++) distance += ones(this.#codes[at]! ^ code[word]!)
      distances[i] = distance
      histogram[distance]!++
    }
    // Farther than this are more than are wanted; of those just as far, what there is still room for.
    let [reach, within] = [-1, 0]
    while (within < rescored && ++reach < histogram.length) within += histogram[reach]!
    let room = 2 * rescored - (within - (histogram[reach] ?? 0))
    const likeness = this.likenessTo(embedding)
    const found: { number: number; likeness: number }[] = []
    for (let i = 0; i < this.#count; i++) {
      if (distances[i]! > reach || (distances[i] === reach && room-- <= 0)) continue
      const like = likeness(this.#numbers[i]!)
      if (like !== null) found.push({ number: this.#numbers[i]!, likeness: like })
    }
    return found.toSorted((a, b) => b.likeness - a.likeness).slice(0, most)
  }

  /** The cosine between an embedding and a message's; null where the message has none. */
  likenessTo(embedding: Int8Array): (number: number) => number | null {
    const vector = this.#db.prepare<[number], Buffer>(`select vector from ${this.#kept.table} where number = ?`).pluck()
    const compare = this.#kept.centred
      ? centredCosine(embedding, this.#mean)
      : (other: Int8Array) => cosine(embedding, other)
    return (number) => {
      const row = vector.get(number)
      return row ? compare(asDirection(row)) : null
    }
  }

  /** Takes the mean anew when there are twice as many as it was taken of, and all codes with it. */
  #centre(): void {
    const { centred, table } = this.#kept
    const count = centred ? this.#db.prepare<[], number>(`select count(*) from ${table}`).pluck().get()! : 0
    if (count < 2 * this.#averaged || count === 0) return
    const sum = new Float64Array(this.#mean.length)
    const rows = this.#db.prepare<[number], { vector: Buffer }>(`select vector from ${table} where number % ? = 0`)
    let averaged = 0
    for (const { vector } of rows.iterate(Math.floor(count / MOST_AVERAGED) | 1)) {
      asDirection(vector).forEach((value, i) => (sum[i]! += value))
      averaged++
    }
    if (averaged === 0) return
    this.#mean = Float32Array.from(sum, (value) => value / (averaged + FEW))
    ;[this.#averaged, this.#count, this.#last] = [count, 0, 0]
  }

  #grow(): void {
    const [numbers, codes] = [new Float64Array(2 * this.#numbers.length), new Uint32Array(2 * this.#codes.length)]
    numbers.set(this.#numbers)
    codes.set(this.#codes)
    ;[this.#numbers, this.#codes] = [numbers, codes]
  }
}

function centredCosine(embedding: Int8Array, mean: Float32Array): (other: Int8Array) => number {
  const from = Float32Array.from(embedding, (value, i) => value - mean[i]!)
  const length = Math.hypot(...from)
  return (other) => {
    let [dot, squares] = [0, 0]
    for (let i = 0; i < from.length; i++) {
      const value = other[i]! - mean[i]!
      dot += from[i]! * value
      squares += value * value
    }
    return dot / (length * Math.sqrt(squares) || 1)
  }
}

function bitsOf(vector: Int8Array, mean: Float32Array, into: Uint32Array, at: number): void {
  for (let i = 0; i < vector.length; i += 32) {
    let bits = 0
    for (let j = 0; j < 32; j++) if (vector[i + j]! > mean[i + j]!) bits |= 1 << j
    into[at + i / 32] = bits
  }
}

/** Bits that are set (Warren 2013, Hacker's Delight, 5-1). */
function ones(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
