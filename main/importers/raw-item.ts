import type { Item } from '../../common/model/item.ts'

/** An item as a format gives it; one without an id gets the hash of what it holds. */
export type RawItem = Omit<Item, 'id'> & { readonly id?: string }
export type RawItems = AsyncIterable<RawItem> | Iterable<RawItem>
/** Counts something that is left out, by why. */
export type Skip = (why: string) => void

/** Seconds and milliseconds since 1970, and dates as ISO 8601 writes them. Anything else is no time: a date that could be two is not guessed. */
export function timeOf(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = typeof value === 'number' ? value : /^\d{9,13}(?:\.\d+)?$/.test(value) ? Number(value) : null
  if (number !== null) return number < 1e11 ? number * 1000 : number
  return /^\d{4}-\d{2}-\d{2}/.test(String(value)) ? Date.parse(String(value)) || null : null
}
