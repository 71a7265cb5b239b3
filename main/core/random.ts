import { createHash } from 'node:crypto'

/**
 * The engine's only random generator: sfc32 (Doty-Humphrey, PractRand) seeded by SHA-256 of a label. Uses only integers
 * and IEEE additions, so every machine draws the same numbers.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(label: string) {
    const digest = createHash('sha256').update(label).digest()
    ;[this.#a, this.#b, this.#c] = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8)]
    for (let i = 0; i < 12; i++) this.uint32()
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    this.#c |= 0
    return sum >>> 0
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.uint32() / 2 ** 32
  }

  /** Whole and uniform in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit)
  }

  /** Close to standard normal: twelve uniforms less six (Irwin and Hall), so no logarithm or cosine is needed. */
  normal(): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.unit()
    return sum
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      ;[items[i], items[j]] = [items[j]!, items[i]!]
    }
    return items
  }
}
