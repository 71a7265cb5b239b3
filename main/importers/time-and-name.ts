import { readLines } from '../core/read-lines.ts'
import type { RawItem } from './raw-item.ts'

/** `2023-05-01 12:34:56 Name`, the name with QQ's number behind it or not. */
const HEADER =
  /^\uFEFF?(\d{4})-(\d{2})-(\d{2}) (\d{1,2}):(\d{2})(?::(\d{2}))? +(\S.{0,98}?)(?:\((?:\d{5,12})\)|<[^<>]+@[^<>]+>)?$/

interface Header {
  readonly ts: number
  readonly author: string
}

function headerOf(line: string): Header | null {
  const [, year, month, day, hour, minute, second = '0', author] = HEADER.exec(line) ?? []
  // A colon behind a name is WhatsApp's way.
  if (author === undefined || /: /.test(author) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return null
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  return new Date(time).getUTCDate() === Number(day) && new Date(time).getUTCMonth() === Number(month) - 1
    ? { ts: time, author }
    : null
}

/**
 * WeChat and QQ chats as text: a line of time and name, and below it what was said. Times are the exporting machine's
 * wall clock.
 */
export async function* readTimeAndName(
  path: string,
  file: string,
  skipped: (why: string) => void,
): AsyncGenerator<RawItem> {
  let current: { readonly header: Header; readonly lines: string[] } | null = null
  const item = ({ header, lines }: NonNullable<typeof current>): RawItem => ({
    ...header,
    text: lines.join('\n').trim(),
    session: file,
  })
  for await (const { text } of readLines(path)) {
    const header = headerOf(text)
    if (header) {
      if (current) yield item(current)
      current = { header, lines: [] }
    } else if (current) current.lines.push(text)
    else if (text.trim() !== '') skipped('text before the first message')
  }
  if (current) yield item(current)
}

/** Whether a line begins as a message of such a chat does. */
export const looksLikeTimeAndName = (line: string): boolean => headerOf(line) !== null
