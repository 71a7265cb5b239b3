import { basename, extname } from 'node:path'
import { parse } from 'csv-parse'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { readJsonLines, readLines } from '../../../main/core/read-lines.ts'
import { parquetRows } from './parquet.ts'

export type Row = Readonly<Record<string, unknown>>

/** Limit of one row, because an endless line would otherwise fill the memory. */
const MAX_ROW_CHARACTERS = 16 * 2 ** 20

/** The rows of a JSONL, CSV or Parquet file, or of a plain text file with one row per paragraph. */
export function readRows(path: string): AsyncIterable<Row> {
  switch (extname(path).toLowerCase()) {
    case '.jsonl':
    case '.ndjson':
      return jsonLines(path)
    case '.csv':
      return csv(path)
    case '.parquet':
      return parquet(path)
    case '.txt':
    case '.md':
      return paragraphs(path)
    default:
      throw new HearthError('DATASET_BROKEN', `${basename(path)} must be a .jsonl, .csv, .parquet, .txt or .md file`, {
        file: basename(path),
      })
  }
}

const broken = (path: string, line: number | null, why: string, cause?: unknown) =>
  new HearthError(
    'DATASET_BROKEN',
    `${basename(path)}${line === null ? '' : `, line ${line}`}: ${why}`,
    { file: basename(path), ...(line === null ? {} : { line }) },
    { cause },
  )

async function* jsonLines(path: string): AsyncGenerator<Row> {
  for await (const { value, number } of readJsonLines(path)) {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw broken(path, number, 'must be a JSON object')
    yield value as Row
  }
}

async function* paragraphs(path: string): AsyncGenerator<Row> {
  let paragraph: string[] = []
  for await (const { text } of readLines(path)) {
    if (text.trim() !== '') paragraph.push(text)
    else if (paragraph.length > 0) {
      yield { text: paragraph.join('\n') }
      paragraph = []
    }
  }
  if (paragraph.length > 0) yield { text: paragraph.join('\n') }
}

async function* csv(path: string): AsyncGenerator<Row> {
  // Decoded here first: the parser would silently replace bytes that are not UTF-8.
  const parser = parse({
    columns: (header: string[]) => columnNames(header),
    delimiter: await delimiterOf(path),
    bom: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_CHARACTERS,
  })
  const room = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        parser.off('drain', done).off('close', done)
        resolve()
      }
      parser.once('drain', done).once('close', done)
    })
  const feed = async () => {
    for await (const { text } of readLines(path)) {
      // Who has seen enough rows closes the parser, and with this its file.
      if (parser.destroyed) return
      if (!parser.write(`${text}\n`)) await room()
    }
    parser.end()
  }
  feed().catch((error: Error) => parser.destroy(error))
  try {
    for await (const row of parser) yield row as Row
  } catch (error) {
    throw error instanceof HearthError ? error : broken(path, null, messageOf(error), error)
  }
}

/** @throws Error where two have one name: the later would take the earlier's place */
function columnNames(header: readonly string[]): string[] {
  const seen = new Set<string>()
  return header.map((given, index) => {
    const name = given.trim() === '' ? `column ${index + 1}` : given
    if (seen.has(name)) throw new Error(`two columns are called “${name}”; give one of them another name`)
    seen.add(name)
    return name
  })
}

const DELIMITERS = [',', ';', '\t', '|'] as const

/** What stands most often between the names of the first line; a comma where nothing does. */
async function delimiterOf(path: string): Promise<string> {
  for await (const { text } of readLines(path)) {
    const names = text.replaceAll(/"(?:[^"]|"")*"/g, '')
    const count = (mark: string) => names.split(mark).length
    return DELIMITERS.reduce((best, mark) => (count(mark) > count(best) ? mark : best))
  }
  return ','
}

async function* parquet(path: string): AsyncGenerator<Row> {
  try {
    yield* parquetRows(path)
  } catch (error) {
    throw broken(path, null, `is not a readable Parquet file: ${messageOf(error)}`, error)
  }
}
