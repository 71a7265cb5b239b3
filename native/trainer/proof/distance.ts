import type { Checkpoint } from '../run/checkpoint.ts'

/**
 * How far a re-executed segment ends from the committed one, relative to how far the segment went:
 * ‖θ' − θ‖ / ‖θ − θ₀‖, over parameters and both moments, each by itself; the largest counts.
 */
export function segmentDistance(again: Checkpoint, committed: Checkpoint, start: Checkpoint): number {
  return Math.max(
    ...(['parameters', 'first', 'second'] as const).map((part) => relative(again[part], committed[part], start[part])),
  )
}

function relative(again: Float32Array, committed: Float32Array, start: Float32Array): number {
  let [difference, way] = [0, 0]
  for (let i = 0; i < committed.length; i++) {
    difference += (again[i]! - committed[i]!) ** 2
    way += (committed[i]! - start[i]!) ** 2
  }
  return difference === 0 ? 0 : Math.sqrt(difference / way)
}
