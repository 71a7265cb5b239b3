import type { Item } from '../../common/model/item.ts'

/** An item as a format gives it; one without an id gets the hash of what it holds. */
export type RawItem = Omit<Item, 'id'> & { readonly id?: string }
export type RawItems = AsyncIterable<RawItem> | Iterable<RawItem>
/** Counts something that is left out, by why. */
export type Skip = (why: string) => void

const MONTHS = [
  'jan(?:uary)?',
  'feb(?:ruary)?',
  'mar(?:ch)?',
  'apr(?:il)?',
  'may',
  'june?',
  'july?',
  'aug(?:ust)?',
  'sept?(?:ember)?',
  'oct(?:ober)?',
  'nov(?:ember)?',
  'dec(?:ember)?',
].join('|')
const NAMED = new RegExp(
  `\\b(?:(?<day>\\d{1,2})(?:st|nd|rd|th)?(?: of)? (?<month>${MONTHS})\\.?|(?<month2>${MONTHS})\\.? ` +
    `(?<day2>\\d{1,2})(?:st|nd|rd|th)?),? (?<year>(?:19|20)\\d\\d)\\b`,
  'i',
)
/** A zone that says something else than UTC. */
const ZONE = /[+-]\d{2}:?\d{2}\b|\b(?:[ECMP][SD]T|BST|CES?T|EES?T|IST|JST)\b/
const CLOCK = /\b(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?(?:\s?(?<half>[ap])\.?m\b)?/i

/**
 * `1:56 pm on 8 May, 2023` and `Monday, May 8, 2023 at 1:56:00 PM UTC`: where the month has its English name, nothing
 * is left to guess but the zone, which is taken to be UTC where none is written.
 */
function namedTime(text: string): number | null {
  const date = NAMED.exec(text)?.groups
  if (!date) return null
  if (ZONE.test(text)) return Date.parse(text) || null
  const month = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].indexOf(
    (date.month ?? date.month2)!.slice(0, 3).toLowerCase(),
  )
  const { hour, minute, second, half } = CLOCK.exec(text)?.groups ?? {}
  const hours = half === undefined ? Number(hour ?? 0) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  return Date.UTC(
    Number(date.year),
    month,
    Number(date.day ?? date.day2),
    hours,
    Number(minute ?? 0),
    Number(second ?? 0),
  )
}

/**
 * Seconds and milliseconds since 1970, dates as ISO 8601 writes them, and such with the English name of a month.
 * Anything else is no time: a date that could be two is not guessed.
 */
export function timeOf(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = typeof value === 'number' ? value : /^\d{9,13}(?:\.\d+)?$/.test(value) ? Number(value) : null
  if (number !== null) return number < 1e11 ? number * 1000 : number
  return /^\d{4}-\d{2}-\d{2}/.test(String(value)) ? Date.parse(String(value)) || null : namedTime(String(value))
}
