import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import {
  areApart,
  HsegManifest,
  MOST_FILES,
  MOST_MANIFEST_BYTES,
  MOST_SEGMENTS,
  type Hseg2Header,
  type HsegKey,
} from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { readAhead } from '../../../core/streams.ts'
import { sealSegment, TAG_BYTES } from '../../../core/segment-cipher.ts'
import { keyCommitOf, packageFiles, segmentSizeOf, WINDOW_BYTES } from './layout.ts'
import { openPackage } from './open.ts'
import { manifestKey } from './opening.ts'
import { SegmentWriter } from './segment-writer.ts'
import { pieces, sourcesOf, standingFirst } from './sources.ts'

export interface Sealed {
  readonly header: Hseg2Header
  readonly key: HsegKey
  readonly segments: number
  /** Segments taken over from the version before. */
  readonly reused: number
  readonly plainBytes: number
  /** Merkle root over the segments' keys, 64 hexadecimal digits. */
  readonly root: string
}

export interface SealingOptions {
  /** A key that has sealed nothing yet, and its salt; null draws both. */
  readonly given: { readonly key: HsegKey; readonly salt: string } | null
  /** The version before: segments whose bytes did not change are taken over, so that nobody fetches them again. */
  readonly previous: { readonly folder: string; readonly key: HsegKey } | null
  /** The name of the file that stands first in the segments; null leaves all in the order of their names. */
  readonly first: string | null
}

/**
 * Seals a file or a folder into a package: `header.json` and `keys` (public), `manifest` and `segments` (sealed).
 * Memory stays flat, whatever the size.
 * @throws HearthError NOT_FOUND, BAD_INPUT, WRONG_KEY where the given key is another version's, DISK_FULL
 */
export async function sealPackage(
  path: string,
  out: string,
  { given, previous, first }: SealingOptions,
  onProgress: (bytes: number, of: number) => void,
): Promise<Sealed> {
  const sources = standingFirst(await sourcesOf(path), first)
  if (!areApart(sources))
    throw new HearthError(
      'BAD_INPUT',
      `${path} holds names that some systems take for one, such as “A” and “a”; rename one`,
    )
  await using before = previous && (await openPackage(previous.folder, previous.key))
  const dataset = before?.header.dataset ?? given?.key.dataset ?? randomBytes(32).toString('hex')
  const version = before ? before.header.version + 1 : (given?.key.version ?? 1)
  if (given && (given.key.dataset !== dataset || given.key.version !== version))
    throw new HearthError('WRONG_KEY', `this key is not for version ${version} of the dataset`)
  const key = given ? Buffer.from(given.key.key, 'hex') : randomBytes(32)
  const salt = given ? Buffer.from(given.salt, 'hex') : randomBytes(32)
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0)
  const segment = segmentSizeOf(total)
  const plain = segment - TAG_BYTES
  const count = Math.ceil(total / plain)
  if (count > MOST_SEGMENTS)
    throw new HearthError('BAD_INPUT', `${path} has ${total} bytes; a sealed dataset holds about 512 GiB at most`)
  if (sources.length > MOST_FILES)
    throw new HearthError('BAD_INPUT', `${path} holds ${sources.length} files; a sealed dataset names ${MOST_FILES}`)
  const part = `${out}.part-${process.pid}`
  const files = packageFiles(part)
  try {
    await mkdir(part, { recursive: true, mode: 0o700 })
    const hashes: string[] = []
    const writer = new SegmentWriter(key, Buffer.from(dataset, 'hex'), segment, count, before)
    await writeSegments(
      files,
      writer,
      pieces(sources, (WINDOW_BYTES / segment) * plain, (index, sha256) => (hashes[index] = sha256)),
      (bytes) => onProgress(bytes, total),
    )
    const manifest: HsegManifest = {
      dataset,
      version,
      files: sources.map(({ path: name, bytes }, i) => ({ path: name, bytes, sha256: hashes[i]! })),
    }
    const header: Hseg2Header = {
      format: 'HSEG2',
      dataset,
      version,
      segment,
      bytes: total + count * TAG_BYTES,
      manifestBytes: await writeManifest(files.manifest, manifest, key, segment),
      keyCommit: keyCommitOf(key, salt),
      salt: salt.toString('hex'),
    }
    await writeFile(files.header, `${JSON.stringify(header, null, 2)}\n`)
    await rename(part, out)
    return {
      header,
      key: { format: 'HSEG1-KEY', dataset, version, key: key.toString('hex') },
      segments: count,
      reused: writer.reused,
      plainBytes: total,
      root: writer.tree.end(),
    }
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY' || (error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new HearthError('BAD_INPUT', `${out} is there already; it was left as it is`)
    throw asDiskError(error)
  }
}

async function writeSegments(
  files: ReturnType<typeof packageFiles>,
  writer: SegmentWriter,
  windows: AsyncGenerator<Buffer>,
  onProgress: (bytes: number) => void,
): Promise<void> {
  await using segments = await open(files.segments, 'wx', 0o600)
  await using keys = await open(files.keys, 'wx', 0o600)
  let done = 0
  // What is sealed is written while the next window is read and sealed.
  let writing = Promise.resolve()
  try {
    for await (const plain of readAhead(windows)) {
      const sealed = await writer.seal(plain)
      await writing
      writing = writeAll(segments, sealed.segments).then(() => writeAll(keys, sealed.keys))
      // It is awaited in a moment; until then nobody else hears of its failure.
      writing.catch(() => {})
      onProgress((done += plain.length))
    }
  } finally {
    await writing
  }
  await segments.sync()
  await keys.sync()
}

async function writeManifest(file: string, manifest: HsegManifest, key: Buffer, segment: number): Promise<number> {
  const plain = Buffer.from(JSON.stringify(HsegManifest.parse(manifest)))
  const dataset = Buffer.from(manifest.dataset, 'hex')
  const size = segment - TAG_BYTES
  const count = Math.ceil(plain.length / size)
  if (plain.length + count * TAG_BYTES > MOST_MANIFEST_BYTES)
    throw new HearthError('BAD_INPUT', 'the names of these files are too many and too long for a sealed dataset')
  const sealed = Array.from({ length: count }, (_, index) =>
    sealSegment(
      manifestKey(key, dataset, index),
      dataset,
      { index, last: index === count - 1 },
      plain.subarray(index * size, (index + 1) * size),
    ),
  )
  await using target = await open(file, 'wx', 0o600)
  await writeAll(target, Buffer.concat(sealed))
  await target.sync()
  return plain.length + count * TAG_BYTES
}

async function writeAll(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await target.write(bytes, at)).bytesWritten
}
