import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { parse } from 'csv-parse'
import * as z from 'zod'
import type { DateOrder, ImportFormat } from '../../../../common/model/data-names.ts'
import { Item } from '../../../../common/model/item.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { readJsonLines, readLines } from '../../../core/read-lines.ts'
import { looksLikeWhatsApp, readWhatsApp } from './whatsapp.ts'

export type RawItem = Omit<Item, 'id'> & { readonly id?: string }

export interface ImportOptions {
  readonly format: ImportFormat | null
  readonly dateOrder: DateOrder | null
}

/** What was left out, and why, by reason. */
export type Skipped = Map<string, number>

/** Whole JSON files are read at once, so they have a limit. */
const MOST_JSON = 512 * 2 ** 20

/** Items of a file in their order; each has an id, and one that stands there twice comes once. */
export async function* importFile(path: string, options: ImportOptions, skipped: Skipped): AsyncGenerator<Item> {
  const skip = (why: string): void => void skipped.set(why, (skipped.get(why) ?? 0) + 1)
  const file = basename(path)
  const seen = new Set<string>()
  for await (const raw of await read(path, file, options, skip)) {
    if (raw.text.trim() === '') {
      skip('without text')
      continue
    }
    const id = raw.id ?? createHash('sha256').update(JSON.stringify([raw.ts, raw.author, raw.text, raw.session])).digest('base64url').slice(0, 22)
    if (seen.has(id)) {
      skip('there already')
      continue
    }
    seen.add(id)
    yield { id, ts: raw.ts, author: raw.author, text: raw.text, session: raw.session }
  }
}

async function read(path: string, file: string, { format, dateOrder }: ImportOptions, skip: (why: string) => void): Promise<AsyncIterable<RawItem> | Iterable<RawItem>> {
  switch (format ?? (await formatOf(path, file))) {
    case 'jsonl':
      return jsonLines(path, file)
    case 'csv':
      return csv(path, file)
    case 'text':
      return paragraphs(path, file)
    case 'whatsapp':
      return readWhatsApp(path, file, dateOrder, skip)
    case 'telegram':
      return telegram(await json(path, file), file, skip)
    case 'chatgpt':
      return chatGpt(await json(path, file), file, skip)
  }
}

/** By its name, and by its beginning where the name does not tell. */
async function formatOf(path: string, file: string): Promise<ImportFormat> {
  const extension = extname(file).toLowerCase()
  if (extension === '.jsonl' || extension === '.ndjson') return 'jsonl'
  if (extension === '.csv') return 'csv'
  if (extension === '.json') {
    const value = await json(path, file)
    if (Array.isArray(value)) return 'chatgpt'
    if (value !== null && typeof value === 'object' && ('messages' in value || 'chats' in value)) return 'telegram'
    throw new HearthError('DATASET_BROKEN', `${file} is neither an export of Telegram nor of ChatGPT`, { file })
  }
  if (extension !== '.txt' && extension !== '.md') throw new HearthError('DATASET_BROKEN', `${file} is none of .jsonl, .csv, .json, .txt and .md`, { file })
  let looked = 0
  for await (const { text } of readLines(path)) {
    if (looksLikeWhatsApp(text)) return 'whatsapp'
    if (++looked >= 20) break
  }
  return 'text'
}

const Time = z.union([z.number(), z.string(), z.null()]).optional()
const Row = z.object({ id: z.union([z.string().min(1), z.number()]).optional(), ts: Time, time: Time, timestamp: Time, date: Time, author: z.string().nullish(), from: z.string().nullish(), role: z.string().nullish(), text: z.string().nullish(), content: z.string().nullish(), message: z.string().nullish(), session: z.union([z.string(), z.number()]).nullish() })

/** Seconds and milliseconds since 1970, and dates as ISO 8601 writes them. Anything else is no time: a date that could be two is not guessed. */
function timeOf(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = typeof value === 'number' ? value : /^\d{9,13}(?:\.\d+)?$/.test(value) ? Number(value) : null
  if (number !== null) return number < 1e11 ? number * 1000 : number
  return /^\d{4}-\d{2}-\d{2}/.test(String(value)) ? Date.parse(String(value)) || null : null
}

