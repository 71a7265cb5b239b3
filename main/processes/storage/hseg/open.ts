import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HsegHeader, HsegManifest, type HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { openSegment, PLAIN_SEGMENT, SEALED_SEGMENT, segmentKey, TAG_BYTES } from './segment.ts'
import { keyCommitOf, manifestId, packageFiles } from './layout.ts'

const broken = (why: string, cause?: unknown) =>
  new HearthError('FILE_DAMAGED', `this is not a sound sealed dataset: ${why}`, {}, { cause })

/** An opened package: its manifest has been read and agrees with its header. */
export interface SealedPackage {
  readonly header: HsegHeader
  readonly manifest: HsegManifest
  /** A segment's own key, which opens that segment and no other. */
  keyOf(index: number): Buffer
  /** A segment as it lies in the package. */
  sealed(index: number): Promise<Buffer>
  /** A segment's plain bytes. @throws HearthError FILE_DAMAGED */
  plain(index: number): Promise<Buffer>
}

/** @throws HearthError FILE_DAMAGED, or WRONG_KEY where the key is another dataset's */
export async function readHeader(folder: string): Promise<HsegHeader> {
  const text = await readFile(packageFiles(folder).header, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no sealed dataset in ${folder}`, {}, { cause: error })
  })
  try {
    return HsegHeader.parse(JSON.parse(text))
  } catch (error) {
    throw broken('its header cannot be read', error)
  }
}

export async function openPackage(folder: string, given: HsegKey): Promise<SealedPackage> {
  const header = await readHeader(folder)
  const key = Buffer.from(given.key, 'hex')
  if (keyCommitOf(key, Buffer.from(header.salt, 'hex')) !== header.keyCommit)
    throw new HearthError('WRONG_KEY', 'this key is not the one that the dataset was sealed with')
  const dataset = Buffer.from(header.dataset, 'hex')
  const files = packageFiles(folder)
  const manifest = await readManifest(files.manifest, header, key, dataset)
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
  const count = manifest.segments.length
  const bytes = total + count * TAG_BYTES
  if (
    manifest.dataset !== header.dataset ||
    manifest.version !== header.version ||
    count !== Math.ceil(total / PLAIN_SEGMENT) ||
    bytes !== header.bytes
  )
    throw broken('its header and its manifest do not agree')
  const { size } = await stat(files.segments).catch(() => ({ size: -1 }))
  if (size !== bytes) throw broken(`its segments have ${size} bytes, and should have ${bytes}`)
  const keyOf = (index: number): Buffer => {
    const { id, key: own } = manifest.segments[index]!
    return own ? Buffer.from(own, 'base64url') : segmentKey(key, dataset, Buffer.from(id, 'base64url'))
  }
  const sealed = async (index: number): Promise<Buffer> => {
    await using handle = await open(files.segments, 'r')
    return readSegment(handle, index, size)
  }
  // Small files stand in one segment side by side; it is opened once.
  let recent: { readonly index: number; readonly bytes: Buffer } | null = null
  const plain = async (index: number): Promise<Buffer> => {
    if (recent?.index !== index)
      recent = {
        index,
        bytes: openSegment(keyOf(index), dataset, { index, last: index === count - 1 }, await sealed(index)),
      }
    return recent.bytes
  }
  return { header, manifest, keyOf, sealed, plain }
}

async function readManifest(
  file: string,
  { manifestBytes }: HsegHeader,
  key: Buffer,
  dataset: Buffer,
): Promise<HsegManifest> {
  const { size } = await stat(file).catch(() => ({ size: -1 }))
  if (size !== manifestBytes) throw broken(`its manifest has ${size} bytes, and should have ${manifestBytes}`)
  const count = Math.ceil(size / SEALED_SEGMENT)
  await using handle = await open(file, 'r')
  const plain: Buffer[] = []
  for (let i = 0; i < count; i++)
    plain.push(
      openSegment(
        segmentKey(key, dataset, manifestId(i)),
        dataset,
        { index: i, last: i === count - 1 },
        await readSegment(handle, i, size),
      ),
    )
  try {
    return HsegManifest.parse(JSON.parse(Buffer.concat(plain).toString('utf8')))
  } catch (error) {
    throw broken('its manifest cannot be read', error)
  }
}

async function readSegment(handle: FileHandle, index: number, size: number): Promise<Buffer> {
  const length = Math.min(SEALED_SEGMENT, size - index * SEALED_SEGMENT)
  const sealed = Buffer.allocUnsafe(Math.max(0, length))
  const { bytesRead } = await handle.read(sealed, 0, sealed.length, index * SEALED_SEGMENT)
  if (length <= TAG_BYTES - 1 || bytesRead !== length) throw broken(`segment ${index} is cut short`)
  return sealed
}

/** Bytes of the files one behind the other, from any place on: only the segments that hold them are opened. */
export async function* readRange(sealed: SealedPackage, offset: number, length: number): AsyncGenerator<Buffer> {
  for (let at = offset; at < offset + length;) {
    const index = Math.floor(at / PLAIN_SEGMENT)
    const plain = await sealed.plain(index)
    const from = at - index * PLAIN_SEGMENT
    const piece = plain.subarray(from, Math.min(plain.length, from + offset + length - at))
    if (piece.length === 0) throw broken('it ends early')
    yield piece
    at += piece.length
  }
}

/** Opens every file into a folder that must not be there yet; a damaged package leaves nothing behind. */
export async function unsealPackage(
  folder: string,
  key: HsegKey,
  out: string,
  onProgress: (bytes: number, of: number) => void,
): Promise<{ files: number; bytes: number }> {
  const sealed = await openPackage(folder, key)
  const { files } = sealed.manifest
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (
    await stat(out).then(
      () => true,
      () => false,
    )
  )
    throw new HearthError('BAD_INPUT', `${out} is there already; it was left as it is`)
  const part = `${out}.part-${process.pid}`
  let done = 0
  try {
    for (const { path, bytes, sha256 } of files) {
      const target = join(part, ...path.split('/'))
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await using handle = await open(target, 'wx', 0o600)
      const hash = createHash('sha256')
      const start = done
      for await (const piece of readRange(sealed, start, bytes)) {
        hash.update(piece)
        await handle.writeFile(piece)
        onProgress((done += piece.length), total)
      }
      if (hash.digest('hex') !== sha256) throw broken(`${path} is not the file that was sealed`)
      await handle.sync()
    }
    await rename(part, out)
    return { files: files.length, bytes: total }
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw asDiskError(error)
  }
}

/** Opens every segment and hashes every file, and keeps nothing. @throws HearthError FILE_DAMAGED, WRONG_KEY */
export async function verifyPackage(
  folder: string,
  key: HsegKey,
  onProgress: (bytes: number, of: number) => void,
): Promise<{ files: number; bytes: number }> {
  const sealed = await openPackage(folder, key)
  const { files } = sealed.manifest
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  for (const { path, bytes, sha256 } of files) {
    const hash = createHash('sha256')
    const start = done
    for await (const piece of readRange(sealed, start, bytes)) {
      hash.update(piece)
      onProgress((done += piece.length), total)
    }
    if (hash.digest('hex') !== sha256) throw broken(`${path} is not the file that was sealed`)
  }
  return { files: files.length, bytes: total }
}
