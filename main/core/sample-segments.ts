import { Random } from './random.ts'

/**
 * The segments of [from, to) that a beacon samples, ascending. The beacon is unknown until the commitment is on the
 * chain. Segments before `from` were proven with an earlier milestone.
 */
export function sampleSegments(
  root: string,
  beacon: string,
  [from, to]: readonly [number, number],
  wanted: number,
): number[] {
  const all = Array.from({ length: to - from }, (_, i) => from + i)
  return new Random(`sample/${root}/${beacon}`)
    .shuffle(all)
    .slice(0, wanted)
    .toSorted((a, b) => a - b)
}