function itemOf(value: unknown, file: string, line: number): RawItem {
  const row = Row.safeParse(value)
  if (!row.success) throw new HearthError('DATASET_BROKEN', `${file}, line ${line}: ${z.prettifyError(row.error).replaceAll('\n', ' ')}`, { file, line })
  const { id, ts, time, timestamp, date, author, from, role, text, content, message, session } = row.data
  return { ...(id === undefined ? {} : { id: String(id) }), ts: timeOf(ts ?? time ?? timestamp ?? date), author: author ?? from ?? role ?? null, text: text ?? content ?? message ?? '', session: session === null || session === undefined ? file : String(session) }
}

async function* jsonLines(path: string, file: string): AsyncGenerator<RawItem> {
  for await (const { value, number } of readJsonLines(path)) yield itemOf(value, file, number)
}

async function* csv(path: string, file: string): AsyncGenerator<RawItem> {
  const parser = createReadStream(path).pipe(parse({ columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()), bom: true, trim: true, skip_empty_lines: true, delimiter: [',', ';', '\t'], max_record_size: 16 * 2 ** 20 }))
  try {
    for await (const row of parser) yield itemOf(row, file, parser.info.lines)
  } catch (error) {
    if (error instanceof HearthError) throw error
    throw new HearthError('DATASET_BROKEN', `${file}, line ${parser.info.lines}: ${messageOf(error)}`, { file, line: parser.info.lines }, { cause: error })
  }
}

async function* paragraphs(path: string, file: string): AsyncGenerator<RawItem> {
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

async function json(path: string, file: string): Promise<unknown> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  if (size > MOST_JSON) throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes, more than can be read at once`, { file })
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new HearthError('DATASET_BROKEN', `${file} is no JSON: ${messageOf(error)}`, { file }, { cause: error })
  }
}

const TelegramText = z.union([z.string(), z.array(z.union([z.string(), z.object({ text: z.string() })]))])
const TelegramMessage = z.object({ id: z.number(), type: z.string(), date_unixtime: z.string().optional(), date: z.string().optional(), from: z.string().nullish(), text: TelegramText })
const TelegramChat = z.object({ name: z.string().nullish(), id: z.number().optional(), messages: z.array(z.unknown()) })
const TelegramExport = z.union([z.object({ chats: z.object({ list: z.array(TelegramChat) }) }), TelegramChat])

function* telegram(value: unknown, file: string, skip: (why: string) => void): Generator<RawItem> {
  const parsed = TelegramExport.safeParse(value)
  if (!parsed.success) throw new HearthError('DATASET_BROKEN', `${file} is no export of Telegram`, { file })
  for (const chat of 'chats' in parsed.data ? parsed.data.chats.list : [parsed.data]) {
    for (const entry of chat.messages) {
      const message = TelegramMessage.safeParse(entry)
      if (!message.success || message.data.type !== 'message') {
        skip('notices of the app')
        continue
      }
      const { id, date_unixtime, date, from, text } = message.data
      const session = chat.name ?? String(chat.id ?? file)
      yield { id: `${chat.id ?? session}/${id}`, ts: timeOf(date_unixtime ?? date), author: from ?? null, text: typeof text === 'string' ? text : text.map((part) => (typeof part === 'string' ? part : part.text)).join(''), session }
    }
  }
}

const ChatGptMessage = z.object({ id: z.string(), author: z.object({ role: z.string() }), create_time: z.number().nullish(), content: z.object({ parts: z.array(z.unknown()).optional() }) })
const ChatGptExport = z.array(z.object({ title: z.string().nullish(), mapping: z.record(z.string(), z.object({ message: z.unknown() })) }))

function* chatGpt(value: unknown, file: string, skip: (why: string) => void): Generator<RawItem> {
  const parsed = ChatGptExport.safeParse(value)
  if (!parsed.success) throw new HearthError('DATASET_BROKEN', `${file} is no export of ChatGPT (conversations.json)`, { file })
  for (const { title, mapping } of parsed.data) {
    const messages = Object.values(mapping).flatMap(({ message }) => {
      const found = ChatGptMessage.safeParse(message)
      return found.success ? [found.data] : []
    })
    for (const { id, author, create_time, content } of messages.toSorted((a, b) => (a.create_time ?? 0) - (b.create_time ?? 0))) {
      const text = (content.parts ?? []).filter((part) => typeof part === 'string').join('\n')
      if (author.role === 'system' || author.role === 'tool') skip('messages of the system')
      else yield { id, ts: timeOf(create_time), author: author.role, text, session: title ?? file }
    }
  }
}
