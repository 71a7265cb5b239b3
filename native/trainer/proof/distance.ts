import type { Checkpoint } from '../run/checkpoint.ts'

/**
 * Distance of a re-executed segment's end from the committed one, relative to the length of the segment:
 * ‖θ' − θ‖ / ‖θ − θ₀‖, the maximum over parameters and both moments.
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
