import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { HsegManifest, type HsegHeader, type HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { keyCommitOf, manifestId, packageFiles } from './layout.ts'
import { PLAIN_SEGMENT, SEGMENT_ID_BYTES, sealSegment, segmentKey, TAG_BYTES } from './segment.ts'
import { openPackage, type SealedPackage } from './open.ts'
import { pieces, sourcesOf } from './sources.ts'

export interface Sealed {
  readonly header: HsegHeader
  readonly key: HsegKey
  readonly segments: number
  /** Segments taken over from the version before. */
  readonly reused: number
  readonly plainBytes: number
}

/**
 * Seals a file or a folder into a package: `header.json` (public), `manifest` and `segments` (sealed). Memory stays
 * flat, whatever the size. With the version before, segments whose bytes did not change are taken over as they are, so
 * that whoever has them need not fetch them again.
 * @param given a key that has sealed nothing yet, and its salt; null draws both
 */
export async function sealPackage(
  path: string,
  out: string,
  given: { readonly key: HsegKey; readonly salt: string } | null,
  previous: { readonly folder: string; readonly key: HsegKey } | null,
  onProgress: (bytes: number, of: number) => void,
): Promise<Sealed> {
  const sources = await sourcesOf(path)
  const before = previous && (await openPackage(previous.folder, previous.key))
  const dataset = Buffer.from(before?.header.dataset ?? given?.key.dataset ?? randomBytes(32).toString('hex'), 'hex')
  const version = before ? before.header.version + 1 : (given?.key.version ?? 1)
  if (given && (given.key.dataset !== dataset.toString('hex') || given.key.version !== version))
    throw new HearthError('WRONG_KEY', `this key is not for version ${version} of the dataset`)
  const [key, salt] = [
    given ? Buffer.from(given.key.key, 'hex') : randomBytes(32),
    given ? Buffer.from(given.salt, 'hex') : randomBytes(32),
  ]
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0)
  const count = Math.ceil(total / PLAIN_SEGMENT)
  const hashes: string[] = []
  const segments: HsegManifest['segments'] = []
  const part = `${out}.part-${process.pid}`
  const files = packageFiles(part)
  let [written, done, reused] = [0, 0, 0]
  try {
    await mkdir(part, { recursive: true, mode: 0o700 })
    {
      await using target = await open(files.segments, 'wx', 0o600)
      for await (const plain of pieces(sources, PLAIN_SEGMENT, (index, sha256) => (hashes[index] = sha256))) {
        const place = { index: segments.length, last: segments.length === count - 1 }
        const kept = before && (await takeOver(before, place, plain))
        const id = kept ? Buffer.from(kept.entry.id, 'base64url') : randomBytes(SEGMENT_ID_BYTES)
        const sealed = kept ? kept.sealed : sealSegment(segmentKey(key, dataset, id), dataset, place, plain)
        segments.push(kept ? kept.entry : { id: id.toString('base64url') })
        await writeAll(target, sealed)
        written += sealed.length
        if (kept) reused++
        onProgress((done += plain.length), total)
      }
      await target.sync()
    }
    const manifest: HsegManifest = {
      dataset: dataset.toString('hex'),
      version,
      files: sources.map(({ path: name, bytes }, i) => ({ path: name, bytes, sha256: hashes[i]! })),
      segments,
    }
    const manifestBytes = await writeManifest(files.manifest, manifest, key, dataset)
    const header: HsegHeader = {
      format: 'HSEG1',
      dataset: manifest.dataset,
      version,
      bytes: written,
      manifestBytes,
      keyCommit: keyCommitOf(key, salt),
      salt: salt.toString('hex'),
    }
    await writeFile(files.header, `${JSON.stringify(header, null, 2)}\n`)
    await rename(part, out)
    return {
      header,
      key: { format: 'HSEG1-KEY', dataset: manifest.dataset, version, key: key.toString('hex') },
      segments: segments.length,
      reused,
      plainBytes: total,
    }
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY' || (error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new HearthError('BAD_INPUT', `${out} is there already; it was left as it is`)
    throw asDiskError(error)
  }
}

async function takeOver(
  before: SealedPackage,
  place: { index: number; last: boolean },
  plain: Buffer,
): Promise<{ entry: { id: string; key: string }; sealed: Buffer } | null> {
  const old = before.manifest.segments[place.index]
  if (
    !old ||
    (place.index === before.manifest.segments.length - 1) !== place.last ||
    !(await before.plain(place.index)).equals(plain)
  )
    return null
  return {
    entry: { id: old.id, key: before.keyOf(place.index).toString('base64url') },
    sealed: await before.sealed(place.index),
  }
}

async function writeManifest(file: string, manifest: HsegManifest, key: Buffer, dataset: Buffer): Promise<number> {
  const plain = Buffer.from(JSON.stringify(HsegManifest.parse(manifest)))
  const count = Math.ceil(plain.length / PLAIN_SEGMENT)
  await using target = await open(file, 'wx', 0o600)
  for (let i = 0; i < count; i++)
    await writeAll(
      target,
      sealSegment(
        segmentKey(key, dataset, manifestId(i)),
        dataset,
        { index: i, last: i === count - 1 },
        plain.subarray(i * PLAIN_SEGMENT, (i + 1) * PLAIN_SEGMENT),
      ),
    )
  await target.sync()
  return plain.length + count * TAG_BYTES
}

async function writeAll(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await target.write(bytes, at)).bytesWritten
}
