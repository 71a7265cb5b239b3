import { HsegHeader, type HsegKey, type HsegManifest } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { openSegment } from '../../../core/segment-cipher.ts'
import { broken, extentOf, keyCommitOf, packageFiles, readHeader, WINDOW_BYTES, type Extent } from './layout.ts'
import { keysUnder, openingHseg1, openingHseg2, type Opening } from './opening.ts'
import { openManifest, SegmentKeys, type PublicPackage } from './public.ts'
import { Records } from './records.ts'

/** An opened package: its manifest has been read and agrees with its header. */
export interface SealedPackage extends AsyncDisposable {
  readonly header: HsegHeader
  readonly extent: Extent
  readonly manifest: HsegManifest
  /** A segment's own key, which opens that segment and no other. @throws HearthError FILE_DAMAGED */
  keyOf(index: number): Promise<Buffer>
  /** A segment as it lies in the package. */
  sealed(index: number): Promise<Buffer>
  /** The plain bytes of one segment. @throws HearthError FILE_DAMAGED */
  plain(index: number): Promise<Buffer>
  /** The plain bytes of all segments that lie in 1 MiB of the package. @throws HearthError FILE_DAMAGED */
  window(number: number): Promise<Buffer>
}

/** @throws HearthError WRONG_KEY where the key is not the one that the header commits to */
export function keyBytes(header: HsegHeader, given: HsegKey): Buffer {
  const key = Buffer.from(given.key, 'hex')
  if (keyCommitOf(key, Buffer.from(header.salt, 'hex')) === header.keyCommit) return key
  throw new HearthError('WRONG_KEY', 'this key is not the one that the dataset was sealed with')
}

/** What opens the segments of a package, whatever its manifest is worth. */
export interface OpenedSegments {
  /** @throws HearthError FILE_DAMAGED where it is not the one that was committed to */
  readonly keyOf: (index: number) => Promise<Buffer>
  /** @throws HearthError FILE_DAMAGED */
  readonly plain: (index: number) => Promise<Buffer>
}

/** @throws HearthError WRONG_KEY */
export function openSegments(sealed: PublicPackage, given: HsegKey): OpenedSegments {
  const keyOf = keysUnder(keyBytes(sealed.header, given), sealed.keys)
  const dataset = Buffer.from(sealed.header.dataset, 'hex')
  const last = sealed.extent.count - 1
  return {
    keyOf,
    plain: async (index) =>
      openSegment(await keyOf(index), dataset, { index, last: index === last }, await sealed.segments.at(index)),
  }
}

/** @throws HearthError FILE_DAMAGED, or WRONG_KEY where the key is another dataset's */
export async function openPackage(folder: string, given: HsegKey): Promise<SealedPackage> {
  const header = await readHeader(folder)
  const key = keyBytes(header, given)
  const extent = extentOf(header)
  const dataset = Buffer.from(header.dataset, 'hex')
  const files = packageFiles(folder)
  await using stack = new AsyncDisposableStack()
  const opening =
    header.format === 'HSEG1'
      ? openingHseg1(key, dataset, extent.count)
      : openingHseg2(key, dataset, stack.use(await SegmentKeys.open(files.keys, extent.count)))
  const { manifest, keyOf } = await readManifest(files.manifest, header, extent.segment, opening)
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (manifest.dataset !== header.dataset || manifest.version !== header.version || total !== extent.plainBytes)
    throw broken('its header and its manifest do not agree')
  const segments = stack.use(await Records.open(files.segments, 'segments', header.bytes, extent.segment, WINDOW_BYTES))
  const sealed = (index: number): Promise<Buffer> => segments.at(index)
  const plain = async (index: number): Promise<Buffer> =>
    openSegment(await keyOf(index), dataset, { index, last: index === extent.count - 1 }, await sealed(index))
  // Small files stand in one window side by side; it is opened once.
  let recent: { readonly number: number; readonly bytes: Buffer } | null = null
  const window = async (number: number): Promise<Buffer> => {
    if (recent?.number === number) return recent.bytes
    const each = WINDOW_BYTES / extent.segment
    const opened: Buffer[] = []
    for (let index = number * each; index < Math.min(extent.count, (number + 1) * each); index++)
      opened.push(await plain(index))
    recent = { number, bytes: opened.length === 1 ? opened[0]! : Buffer.concat(opened) }
    return recent.bytes
  }
  const kept = stack.move()
  const close = (): Promise<void> => kept.disposeAsync()
  return { header, extent, manifest, keyOf, sealed, plain, window, [Symbol.asyncDispose]: close }
}

/** @throws HearthError FILE_DAMAGED */
export async function readManifest(
  file: string,
  { manifestBytes, dataset }: HsegHeader,
  segment: number,
  opening: Opening,
): Promise<ReturnType<Opening['read']>> {
  await using records = await openManifest(file, manifestBytes, segment)
  const count = Math.ceil(manifestBytes / segment)
  const plain: Buffer[] = []
  for (let index = 0; index < count; index++)
    plain.push(
      openSegment(
        opening.manifestKey(index),
        Buffer.from(dataset, 'hex'),
        { index, last: index === count - 1 },
        await records.at(index),
      ),
    )
  try {
    return opening.read(JSON.parse(Buffer.concat(plain).toString('utf8')))
  } catch (error) {
    throw broken('its manifest cannot be read', error)
  }
}

/** Bytes of the files one behind the other, from any place on: only what lies around them is opened. */
export async function* readRange(sealed: SealedPackage, offset: number, length: number): AsyncGenerator<Buffer> {
  const { segment, plain } = sealed.extent
  const size = (WINDOW_BYTES / segment) * plain
  for (let at = offset; at < offset + length;) {
    const number = Math.floor(at / size)
    const from = at - number * size
    const piece = (await sealed.window(number)).subarray(from, from + offset + length - at)
    if (piece.length === 0) throw broken('it ends early')
    yield piece
    at += piece.length
  }
}
