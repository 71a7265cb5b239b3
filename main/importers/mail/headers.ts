import { isUtf8 } from 'node:buffer'
import { addressParser } from 'postal-mime'
import { decodeText } from './charset.ts'

/** Names in lower case and the first value of each, a byte a letter. */
export type Headers = ReadonlyMap<string, string>

const NAME = /^([!-9;-~]{1,200})[ \t]*:/
/** Not what else JavaScript takes for space: a byte of 160 is half of a letter. */
const SPACE = /^[ \t]+/
/** A mailbox's program leaves these before or amid the headers. */
const STRAY = /^>?From /

/** The headers at the beginning of a message or part, and where its body begins. */
export function readHeaders(bytes: Buffer): { headers: Headers; body: number } {
  const lines: string[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at)
    const next = end < 0 ? bytes.length : end + 1
    const line = bytes.toString('latin1', at, end < 0 ? next : end).replace(/\r$/, '')
    if (line === '') {
      at = next
      break
    }
    if (/^[ \t]/.test(line) && lines.length > 0) lines.push(` ${line.replace(SPACE, '')}`)
    else if (NAME.test(line)) lines.push(`\n${line}`)
    // A part that begins with no header is all body; amid headers, a broken line is no reason to lose the rest.
    else if (lines.length === 0 && !STRAY.test(line)) break
    at = next
  }
  const headers = new Map<string, string>()
  for (const line of lines.join('').split('\n')) {
    const name = NAME.exec(line)
    const key = name?.[1]?.toLowerCase()
    if (name && key && !headers.has(key)) headers.set(key, line.slice(name[0].length).replace(SPACE, ''))
  }
  return { headers, body: at }
}

const WORD = /=\?([^?\s*]{1,80})(?:\*[^?\s]{0,40})?\?([bq])\?([^?]*)\?=/gi

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64')
  return Buffer.from(
    text
      .replaceAll('_', ' ')
      .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

/**
 * Puts text in the place of encoded words (RFC 2047). Words of one charset that stand together are decoded together:
 * a letter may lie in two of them.
 */
function replaceWords(value: string, render: (text: string) => string): string {
  const runs: { from: number; to: number; charset: string; raw: string; bytes: Buffer[] }[] = []
  for (const { 0: raw, 1: charset = '', 2: encoding = '', 3: text = '', index: from } of value.matchAll(WORD)) {
    const [last, bytes] = [runs.at(-1), wordBytes(encoding, text)]
    const joins = last?.charset === charset.toLowerCase() && value.slice(last.to, from).trim() === ''
    if (last && joins) {
      last.raw += raw
      last.bytes.push(bytes)
      last.to = from + raw.length
    } else runs.push({ from, to: from + raw.length, charset: charset.toLowerCase(), raw, bytes: [bytes] })
  }
  let [made, at] = ['', 0]
  for (const { from, to, charset, raw, bytes } of runs) {
    const between = value.slice(at, from)
    const text = decodeText(Buffer.concat(bytes), charset)
    // Spaces between two words are the line's, not the text's.
    made += (at > 0 && between.trim() === '' ? '' : between) + render(text ?? raw)
    at = to
  }
  return made + value.slice(at)
}

/** Letters that stand in a header as they are: UTF-8 (RFC 6532), or what the message is written in. */
function letters(value: string, charset: string | null): string {
  const bytes = Buffer.from(value, 'latin1')
  return (isUtf8(bytes) ? null : decodeText(bytes, charset)) ?? decodeText(bytes, null) ?? value
}

/** A header's text. @param charset what the message is written in */
export const headerText = (value: string, charset: string | null): string =>
  replaceWords(letters(value, charset), (text) => text).trim()

/** Who wrote a message: the name, or the address where there is none. */
export function authorOf(value: string, charset: string | null): string | null {
  const inUtf8 = replaceWords(
    letters(value, charset),
    (text) => `=?utf-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`,
  )
  const [from] = addressParser(inUtf8)
  return from?.name || from?.address || null
}

/** A value in lower case with what stands behind it: `text/plain; charset=utf-8`. */
export interface Structured {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}
const PARAMETER = /;\s*([^=;\s]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g

/** Parameters may be cut into several and encoded (RFC 2231). Here they are a byte a letter: none has others. */
export function structured(value: string | undefined): Structured {
  const sections = new Map<string, string[]>()
  const head = value?.indexOf(';') ?? -1
  for (const [, name = '', quoted, bare] of (value ?? '').matchAll(PARAMETER)) {
    const [, key = '', number = '0', encoded] = /^([^*]+)(?:\*(\d{1,3}))?(\*)?$/.exec(name.toLowerCase()) ?? []
    const said = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare?.trim().split(/[\s(]/)[0] ?? ''
    const text = encoded
      ? said
          .replace(/^[^']{0,80}'[^']{0,80}'/, '')
          .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : said
    const known = sections.get(key) ?? []
    known[Number(number)] ??= text
    sections.set(key, known)
  }
  return {
    value: /[\w.+-]+(?:\/[\w.+-]+)?/.exec(value?.slice(0, head < 0 ? undefined : head) ?? '')?.[0].toLowerCase() ?? '',
    parameters: new Map([...sections].map(([key, parts]) => [key, parts.join('')])),
  }
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAY = String.raw`(\d{1,2})[ -]+([a-z]{3})[a-z]*[ -]+(\d{2,4})`
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}))?`
const ZONE = String.raw`(?:(?:gmt|utc)(?=[+-]))?([+-]\d{2}:?\d{2}|[a-z]{1,4})?`
const DATE = new RegExp(String.raw`${DAY}[ ,]+${CLOCK}\s*${ZONE}`, 'i')
/** Hours of the zones that RFC 5322 (4.3) still knows by a name. */
const ZONES: Readonly<Record<string, number>> = {
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
}

/** When a message was sent; a zone that it does not say, or by a name that nobody knows, is UTC (RFC 5322, 4.3). */
export function dateOf(value: string | undefined): number | null {
  const [, day, name, written, hour, minute, second = '0', zone = ''] = DATE.exec(value ?? '') ?? []
  const month = MONTHS.indexOf(name?.toLowerCase() ?? '')
  if (month < 0) return null
  const short = Number(written)
  const year = short < 50 ? 2000 + short : short < 1000 ? 1900 + short : short
  const numbered = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  const ahead = numbered
    ? (numbered[1] === '-' ? -1 : 1) * (60 * Number(numbered[2]) + Number(numbered[3]))
    : 60 * (ZONES[zone.toLowerCase()] ?? 0)
  return Date.UTC(year, month, Number(day), Number(hour), Number(minute), Number(second)) - 60_000 * ahead
}
