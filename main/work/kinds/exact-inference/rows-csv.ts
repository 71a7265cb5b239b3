import { HearthError } from '../../../../common/errors/index.ts'

/**
 * Reads rows of whole numbers 0–255, one row a line, separated by commas, semicolons, tabs or blanks. Short rows are an
 * error, never padded: a silent zero would be a wrong question.
 * @throws HearthError BAD_INPUT naming the first bad line
 */
export function rowsFromCsv(text: string, width: number): Uint8Array {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const rows: number[] = []
  lines.forEach((line, index) => {
    if (line === '') return
    const cells = line.split(/[\s,;]+/)
    if (cells.length !== width)
      throw new HearthError('BAD_INPUT', `line ${index + 1} has ${cells.length} values; this net takes ${width}`, {
        line: index + 1,
      })
    for (const cell of cells) {
      if (!/^\d{1,3}$/.test(cell) || Number(cell) > 255)
        throw new HearthError(
          'BAD_INPUT',
          `line ${index + 1}: “${cell.slice(0, 20)}” is not a whole number from 0 to 255`,
          { line: index + 1 },
        )
      rows.push(Number(cell))
    }
  })
  if (rows.length === 0) throw new HearthError('BAD_INPUT', 'the file has no rows')
  return Uint8Array.from(rows)
}
