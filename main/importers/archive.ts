import { createWriteStream } from 'node:fs'
import { mkdtemp, opendir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { asDiskError } from '../core/files.ts'
import type { Skip } from './raw-item.ts'

/** A bomb grows a thousandfold; texts that people write do not grow a hundredfold. */
const MOST_GROWTH = 200
const MOST_BYTES = 8 * 2 ** 30
const MOST_ENTRIES = 200_000
const HIDDEN = 'hidden files and folders'
const INNER = 'archives inside, which are not opened'
/** Settings of programs, and what macOS lays beside each file of an archive. */
const isHidden = (name: string): boolean => (name.startsWith('.') && name !== '.') || name === '__MACOSX'
const isArchive = (name: string): boolean => /\.(?:zip|7z|rar|gz|tgz|tar|bz2|xz)$/i.test(name)
const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open)

/** What is looked for: names' ends, with their dot, and how what is passed over is counted. */
export interface Wanted {
  readonly extensions: ReadonlySet<string>
  readonly otherwise: string
}
interface Found {
  readonly path: string
  readonly name: string
}

/**
 * Files of a folder that are looked for, and of those in it; hidden ones are settings of programs. A link is not
 * followed.
 */
export async function* filesBelow(folder: string, wanted: Wanted, skip: Skip): AsyncGenerator<Found> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name)
    if (isHidden(entry.name)) skip(HIDDEN)
    else if (entry.isDirectory()) yield* filesBelow(path, wanted, skip)
    else if (entry.isFile() && wanted.extensions.has(extname(entry.name).toLowerCase()))
      yield { path, name: entry.name }
    else skip(isArchive(entry.name) ? INNER : wanted.otherwise)
  }
}

/**
 * The files of an archive that are looked for, one after the other, each laid down under a name of ours: names within
 * an archive may lead anywhere. Whatever an entry claims, no more is unpacked than the limits allow.
 */
export async function* filesOf(path: string, file: string, wanted: Wanted, skip: Skip): AsyncGenerator<Found> {
  const zip = await openZip(path, { lazyEntries: true, validateEntrySizes: true }).catch((error: unknown) => {
    throw new HearthError(
      'DATASET_BROKEN',
      `${file} is no archive that can be read: ${messageOf(error)}`,
      { file },
      { cause: error },
    )
  })
  const folder = await mkdtemp(join(tmpdir(), 'hearth-archive-'))
  let [total, entries] = [0, 0]
  try {
    for await (const entry of entriesOf(zip)) {
      const { fileName, compressedSize, uncompressedSize } = entry
      if (++entries > MOST_ENTRIES)
        throw new HearthError('DATASET_BROKEN', `${file} has more than ${MOST_ENTRIES} entries`, { file })
      if (fileName.endsWith('/')) continue
      if (fileName.split('/').some(isHidden)) {
        skip(HIDDEN)
        continue
      }
      if (!wanted.extensions.has(extname(fileName).toLowerCase())) {
        skip(isArchive(fileName) ? INNER : wanted.otherwise)
        continue
      }
      total += uncompressedSize
      if (uncompressedSize > MOST_GROWTH * Math.max(1024, compressedSize) || total > MOST_BYTES)
        throw new HearthError(
          'DATASET_BROKEN',
          `${file}: ${basename(fileName)} would grow to ${uncompressedSize} bytes; this archive is not unpacked`,
          { file },
        )
      // WhatsApp calls every chat alike; the archive's name tells which it is.
      const name = basename(fileName) === '_chat.txt' ? `${file.replace(/\.zip$/i, '')}.txt` : basename(fileName)
      const target = join(folder, `${entries}${extname(fileName).toLowerCase()}`)
      let sum = 0
      await pipeline(
        await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry),
        async function* (pieces: AsyncIterable<Buffer>) {
          for await (const piece of pieces) {
            sum = crc32(piece, sum)
            yield piece
          }
        },
        createWriteStream(target, { mode: 0o600 }),
      )
      // The library leaves it to its callers; damaged bytes may well unpack to something.
      if (sum !== entry.crc32) throw new Error(`the checksum of ${basename(fileName)} is wrong`)
      yield { path: target, name }
      await rm(target)
    }
  } catch (error) {
    if (error instanceof HearthError) throw error
    // The disk's errors name a call of the system; zlib's have a code as well, and are the archive's.
    if (error instanceof Error && 'syscall' in error) throw asDiskError(error)
    throw new HearthError('DATASET_BROKEN', `${file} is damaged: ${messageOf(error)}`, { file }, { cause: error })
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
