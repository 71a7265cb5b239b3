import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import * as z from 'zod'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { readJsonLines, readLines } from '../core/read-lines.ts'
import { timeOf, type RawItem } from './raw-item.ts'

const Time = z.union([z.number(), z.string(), z.null()]).optional()
const Row = z.object({
  id: z.union([z.string().min(1), z.number()]).optional(),
  ts: Time,
  time: Time,
  timestamp: Time,
  date: Time,
  author: z.string().nullish(),
  from: z.string().nullish(),
  role: z.string().nullish(),
  text: z.string().nullish(),
  content: z.string().nullish(),
  message: z.string().nullish(),
  session: z.union([z.string(), z.number()]).nullish(),
})

function itemOf(value: unknown, file: string, line: number): RawItem {
  const row = Row.safeParse(value)
  if (!row.success)
    throw new HearthError(
      'DATASET_BROKEN',
      `${file}, line ${line}: ${z.prettifyError(row.error).replaceAll('\n', ' ')}`,
      { file, line },
    )
  const { id, ts, time, timestamp, date, author, from, role, text, content, message, session } = row.data
  return {
    ...(id === undefined ? {} : { id: String(id) }),
    ts: timeOf(ts ?? time ?? timestamp ?? date),
    author: author ?? from ?? role ?? null,
    text: text ?? content ?? message ?? '',
    session: session === null || session === undefined ? file : String(session),
  }
}

/** One JSON object a line. */
export async function* readJsonl(path: string, file: string): AsyncGenerator<RawItem> {
  for await (const { value, number } of readJsonLines(path)) yield itemOf(value, file, number)
}

/** A table with names in its first line (RFC 4180, any usual separator). */
export async function* readCsv(path: string, file: string): AsyncGenerator<RawItem> {
  const parser = createReadStream(path).pipe(
    parse({
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      bom: true,
      trim: true,
      skip_empty_lines: true,
      delimiter: [',', ';', '\t'],
      max_record_size: 16 * 2 ** 20,
    }),
  )
  try {
    for await (const row of parser) yield itemOf(row, file, parser.info.lines)
  } catch (error) {
    if (error instanceof HearthError) throw error
    throw new HearthError(
      'DATASET_BROKEN',
      `${file}, line ${parser.info.lines}: ${messageOf(error)}`,
      { file, line: parser.info.lines },
      { cause: error },
    )
  }
}

/** Text, one item a paragraph. */
export async function* readParagraphs(path: string, file: string): AsyncGenerator<RawItem> {
  let held: string[] = []
  const item = (): RawItem => ({ ts: null, author: null, text: held.join('\n'), session: file })
  for await (const { text } of readLines(path)) {
    if (text.trim() !== '') held.push(text)
    else if (held.length > 0) {
      yield item()
      held = []
    }
  }
  if (held.length > 0) yield item()
}
