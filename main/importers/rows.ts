import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { parse as parseAll } from 'csv-parse/sync'
import * as z from 'zod'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { readJsonLines, readLines } from '../core/read-lines.ts'
import { timeOf, type RawItem, type Skip } from './raw-item.ts'

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

const isClock = (value: unknown): value is string => typeof value === 'string' && /^\d{1,2}:\d{2}/.test(value)

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
    // A day and a clock may have a column each.
    ...timeOf(ts ?? timestamp ?? (isClock(time) && date ? `${date} ${time}` : (time ?? date))),
    author: author ?? from ?? role ?? null,
    text: text ?? content ?? message ?? '',
    session: session === null || session === undefined ? file : String(session),
  }
}

/** One JSON object a line. */
export async function* readJsonl(path: string, file: string): AsyncGenerator<RawItem> {
  for await (const { value, number } of readJsonLines(path)) yield itemOf(value, file, number)
}

const DELIMITERS = [',', ';', '\t', '|'] as const
/** Names of a stranger’s that are said one by one. */
const MOST_NAMED = 20
const TEXTS = ['text', 'content', 'message']

/** The cells of one line, quotes taken off. */
const cellsOf = (line: string, delimiter: string): string[] => {
  try {
    const cells = parseAll(line, { delimiter, relax_column_count: true, trim: true }) as string[][]
    return (cells[0] ?? []).map((name) => name.trim().toLowerCase())
  } catch {
    // Quotes that close before the delimiter: it is another one.
    return []
  }
}

/**
 * What stands between the columns: whatever makes the most names that are known of a table's first line. A text may
 * hold any of the others. @throws HearthError DATASET_BROKEN where none of them makes a column of texts
 */
async function layoutOf(path: string, file: string): Promise<{ delimiter: string; first: number }> {
  for await (const { text, number } of readLines(path)) {
    if (text.trim() === '') continue
    // Excel's own way to say it.
    const said = /^"?sep=(.)"?$/i.exec(text.trim())?.[1]
    if (said !== undefined && number === 1) return { delimiter: text.trim() === 'sep=' ? '\t' : said, first: 2 }
    const known = DELIMITERS.map((delimiter) => {
      const names = cellsOf(text, delimiter)
      return { delimiter, names, count: names.filter((name) => name in Row.shape).length }
    })
    const best = known.reduce((most, other) => (other.count > most.count ? other : most))
    if (!best.names.some((name) => TEXTS.includes(name)))
      throw new HearthError(
        'DATASET_BROKEN',
        `${file} begins with “${text.trim().slice(0, 120)}”; its first line must name the columns, one of them text, ` +
          'content or message',
        { file },
      )
    return { delimiter: best.delimiter, first: number }
  }
  throw new HearthError('DATASET_BROKEN', `${file} is empty`, { file })
}

/** A table with names in its first line (RFC 4180, any usual separator). */
export async function* readCsv(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  const { delimiter, first } = await layoutOf(path, file)
  const lines = async function* (): AsyncGenerator<string> {
    for await (const { text, number } of readLines(path)) yield number < first ? '\n' : `${text}\n`
  }
  const parser = Readable.from(lines()).pipe(
    parse({
      columns: (given: string[]) => {
        const names = given.map((name) => name.trim().toLowerCase())
        const seen = new Set<string>()
        const twice = names.find((name) => name !== '' && seen.size === seen.add(name).size)
        if (twice !== undefined)
          throw new HearthError('DATASET_BROKEN', `${file} has two columns named “${twice.slice(0, 100)}”`, { file })
        for (const [at, name] of names.filter((it) => !(it in Row.shape)).entries())
          skip(
            at < MOST_NAMED
              ? `the column “${name.slice(0, 100)}”, which is not read`
              : 'more columns, which are not read',
          )
        return names
      },
      trim: true,
      skip_empty_lines: true,
      delimiter,
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
