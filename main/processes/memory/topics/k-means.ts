import { setImmediate } from 'node:timers/promises'

const ROUNDS = 20

/**
 * Centres of embeddings that lie together: spherical k-means (Dhillon and Modha 2001), begun at rows that are evenly
 * spread over all, so that the same rows give the same centres. Lets others have their turn between rounds.
 * @param rows each of length 1
 */
export async function kMeans(rows: readonly Float32Array[], count: number): Promise<Float32Array[]> {
  let centres = Array.from(
    { length: Math.min(count, rows.length) },
    (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / count)]!,
  )
  let before = ''
  for (let round = 0; round < ROUNDS; round++) {
    const nearest = rows.map((row) => nearestOf(row, centres).at)
    const now = nearest.join()
    if (now === before) break
    before = now
    const sums = centres.map(({ length }) => new Float32Array(length))
    rows.forEach((row, i) => row.forEach((value, j) => (sums[nearest[i]!]![j]! += value)))
    // One that nothing is near to stays where it is.
    centres = sums.map((sum, i) => unit(sum) ?? centres[i]!)
    await setImmediate()
  }
  return centres
}

export function nearestOf(row: Float32Array, centres: readonly Float32Array[]): { at: number; likeness: number } {
  let best = { at: 0, likeness: -Infinity }
  for (const [at, centre] of centres.entries()) {
    let likeness = 0
    for (let i = 0; i < row.length; i++) likeness += row[i]! * centre[i]!
    if (likeness > best.likeness) best = { at, likeness }
  }
  return best
}

/** @returns null for a vector of nothing but zeros */
export function unit(vector: Float32Array): Float32Array | null {
  const length = Math.hypot(...vector)
  return length === 0 ? null : vector.map((value) => value / length)
}
