import type { ColumnProfile, TableProfile } from '../../common/model/pipeline.ts'
import { numberOf, type Table } from './table.ts'

const PREVIEW_ROWS = 20
const TOP = 10
const BINS = 12
/** Numbers of fewer different values are codes rather than amounts. */
const FEW_NUMBERS = 12
/** A column of more different texts than this, and than this share of the rows, is free text. */
const MANY_TEXTS = 50
const MANY_SHARE = 0.05

/** What a table holds, column by column. */
export function profileTable({ rows, columns }: Table): TableProfile {
  const names = [...columns.keys()]
  return {
    rows,
    columns: names.map((name) => profileColumn(name, columns.get(name)!)),
    preview: Array.from({ length: Math.min(rows, PREVIEW_ROWS) }, (_, i) =>
      names.map((name) => columns.get(name)![i] ?? null),
    ),
  }
}

function profileColumn(name: string, cells: readonly (string | null)[]): ColumnProfile {
  const present = cells.filter((cell) => cell !== null)
  const counts = countsOf(present)
  const numbers = present.map(numberOf)
  const numeric = present.length > 0 && numbers.every((value) => value !== null)
  const kind =
    numeric && counts.size > FEW_NUMBERS
      ? 'number'
      : counts.size > Math.max(MANY_TEXTS, MANY_SHARE * present.length)
        ? 'text'
        : 'category'
  return {
    name,
    kind,
    missing: cells.length - present.length,
    distinct: counts.size,
    numbers: numeric ? describeNumbers(numbers as number[]) : null,
    top: byCount(counts)
      .slice(0, TOP)
      .map(([value, count]) => ({ value, count })),
  }
}

export function countsOf(cells: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  return counts
}

/** The most frequent first; equally frequent ones in the order of their characters, so that everybody has the same. */
export const byCount = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Mean and standard deviation of the whole (not of a sample), by Welford's recurrence (1962). */
export function moments(values: Iterable<number>): { mean: number; deviation: number } {
  let [count, mean, squares] = [0, 0, 0]
  for (const value of values) {
    const before = value - mean
    mean += before / ++count
    squares += before * (value - mean)
  }
  return { mean, deviation: count === 0 ? 0 : Math.sqrt(squares / count) }
}

export function range(values: Iterable<number>): { least: number; most: number } {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}

function describeNumbers(values: readonly number[]): ColumnProfile['numbers'] {
  const { least, most } = range(values)
  const histogram = Array<number>(BINS).fill(0)
  const width = (most - least) / BINS
  for (const value of values) histogram[width > 0 ? Math.min(BINS - 1, Math.floor((value - least) / width)) : 0]!++
  return { least, most, ...moments(values), median: median(values), histogram }
}
