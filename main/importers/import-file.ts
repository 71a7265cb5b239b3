import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { DateOrder, ImportFormat } from '../../common/model/data-names.ts'
import type { Item } from '../../common/model/item.ts'
import { HearthError } from '../../common/errors/index.ts'
import { clockOf, isTimeZone } from '../../common/model/time-zone.ts'
import { chatOrText } from './chat-or-text.ts'
import { filesBelow, filesOf, type Wanted } from './archive.ts'
import { readJsonExport } from './json-exports/index.ts'
import { readHtml } from './html.ts'
import { readEml, readMbox } from './mail/index.ts'
import { readMarkdown } from './markdown.ts'
import { readPdf } from './pdf.ts'
import type { RawItem, RawItems, Skip } from './raw-item.ts'
import { readCsv, readJsonl, readParagraphs } from './rows.ts'
import { readTimeAndName } from './time-and-name.ts'
import { readWhatsApp } from './whatsapp/read-whatsapp.ts'

export interface ImportOptions {
  readonly format: ImportFormat | null
  readonly dateOrder: DateOrder | null
  /** Where the clock stood by which times without a zone were written; null reads them as UTC. */
  readonly zone?: string | null | undefined
}

const TEXTS: Wanted = {
  extensions: new Set([
    '.txt',
    '.md',
    '.json',
    '.jsonl',
    '.ndjson',
    '.csv',
    '.js',
    '.mbox',
    '.eml',
    '.pdf',
    '.html',
    '.htm',
  ]),
  otherwise: 'files without text',
}

/** Nobody writes as much at once: the Bible has four times as many. */
const LONGEST_TEXT = 2 ** 20

/** What was left out, and why, by reason. */
export type Skipped = Map<string, number>
export const skipIn =
  (skipped: Skipped): Skip =>
  (why) =>
    void skipped.set(why, (skipped.get(why) ?? 0) + 1)

/** Items of a file in their order; each has an id, and one that stands there twice comes once. */
export async function* importFile(path: string, options: ImportOptions, skipped: Skipped): AsyncGenerator<Item> {
  const skip = skipIn(skipped)
  const seen = new Set<string>()
  if (options.zone && !isTimeZone(options.zone))
    throw new HearthError('BAD_INPUT', `there is no time zone ${options.zone}; one is written like Europe/Vienna`)
  const clock = options.zone ? clockOf(options.zone) : null
  for await (const raw of itemsOf(path, basename(path), options, skip)) {
    if (raw.text.trim() === '') {
      skip('without text')
      continue
    }
    if (raw.text.length > LONGEST_TEXT) {
      skip(`texts longer than ${LONGEST_TEXT} characters`)
      continue
    }
    if (raw.unread) skip('times that cannot be read, left open')
    if (raw.zoneless && !clock) skip('times without a zone, read as UTC')
    const ts = raw.zoneless && clock && raw.ts !== null ? clock(raw.ts) : raw.ts
    const id =
      raw.id ??
      createHash('sha256')
        .update(JSON.stringify([ts, raw.author, raw.text, raw.session]))
        .digest('base64url')
        .slice(0, 22)
    if (seen.has(id)) {
      skip('there already')
      continue
    }
    seen.add(id)
    yield { id, ts, author: raw.author, text: raw.text, session: raw.session }
  }
  if (seen.size === 0)
    throw new HearthError(
      'DATASET_BROKEN',
      [`${basename(path)} holds nothing that can be read`, ...[...skipped].map(([why, n]) => `${n} ${why}`)].join('; '),
      { file: basename(path) },
    )
}

/** A file's items, or those of every file in an archive or a folder. What lies there beside exports is passed over. */
async function* itemsOf(path: string, file: string, options: ImportOptions, skip: Skip): AsyncGenerator<RawItem> {
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  )
  if (!isFolder && extname(file).toLowerCase() !== '.zip') {
    yield* await read(path, file, options, skip)
    return
  }
  let found = 0
  for await (const entry of isFolder ? filesBelow(path, TEXTS, skip) : filesOf(path, file, TEXTS, skip)) {
    const before = found
    try {
      // What a person said of a text in an archive is not true of the tables beside it.
      const format = extname(entry.name).toLowerCase() !== '.txt' && ofTexts.has(options.format) ? null : options.format
      for await (const item of await read(entry.path, entry.name, { ...options, format }, skip)) {
        found++
        yield item
      }
    } catch (error) {
      // Settings and indexes lie beside the chats; only what a person must decide ends the import.
      if (!(error instanceof HearthError) || error.code !== 'DATASET_BROKEN') throw error
      skip(found > before ? 'files that break off' : 'files that are no export')
    }
  }
  if (found === 0) throw new HearthError('DATASET_BROKEN', `${file} holds no export that can be read`, { file })
}

/** What may be said of a text file that does not tell. */
const ofTexts: ReadonlySet<ImportFormat | null> = new Set(['text', 'whatsapp', 'wechat'] as const)
const byExtension: Readonly<Record<string, ImportFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.mbox': 'mbox',
  '.eml': 'eml',
  '.pdf': 'pdf',
  '.md': 'markdown',
  '.html': 'html',
  '.htm': 'html',
}

async function read(path: string, file: string, options: ImportOptions, skip: Skip): Promise<RawItems> {
  const extension = extname(file).toLowerCase()
  const chosen =
    options.format ?? byExtension[extension] ?? (extension === '.txt' ? await chatOrText(path, file) : null)
  switch (chosen) {
    case 'jsonl':
      return readJsonl(path, file)
    case 'csv':
      return readCsv(path, file, skip)
    case 'mbox':
      return readMbox(path, file, skip)
    case 'eml':
      return readEml(path, file, skip)
    case 'pdf':
      return readPdf(path, file, skip)
    case 'text':
      return readParagraphs(path, file)
    case 'markdown':
      return readMarkdown(path, file)
    case 'html':
      return readHtml(path, file, skip)
    case 'wechat':
      return readTimeAndName(path, file, skip)
    case 'whatsapp':
      return readWhatsApp(path, file, options.dateOrder, skip)
    case null:
      if (extension !== '.json' && extension !== '.js')
        throw new HearthError(
          'DATASET_BROKEN',
          `${file} is none of ${[...Object.keys(byExtension), '.json', '.js', '.txt'].join(', ')} and .zip`,
          { file },
        )
      return readJsonExport(path, file, null, skip)
    default:
      return readJsonExport(path, file, chosen, skip)
  }
}
