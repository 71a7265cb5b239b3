import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { asDiskError } from '../core/files.ts'
import type { Skip } from './raw-item.ts'

/** A bomb grows a thousandfold; texts that people write do not grow a hundredfold. */
const MOST_GROWTH = 200
const MOST_BYTES = 8 * 2 ** 30
const MOST_ENTRIES = 200_000
/** Names of files that may hold texts. */
export const readable = new Set(['.txt', '.md', '.json', '.jsonl', '.ndjson', '.csv', '.js', '.mbox', '.eml', '.pdf'])

const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open)

/**
 * The files of an archive that may hold texts, one after the other, each laid down under a name of ours: names within an
 * archive may lead anywhere. Whatever an entry claims, no more is unpacked than the limits allow.
 */
export async function* filesOf(path: string, file: string, skip: Skip): AsyncGenerator<{ path: string; name: string }> {
  const zip = await openZip(path, { lazyEntries: true, validateEntrySizes: true }).catch((error: unknown) => {
    throw new HearthError('DATASET_BROKEN', `${file} is no archive that can be read: ${messageOf(error)}`, { file }, { cause: error })
  })
  const folder = await mkdtemp(join(tmpdir(), 'hearth-archive-'))
  let [total, entries] = [0, 0]
  try {
    for await (const entry of entriesOf(zip)) {
      const { fileName, compressedSize, uncompressedSize } = entry
      if (++entries > MOST_ENTRIES) throw new HearthError('DATASET_BROKEN', `${file} has more than ${MOST_ENTRIES} entries`, { file })
      if (fileName.endsWith('/')) continue
      if (!readable.has(extname(fileName).toLowerCase())) {
        skip('files without text')
        continue
      }
      total += uncompressedSize
      if (uncompressedSize > MOST_GROWTH * Math.max(1024, compressedSize) || total > MOST_BYTES) throw new HearthError('DATASET_BROKEN', `${file}: ${basename(fileName)} would grow to ${uncompressedSize} bytes; this archive is not unpacked`, { file })
      // WhatsApp calls every chat alike; the archive's name tells which it is.
      const name = basename(fileName) === '_chat.txt' ? `${file.replace(/\.zip$/i, '')}.txt` : basename(fileName)
      const target = join(folder, `${entries}${extname(fileName).toLowerCase()}`)
      await pipeline(await promisify<Entry, NodeJS.ReadableStream>(zip.openReadStream.bind(zip))(entry), createWriteStream(target, { mode: 0o600 }))
      yield { path: target, name }
      await rm(target)
    }
  } catch (error) {
    if (error instanceof HearthError) throw error
    throw asDiskError((error as NodeJS.ErrnoException).code ? error : new HearthError('DATASET_BROKEN', `${file} is damaged: ${messageOf(error)}`, { file }, { cause: error }))
  } finally {
    zip.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const next = (): Promise<Entry | null> =>
    new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error')
        settle()
      }
      zip.once('entry', (entry: Entry) => done(() => resolve(entry)))
      zip.once('end', () => done(() => resolve(null)))
      zip.once('error', (error: Error) => done(() => reject(error)))
      zip.readEntry()
    })
  for (let entry = await next(); entry; entry = await next()) yield entry
}
