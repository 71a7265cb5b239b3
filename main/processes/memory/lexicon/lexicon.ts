import { readFileSync } from 'node:fs'
import { HearthError } from '../../../../common/errors/index.ts'
import { toDirection, UNIT } from '../../../../common/model/embedding-vector.ts'
import { resourcePath } from '../../../core/resources.ts'

const MAGIC = 'HLEX1'
const HEAD = 17

/**
 * Words and their embeddings: those of like meaning point alike. The file is `HLEX1`; the number of words, dimensions
 * and bytes of text, each a little-endian u32; the words in UTF-8 with a line end after each; for each word how much it
 * tells, a little-endian f32; and its embedding, an int8 a dimension.
 */
export class Lexicon {
  readonly dimensions: number
  readonly #terms: readonly string[]
  readonly #numbers: ReadonlyMap<string, number>
  readonly #weights: Float32Array
  readonly #vectors: Int8Array

  /** @throws HearthError FILE_DAMAGED */
  constructor(bytes: Buffer) {
    const broken = (): HearthError => new HearthError('FILE_DAMAGED', 'the lexicon is damaged; install Hearth again')
    if (bytes.length < HEAD || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw broken()
    const [count, dimensions, text] = [bytes.readUInt32LE(5), bytes.readUInt32LE(9), bytes.readUInt32LE(13)]
    if (bytes.length !== HEAD + text + count * (4 + dimensions)) throw broken()
    this.#terms = bytes
      .toString('utf8', HEAD, HEAD + text)
      .trimEnd()
      .split('\n')
    if (this.#terms.length !== count) throw broken()
    this.dimensions = dimensions
    this.#weights = Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(HEAD + text + 4 * i))
    this.#vectors = new Int8Array(bytes.buffer, bytes.byteOffset + HEAD + text + 4 * count, count * dimensions)
    this.#numbers = new Map(this.#terms.map((term, i) => [term, i]))
  }

  static #shipped: Lexicon | undefined
  /** The one that comes with Hearth. */
  static shipped(): Lexicon {
    return (this.#shipped ??= new Lexicon(readFileSync(resourcePath('lexicon.bin'))))
  }

  /** The number of a word, or null where it is not known. */
  number(term: string): number | null {
    return this.#numbers.get(term) ?? null
  }

  /** Known words among some that are as near to a word as said, nearest first. @param least likeness, −1 to 1 */
  near(term: string, among: Uint32Array, least: number, most: number): { term: string; likeness: number }[] {
    const from = this.#numbers.get(term)
    if (from === undefined) return []
    const found: { term: string; likeness: number }[] = []
    for (const other of among) {
      if (other === from) continue
      const likeness = this.#dot(from, other) / (UNIT * UNIT)
      if (likeness >= least) found.push({ term: this.#terms[other]!, likeness })
    }
    return found.toSorted((a, b) => b.likeness - a.likeness).slice(0, most)
  }

  /** Adds what words mean together to a vector, each once, by how much it tells. */
  addTo(sum: Float32Array, terms: Iterable<string>, factor: number): void {
    for (const term of new Set(terms)) {
      const number = this.#numbers.get(term)
      if (number === undefined) continue
      const weight = (factor * this.#weights[number]!) / UNIT
      for (let i = 0, at = number * this.dimensions; i < this.dimensions; i++, at++)
        sum[i]! += weight * this.#vectors[at]!
    }
  }

  #dot(a: number, b: number): number {
    let sum = 0
    for (let i = 0, x = a * this.dimensions, y = b * this.dimensions; i < this.dimensions; i++, x++, y++)
      sum += this.#vectors[x]! * this.#vectors[y]!
    return sum
  }
}

/** @param vectors one row of `dimensions` a term */
export function encodeLexicon(
  terms: readonly string[],
  weights: readonly number[],
  vectors: Float32Array,
  dimensions: number,
): Buffer {
  const text = Buffer.from(terms.map((term) => `${term}\n`).join(''))
  const head = Buffer.alloc(HEAD)
  head.write(MAGIC, 'latin1')
  ;[terms.length, dimensions, text.length].forEach((value, i) => head.writeUInt32LE(value, MAGIC.length + 4 * i))
  const telling = Buffer.alloc(4 * terms.length)
  weights.forEach((weight, i) => telling.writeFloatLE(weight, 4 * i))
  const rows = terms.map((_, row) =>
    Buffer.from(toDirection(vectors.subarray(row * dimensions, (row + 1) * dimensions)).buffer),
  )
  return Buffer.concat([head, text, telling, ...rows])
}
