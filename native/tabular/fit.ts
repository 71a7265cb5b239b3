import type { Pipeline, PipelineColumn } from '../../common/model/pipeline.ts'
import { HearthError } from '../../common/errors/index.ts'
import { byCount, countsOf, median, moments, range } from './profile.ts'
import { numberOf } from './table.ts'

/** What a column's treatment learnt from the rows that are trained on; nothing of the others leaks into it. */
export type Fitted =
  | {
      readonly name: string
      readonly kind: 'number'
      /** Null where rows without a value were left out. */ readonly fill: number | null
      readonly shift: number
      readonly factor: number
    }
  | {
      readonly name: string
      readonly kind: 'category'
      readonly categories: readonly string[]
      /** Where the rest goes; null where there was none. */ readonly other: boolean
      readonly missing: boolean
      readonly fill: string | null
    }
  | { readonly name: string; readonly kind: 'text'; readonly size: number; readonly fill: string }

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** @throws HearthError DATASET_BROKEN where a column cannot be treated as it is asked */
export function fitColumn(
  { name, kind, missing, scale, size }: PipelineColumn,
  cells: readonly (string | null)[],
): Fitted {
  const present = cells.filter((cell) => cell !== null)
  if (present.length === 0)
    throw new HearthError('DATASET_BROKEN', `column “${name}” has no value in the rows to train on; ignore it`, {
      column: name,
    })
  switch (kind) {
    case 'number': {
      const values = present.map((cell) => numberIn(name, cell))
      const fill =
        missing === 'mean'
          ? moments(values).mean
          : missing === 'median'
            ? median(values)
            : missing === 'mode'
              ? Number(byCount(countsOf(values.map(String)))[0]![0])
              : null
      const filled = fill === null ? values : cells.map((cell) => (cell === null ? fill : numberIn(name, cell)))
      if (scale === 'none') return { name, kind, fill, shift: 0, factor: 1 }
      const { mean, deviation } = moments(filled)
      const { least, most } = range(filled)
      const [shift, spread] = scale === 'standard' ? [mean, deviation] : [least, most - least]
      // A column of one value has no spread; it becomes zeros.
      return { name, kind, fill, shift, factor: spread > 0 ? 1 / spread : 0 }
    }
    case 'category': {
      const counts = byCount(countsOf(present))
      return {
        name,
        kind,
        categories: counts.slice(0, size).map(([value]) => value),
        other: counts.length > size,
        missing: missing === 'category',
        fill: missing === 'mode' ? counts[0]![0] : null,
      }
    }
    case 'text':
      return { name, kind, size, fill: missing === 'mode' ? byCount(countsOf(present))[0]![0] : '' }
  }
}

function numberIn(name: string, cell: string): number {
  const value = numberOf(cell)
  if (value === null)
    throw new HearthError('DATASET_BROKEN', `column “${name}” is to be a number, but holds “${cell.slice(0, 60)}”`, {
      column: name,
    })
  return value
}

/** Names of the features that a column becomes. */
export function featuresOf(fitted: Fitted): string[] {
  switch (fitted.kind) {
    case 'number':
      return [fitted.name]
    case 'category':
      return [
        ...fitted.categories.map((value) => `${fitted.name}=${value}`),
        ...(fitted.other ? [`${fitted.name}=(other)`] : []),
        ...(fitted.missing ? [`${fitted.name}=(missing)`] : []),
      ]
    case 'text':
      return Array.from({ length: fitted.size }, (_, i) => `${fitted.name}#${i}`)
  }
}

/** Writes a cell's features. A category that was never seen is none of the known ones: all its features are 0. */
export function transform(fitted: Fitted, cell: string | null, into: Float32Array, at: number): void {
  switch (fitted.kind) {
    case 'number':
      into[at] = ((cell === null ? fitted.fill! : numberIn(fitted.name, cell)) - fitted.shift) * fitted.factor
      return
    case 'category': {
      const value = cell ?? fitted.fill
      const known = value === null ? -1 : fitted.categories.indexOf(value)
      if (known >= 0) into[at + known] = 1
      else if (value === null ? fitted.missing : fitted.other)
        into[at + fitted.categories.length + (value === null && fitted.other ? 1 : 0)] = 1
      return
    }
    case 'text':
      return hashWords(cell ?? fitted.fill, into.subarray(at, at + fitted.size))
  }
}

/** Counts of hashed words, damped and brought to length 1 (feature hashing: Weinberger et al. 2009; hash: FNV-1a). */
function hashWords(text: string, into: Float32Array): void {
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) into[fnv1a(word) % into.length]!++
  let squares = 0
  for (let i = 0; i < into.length; i++) {
    into[i] = Math.log1p(into[i]!)
    squares += into[i]! ** 2
  }
  if (squares > 0) for (let i = 0; i < into.length; i++) into[i] = into[i]! / Math.sqrt(squares)
}

function fnv1a(word: string): number {
  let hash = FNV_OFFSET
  for (const byte of new TextEncoder().encode(word)) hash = Math.imul(hash ^ byte, FNV_PRIME)
  return hash >>> 0
}

/** A column of the pipeline that the table lacks is an error: the pipeline is for another table. */
export function columnOf(
  columns: ReadonlyMap<string, readonly (string | null)[]>,
  { columns: wanted }: Pipeline,
  name: string,
): readonly (string | null)[] {
  const column = columns.get(name)
  if (!column)
    throw new HearthError(
      'DATASET_BROKEN',
      `the table has no column “${name}”; it has ${[...columns.keys()].slice(0, 20).join(', ')}`,
      { column: name, wanted: wanted.length },
    )
  return column
}
