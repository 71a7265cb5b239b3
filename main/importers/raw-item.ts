import type { Item } from '../../common/model/item.ts'

/** When something was: an instant, or what a clock showed in a zone that the file does not name. */
export interface When {
  /** Milliseconds since 1970; those of a clock without a zone as if it stood in UTC. */
  readonly ts: number | null
  readonly zoneless?: boolean
  /** Whether something is written there that is no time which can be read. */
  readonly unread?: boolean
}
/** An item as a format gives it; one without an id gets the hash of what it holds. */
export type RawItem = Omit<Item, 'id' | 'ts'> & When & { readonly id?: string }
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
/** Hours and minutes that a zone is ahead of UTC, as digits. */
const OFFSET = /(?:\b(?:UTC|GMT)\s?([+-])(\d{1,2})(?::?(\d{2}))?|([+-])(\d{2}):?(\d{2}))\b/
/** Names of zones; those of America alone are what Date.parse has always taken for one place. */
const NAMED_ZONE = /\b(?:UTC|GMT|[ECMP][SD]T|BST|CES?T|EES?T|WES?T|MSK|IST|JST|KST|SGT|HKT|A[EC][SD]T)\b/
const AMERICA: Readonly<Record<string, number>> = { E: -5, C: -6, M: -7, P: -8 }
const CLOCK = /\b(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?(?:\s?(?<half>[ap])\.?m\b)?/i

/** Milliseconds that the zone named in a text is ahead of UTC; null where it names none, NaN where it is not known. */
function offsetOf(text: string): number | null {
  const [, sign, hours, minutes, sign2, hours2, minutes2] = OFFSET.exec(text) ?? []
  if (hours !== undefined || hours2 !== undefined)
    return (
      ((sign ?? sign2) === '-' ? -1 : 1) *
      (Number(hours ?? hours2) * 3_600_000 + Number(minutes ?? minutes2 ?? 0) * 60_000)
    )
  const name = NAMED_ZONE.exec(text)?.[0]
  if (name === undefined) return null
  if (name === 'UTC' || name === 'GMT') return 0
  const hour = /^[ECMP][SD]T$/.test(name) ? AMERICA[name.charAt(0)] : undefined
  return hour === undefined ? NaN : (hour + (name.charAt(1) === 'D' ? 1 : 0)) * 3_600_000
}

/**
 * `1:56 pm on 8 May, 2023` and `Monday, May 8, 2023 at 1:56:00 PM UTC`: where the month has its English name, nothing
 * is left to guess but the zone.
 */
function namedTime(text: string): When | null {
  const date = NAMED.exec(text)?.groups
  if (!date) return null
  const month = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].indexOf(
    (date.month ?? date.month2 ?? '').slice(0, 3).toLowerCase(),
  )
  const clock = CLOCK.exec(text)?.groups
  const { hour, minute, second, half } = clock ?? {}
  const hours = half === undefined ? Number(hour ?? 0) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  const day = Number(date.day ?? date.day2)
  const ts = Date.UTC(Number(date.year), month, day, hours, Number(minute ?? 0), Number(second ?? 0))
  if (hours > 23 || new Date(Date.UTC(Number(date.year), month, day)).getUTCDate() !== day) return null
  const offset = clock ? offsetOf(text) : 0
  return offset === null ? { ts, zoneless: true } : { ts: instant(ts - offset) }
}

const instant = (time: number): number | null => (Number.isNaN(time) ? null : time)
/** `2024-07-02T03:04:05.123+02:00`, with a space instead of the T, without the zone, or the day alone. */
const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i

function isoTime(text: string): When | null {
  const [, day, clock, zone] = ISO.exec(text) ?? []
  // Date.parse makes 1 March of 30 February.
  const midnight = Date.parse(day ?? '')
  if (day === undefined || Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return null
  if (clock === undefined) return { ts: midnight }
  const padded = clock.replace(/^\d:/, '0$&').replace(',', '.')
  const offset = /^[+-]/.test(zone ?? '')
    ? `${zone}`.replace(/^(...):?(\d\d)?$/, (_, h, m) => `${h}:${m ?? '00'}`)
    : 'Z'
  const ts = instant(Date.parse(`${day}T${padded}${offset}`))
  return zone === undefined && ts !== null ? { ts, zoneless: true } : { ts }
}

/** A number tells by its size in which unit it counts from 1970: seconds, or thousandths of them and less. */
const millisecondsOf = (count: number): number => (count < 1e11 ? 1000 : count < 1e14 ? 1 : count < 1e17 ? 1e-3 : 1e-6)

/** No program and nobody writes a time in more characters. */
const LONGEST_TIME = 200

/**
 * Seconds and milliseconds since 1970, dates as ISO 8601 writes them, and such with the English name of a month.
 * Anything else is no time: a date that could be two is not guessed. A day alone is its midnight in UTC.
 */
export function timeOf(value: string | number | null | undefined): When {
  if (value === null || value === undefined || value === '') return { ts: null }
  const number = typeof value === 'number' ? value : /^\d{9,13}(?:\.\d+)?$/.test(value) ? Number(value) : null
  if (number !== null) return { ts: Math.round(number * millisecondsOf(number)) }
  const text = String(value).trim()
  if (text.length > LONGEST_TIME) return { ts: null, unread: true }
  const when = isoTime(text) ?? namedTime(text)
  return when && when.ts !== null ? when : { ts: null, unread: true }
}
