import { HearthError } from '../../common/errors/index.ts'
import { readLines } from '../core/read-lines.ts'
import type { RawItem, Skip } from './raw-item.ts'

/** `2023-05-01 12:34:56 Name`, the name with QQ's number behind it or not. */
const HEADER =
  /^\uFEFF?(\d{4})-(\d{2})-(\d{2}) (\d{1,2}):(\d{2})(?::(\d{2}))? +(\S.{0,98}?)(\((?:\d{5,12})\)|<[^<>@]{1,100}@[^<>@]{1,200}>)?$/

interface Header {
  readonly ts: number
  readonly author: string
  /** Whether QQ's number or address stands behind the name: no diary has that. */
  readonly isSure: boolean
}

/** Null where a line is none, undefined where it is one of a day or a time that does not exist. */
function headerOf(line: string): Header | null | undefined {
  const [, year, month, day, hour, minute, second = '0', author, account] = HEADER.exec(line) ?? []
  // A colon behind a name is WhatsApp's way.
  if (author === undefined || /: |^[-–—] /.test(author)) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  return new Date(time).getUTCDate() === Number(day) && new Date(time).getUTCMonth() === Number(month) - 1
    ? { ts: time, author, isSure: account !== undefined }
    : undefined
}

/**
 * WeChat and QQ chats as text: a line of time and name, and below it what was said. Times are the exporting machine's
 * wall clock. @throws HearthError DATASET_BROKEN where nobody speaks in it
 */
export async function* readTimeAndName(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  let current: { readonly header: Header; readonly lines: string[] } | null = null
  let found = false
  const item = ({ header: { ts, author }, lines }: NonNullable<typeof current>): RawItem => ({
    ts,
    zoneless: true,
    author,
    text: lines.join('\n').trim(),
    session: file,
  })
  for await (const { text, number } of readLines(path)) {
    const header = headerOf(text)
    if (header === undefined)
      throw new HearthError('DATASET_BROKEN', `${file}, line ${number}: there is no such day or time`, {
        file,
        line: number,
      })
    if (header) {
      if (current) yield item(current)
      current = { header, lines: [] }
      found = true
    } else if (current) current.lines.push(text)
    else if (text.trim() !== '') skip('text before the first message')
  }
  if (current) yield item(current)
  if (!found)
    throw new HearthError('DATASET_BROKEN', `${file} has no line of a time and a name, as WeChat and QQ write it`, {
      file,
    })
}

/** Whether a line begins as a message of such a chat does, be its day one that exists or not. */
export const looksLikeTimeAndName = (line: string): boolean => headerOf(line) !== null

/**
 * Whether a file that begins so is a chat, or a diary whose entries begin with a time and a title. In a chat, something
 * is said under each name, and names come again; where neither is plain, it is `unclear`.
 */
export async function chatOrDiary(path: string): Promise<'chat' | 'diary' | 'unclear'> {
  const names = new Set<string>()
  let [headers, empty, isSure, hasText] = [0, 0, false, true]
  for await (const { text } of readLines(path)) {
    const header = headerOf(text)
    // A day that does not exist is the reader's to refuse.
    if (header === undefined) return 'chat'
    if (!header) {
      hasText ||= text.trim() !== ''
      continue
    }
    if (headers > 0 && !hasText) empty++
    headers++
    hasText = false
    isSure ||= header.isSure
    if (names.size < 100_000) names.add(header.author)
  }
  if (!hasText) empty++
  const longNames = [...names].filter((name) => /[.!?…。！？]$/.test(name) || name.split(/\s+/).length > 5).length
  if (isSure) return 'chat'
  if (names.size === headers && (empty > 0 || longNames > 0)) return 'diary'
  return empty === 0 && longNames === 0 && names.size * 2 <= headers ? 'chat' : 'unclear'
}
