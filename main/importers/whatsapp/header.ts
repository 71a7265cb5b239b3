import { hourOfDay } from './locale-words.ts'

/** Marks of writing direction, which exports put before names and dates. */
const MARK = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/
export const MARKS = new RegExp(MARK, 'g')
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/
/** The zeros of the scripts whose digits phones write. */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
  0x1040, 0x17e0, 0x1810, 0xff10,
]
const LONGEST_HEADER = 90
/** Most lines are none: they are told by their first letters. */
const BLANKS = String.raw`[\s${MARK.source.slice(1, -1)}]*`
const BEGINS = new RegExp(String.raw`^${BLANKS}(?:\[${BLANKS})?\p{Nd}`, 'u')

const DATE = String.raw`(\d{1,4})\s?([./\-–年년])\s?(\d{1,2})\s?[./\-–月월]\s?(\d{1,4})(?:\s?[日일]|\.(?!\d))?`
const TIME = String.raw`(\d{1,2})(?:[:.]|\s?h\s?|時|시\s?)(\d{2})(?:(?:[:.]|\s?min\s?|分|분\s?)(\d{2})(?:\s?s(?=[\s\]]))?)?`
/** Up to five words that hold no digit; each has a space behind it, so that there is one way to read them. */
const WORD = String.raw`[^\d[\]:\s\-–—][^\d[\]:\s]{0,19}`
const WORDS = String.raw`(?:${WORD}\s){0,4}(?:${WORD})?`
const DATE_FIRST = new RegExp(String.raw`^${DATE}((?:[,،、;]\s?|\s|(?<=[日일.]))\(?${WORDS})${TIME}(\s?${WORDS})`, 'iu')
const TIME_FIRST = new RegExp(String.raw`^${TIME}(\s?${WORDS}[,،]?\s?)${DATE}()`, 'iu')
const END = /^(\]\s?|\s*[-–—]\s|:\s)/u

export interface Header {
  readonly parts: readonly [number, number, number]
  /** Whether the first number can only be a year. */
  readonly yearFirst: boolean
  readonly seconds: number
  /** How it is put together; a chat keeps to one way, and what is pasted into a message often has another. */
  readonly form: string
  /** Whether it shows seconds, as iPhones write between brackets. */
  readonly exact: boolean
  /** What follows, as it was written. */
  readonly rest: string
}

/** Letter by letter as programs read it, and where each letter stood. */
function readable(line: string): { readonly text: string; readonly at: readonly number[] } {
  let text = ''
  const at: number[] = []
  for (let i = 0; i < line.length && text.length < LONGEST_HEADER; i++) {
    const letter = line.charAt(i)
    const code = letter.charCodeAt(0)
    const zero = code < 0x660 ? undefined : ZEROS.find((start) => code >= start && code < start + 10)
    if (zero !== undefined) text += String(code - zero)
    else if (code < 0x80) text += letter
    else if (MARK.test(letter)) continue
    else text += SPACE.test(letter) ? ' ' : letter
    at.push(i)
  }
  return { text, at }
}

/** What a message begins with, in any of WhatsApp’s languages; null where a line begins otherwise. */
export function headerOf(line: string): Header | null {
  if (!BEGINS.test(line)) return null
  const { text, at } = readable(line)
  const bracket = text.startsWith('[')
  const inner = bracket ? text.slice(1).trimStart() : text
  const found = datedClock(inner)
  if (!found) return null
  const end = END.exec(inner.slice(found.length))
  // “10:05 - Ana” ends with a dash, “[10:05] Ana” with a bracket, the oldest iPhones with a colon.
  if (!end || bracket !== end[0].startsWith(']')) return null
  const begins = at[text.length - inner.length + found.length + end[0].length] ?? line.length
  const kind = bracket ? 'brackets' : end[0].startsWith(':') ? 'colon' : 'dash'
  return {
    parts: found.parts,
    yearFirst: found.yearFirst,
    seconds: found.seconds,
    form: `${kind}${found.timeFirst ? ', time first' : ''}`,
    exact: found.exact,
    rest: line.slice(begins),
  }
}

interface DatedClock extends Pick<Header, 'parts' | 'yearFirst' | 'seconds' | 'exact'> {
  readonly length: number
  readonly timeFirst: boolean
}

function datedClock(text: string): DatedClock | null {
  const first = DATE_FIRST.exec(text)
  const second = first ? null : TIME_FIRST.exec(text)
  const found = first ?? second
  if (!found) return null
  const [whole] = found
  const [year, mark, month, day, between, hour, minute, second60, after] = (
    first ? found.slice(1) : [...found.slice(5, 9), found[4], ...found.slice(1, 4), found[9]]
  ) as (string | undefined)[]
  const hours = hourOfDay(Number(hour), [between ?? '', after ?? ''])
  if (hours === null || Number(minute) > 59 || Number(second60 ?? 0) > 59) return null
  return {
    parts: [Number(year), Number(month), Number(day)],
    // Korean phones write “23. 12. 31. 오후 10:05”.
    yearFirst: (year ?? '').length === 4 || /[年년]/.test(mark ?? '') || /오전|오후/.test(`${between}${after}`),
    seconds: hours * 3600 + Number(minute) * 60 + Number(second60 ?? 0),
    exact: second60 !== undefined,
    length: whole.trimEnd().length,
    timeFirst: !first,
  }
}

/** `Ana: hello` behind a header, or null where nobody speaks. */
export function speakerOf(rest: string): { readonly author: string; readonly text: string } | null {
  const [, name, text = ''] = /^([^:]{1,100}):(?:[ \u00a0\u202f]([\s\S]*))?$/.exec(rest) ?? []
  const author = name
    ?.replace(MARKS, '')
    .replace(/\s/g, ' ')
    // A tilde stands before names that the phone’s owner has not saved.
    .replace(/^~ ?/, '')
    .trim()
  return author ? { author, text } : null
}

const CLOCK = /\d{1,2}\s?[:.h時시]\s?\d{2}/
/** Whether a line begins as messages of some chat do, in whatever form: early on a clock, then somebody’s name. */
export function looksLikeMessage(line: string): boolean {
  const { text } = readable(line)
  const clock = /^[[(]?[\d\p{L}]/u.test(text) ? CLOCK.exec(text) : null
  if (!clock || clock.index > 40) return false
  const before = text.slice(0, clock.index)
  const after = text.slice(clock.index + clock[0].length)
  // Prose has many letters before a clock, or none of the figures of a date.
  return (
    (/^[[(]?\d/.test(text) || /\d/.test(before)) && before.replace(/\P{L}/gu, '').length <= 20 && / ?: ?\S/.test(after)
  )
}
