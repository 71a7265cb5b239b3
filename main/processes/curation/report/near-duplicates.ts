const PERMUTATIONS = 64
const BANDS = 16
const ROWS = PERMUTATIONS / BANDS
const SHINGLE = 5

/** Fixed odd multipliers and offsets (Mulberry32 of seed 1): a report is the same on every machine. */
const [MULTIPLIERS, OFFSETS] = ((): [Uint32Array, Uint32Array] => {
  let seed = 1
  const next = (): number => {
    seed = (seed + 0x6d2b79f5) | 0
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return (value ^ (value >>> 14)) >>> 0
  }
  return [
    Uint32Array.from({ length: PERMUTATIONS }, () => next() | 1),
    Uint32Array.from({ length: PERMUTATIONS }, next),
  ]
})()

/** MinHash of a text's stretches of five letters (Broder 1997); null where it is too short to tell. */
export function signature(text: string): Uint32Array | null {
  const plain = text.toLowerCase().replace(/\s+/g, ' ').trim()
  if (plain.length < 4 * SHINGLE) return null
  const lowest = new Uint32Array(PERMUTATIONS).fill(0xffffffff)
  for (let i = 0; i + SHINGLE <= plain.length; i++) {
    let hash = 2166136261
    for (let k = 0; k < SHINGLE; k++) hash = Math.imul(hash ^ plain.charCodeAt(i + k), 16777619)
    hash ^= hash >>> 15
    hash = Math.imul(hash, 0x2c1b3c6d)
    hash = (hash ^ (hash >>> 12)) >>> 0
    for (let p = 0; p < PERMUTATIONS; p++) {
      let value = (Math.imul(MULTIPLIERS[p]!, hash) + OFFSETS[p]!) >>> 0
      value = (value ^ (value >>> 16)) >>> 0
      if (value < lowest[p]!) lowest[p] = value
    }
  }
  return lowest
}

/**
 * Finds texts that are nearly the same as an earlier one, by locality-sensitive hashing; about 0.8 of their stretches
 * are shared.
 */
export class NearDuplicates {
  readonly #buckets = new Map<string, Uint32Array>()

  /** Whether an earlier text is nearly this one. */
  see(text: string): boolean {
    const own = signature(text)
    if (!own) return false
    let near = false
    for (let band = 0; band < BANDS; band++) {
      const key = `${band}:${own.subarray(band * ROWS, (band + 1) * ROWS).join()}`
      const other = this.#buckets.get(key)
      if (!other) this.#buckets.set(key, own)
      else if (!near && own.filter((value, i) => value === other[i]).length >= 0.8 * PERMUTATIONS) near = true
    }
    return near
  }
}
