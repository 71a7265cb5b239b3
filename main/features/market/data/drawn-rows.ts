import type { DrawnRows } from '../../../../common/model/data-market.ts'

/** An opened segment: its number and its bytes in base64. */
interface Opened {
  readonly number: number
  readonly bytes: string
}

/**
 * The rows in segments that were shown; where segments follow each other, a row may stand in several.
 * @param rowBytes of all rows, with which the package begins: what lies behind them is no row
 */
export function rowsIn(segments: readonly Opened[], rowBytes: number): DrawnRows {
  // All segments of a package but its last are of one size.
  const size = Math.max(0, ...segments.map(({ bytes }) => Buffer.byteLength(bytes, 'base64')))
  const runs: Opened[][] = []
  for (const segment of segments) {
    const run = runs.at(-1)
    if (run?.at(-1)?.number === segment.number - 1) run.push(segment)
    else runs.push([segment])
  }
  return {
    segments: segments.length,
    rows: runs.flatMap((run) => {
      const { number } = run[0]!
      const lines = Buffer.concat(run.map(({ bytes }) => Buffer.from(bytes, 'base64')))
        .subarray(0, Math.max(0, rowBytes - number * size))
        .toString('utf8')
        .split('\n')
      return lines.flatMap((text, i) => {
        // What stands before the first line feed may have begun in a segment that is not shown.
        const isWhole = i < lines.length - 1 && (i > 0 || number === 0)
        return text === '' ? [] : [{ segment: number, text, isWhole }]
      })
    }),
  }
}
