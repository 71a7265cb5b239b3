import { dateOrders, type DateOrder } from '../../common/model/data-names.ts'
import { HearthError } from '../../common/errors/index.ts'
import { readLines } from '../core/read-lines.ts'
import type { RawItem } from './raw-item.ts'

/** Marks of writing direction, which exports put before names and dates. */
const MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g
const SPACES = /[\u00a0\u202f\u2009]/g
const DATE = String.raw`(\d{1,4})[./-](\d{1,2})[./-](\d{2,4})`
const TIME = String.raw`(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?`
/** What stands between the date and the time: a comma, or a word for “at”. */
const AT = String.raw`(?:,|،|\s+à|\s+kl\.?|\s+um)?\s+`
/** The half of the day: East Asian languages write it before the time, others after it. */
const HALF_BEFORE = String.raw`(?:(上午|下午|오전|오후|午前|午後)\s?)?`
const HALF_AFTER = String.raw`\s?(a\.?\s?m\.?|p\.?\s?m\.?|AM|PM|ص|م)?`
const BEFORE_NAME = String.raw`(?:\s+-\s+|\s+–\s+|:?\s+)`
const HEADER = new RegExp(String.raw`^\[?${DATE}${AT}${HALF_BEFORE}${TIME}${HALF_AFTER}\]?${BEFORE_NAME}(.*)$`, 'iu')
const AFTERNOON = /^(?:p|م|下午|오후|午後)/iu
const MORNING = /^(?:a|ص|上午|오전|午前)/iu

/** Digits of Arabic, Persian and Devanagari writing as the ones that programs read. */
const plainDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) =>
    String((digit.codePointAt(0)! - (digit < '\u06f0' ? 0x660 : digit < '\u0966' ? 0x6f0 : 0x966)) % 10),
  )

interface Header {
  readonly parts: readonly [number, number, number]
  /** Whether the first number can only be a year. */
  readonly yearFirst: boolean
  readonly seconds: number
  readonly rest: string
}

function headerOf(line: string): Header | null {
  const found = HEADER.exec(plainDigits(line.replace(MARKS, '').replace(SPACES, ' ')))
  if (!found) return null
  const [, a, b, c, before, hour, minute, second = '0', after, rest] = found
  const half = before ?? after ?? ''
  const twelve = AFTERNOON.test(half) ? (Number(hour) % 12) + 12 : MORNING.test(half) ? Number(hour) % 12 : Number(hour)
  if (twelve > 23 || Number(minute) > 59 || Number(second) > 59) return null
  return {
    parts: [Number(a), Number(b), Number(c)],
    yearFirst: a!.length === 4,
    seconds: twelve * 3600 + Number(minute) * 60 + Number(second),
    rest: rest!,
  }
}

function dayOf({ parts: [a, b, c] }: Header, order: DateOrder): number | null {
  const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b]
  const full = year < 100 ? 2000 + year : year
  if (month < 1 || month > 12 || day < 1 || day > 31 || full < 2009 || full > 2100) return null
  const time = Date.UTC(full, month - 1, day)
  return new Date(time).getUTCDate() === day ? time : null
}

/** Tells the order of day and month over a whole file, never by a single line. */
class OrderGuess {
  readonly #possible = new Map<DateOrder, { last: number; backwards: number }>(
    dateOrders.map((order) => [order, { last: -Infinity, backwards: 0 }]),
  )

  see(header: Header): void {
    for (const [order, state] of this.#possible) {
      const day = header.yearFirst === (order === 'ymd') ? dayOf(header, order) : null
      if (day === null) {
        this.#possible.delete(order)
        continue
      }
      // Exports are in the order of time: an order under which time runs backwards is not theirs.
      if (day + header.seconds * 1000 < state.last - 86_400_000) state.backwards++
      state.last = Math.max(state.last, day + header.seconds * 1000)
    }
  }

  /** @throws HearthError AMBIGUOUS_DATES where both fit: it is asked, never guessed */
  decide(file: string): DateOrder {
    const [first, ...others] = [...this.#possible].sort((a, b) => a[1].backwards - b[1].backwards)
    if (!first)
      throw new HearthError('DATASET_BROKEN', `${file}: its dates fit no order of day, month and year`, { file })
    if (others.length > 0 && others[0]![1].backwards === first[1].backwards)
      throw new HearthError(
        'AMBIGUOUS_DATES',
        `${file}: its dates can be read as day/month and as month/day; say which`,
        { file },
      )
    return first[0]
  }
}

const OMITTED =
  /^(?:<.{2,60}>|.{0,40}(?:omitted|weggelassen|ausgeschlossen|omis|omitido|omessa|weggelaten|省略|未包含).{0,20})$/iu

/** A chat that WhatsApp exported as text, in any of its languages. Times are the exporting phone's wall clock. */
export async function* readWhatsApp(
  path: string,
  file: string,
  wanted: DateOrder | null,
  skipped: (why: string) => void,
): AsyncGenerator<RawItem> {
  let order = wanted
  if (!order) {
    const guess = new OrderGuess()
    let seen = 0
    for await (const { text } of readLines(path)) {
      const header = headerOf(text)
      if (header) guess.see(header)
      if (header) seen++
    }
    if (seen === 0)
      throw new HearthError('DATASET_BROKEN', `${file} has no line that begins like a WhatsApp message`, { file })
    order = guess.decide(file)
  }
  let current: { ts: number; author: string; text: string; session: string } | null = null
  for await (const { text, number } of readLines(path)) {
    const header = headerOf(text)
    if (!header) {
      if (current) current.text += `\n${text}`
      else if (text.trim() !== '') skipped('text before the first message')
      continue
    }
    if (current) yield current
    current = null
    const day = dayOf(header, order)
    if (day === null)
      throw new HearthError('DATASET_BROKEN', `${file}, line ${number}: its date does not fit the order ${order}`, {
        file,
        line: number,
      })
    const split = /^([^:]{1,100}): ([\s\S]*)$/.exec(header.rest)
    if (!split) skipped('notices of the app')
    else if (OMITTED.test(split[2]!.trim())) skipped('media that the export left out')
    else current = { ts: day + header.seconds * 1000, author: split[1]!, text: split[2]!, session: file }
  }
  if (current) yield current
}

/** Whether a line begins as a message of an exported chat does. */
export const looksLikeWhatsApp = (line: string): boolean => headerOf(line) !== null
