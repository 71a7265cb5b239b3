import { basename } from 'node:path'
import { HearthError } from '../../common/errors/index.ts'
import { readRows } from '../trainer/data/rows.ts'

/** A table by its columns; a missing value is null, every other one is text as it stands in the file. */
export interface Table {
  readonly rows: number
  readonly columns: ReadonlyMap<string, readonly (string | null)[]>
}

const MAX_CELLS = 20_000_000
/** Ways in which files write that there is no value. */
const NOTHING: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?'])

/** Reads a table from CSV, JSONL or Parquet. Rows may lack columns; what they lack is missing. */
export async function readTable(path: string, onProgress: (rows: number) => void = () => {}): Promise<Table> {
  const columns = new Map<string, (string | null)[]>()
  let rows = 0
  for await (const row of readRows(path)) {
    for (const [name, value] of Object.entries(row)) {
      let column = columns.get(name)
      if (!column) columns.set(name, (column = Array<null>(rows).fill(null)))
      column.push(cellOf(value))
    }
    rows++
    for (const column of columns.values()) if (column.length < rows) column.push(null)
    if (rows * columns.size > MAX_CELLS)
      throw new HearthError(
        'DATASET_BROKEN',
        `${basename(path)} has more than ${MAX_CELLS} cells; take a part of its rows or columns`,
        { file: basename(path) },
      )
    if (rows % 1000 === 0) onProgress(rows)
  }
  if (rows === 0 || columns.size === 0)
    throw new HearthError('DATASET_BROKEN', `${basename(path)} has no rows`, { file: basename(path) })
  return { rows, columns }
}

function cellOf(value: unknown): string | null {
  if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) return null
  const text = (
    typeof value === 'object'
      ? value instanceof Date
        ? value.toISOString()
        : JSON.stringify(value, bigintText)
      : String(value as string | number | boolean | bigint)
  )
    .normalize('NFC')
    .trim()
  return NOTHING.has(text.toLowerCase()) ? null : text
}

const bigintText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

/** The number that a cell writes, or null. */
export function numberOf(cell: string): number | null {
  const value = Number(cell)
  return cell !== '' && Number.isFinite(value) ? value : null
}
