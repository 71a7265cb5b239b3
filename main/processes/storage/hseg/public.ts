import { Hseg2Header } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { leafHash, MerkleStream } from '../../../core/merkle.ts'
import { segmentLeaf } from '../../../core/segment-proof.ts'
import { extentOf, KEY_ENTRY_BYTES, packageFiles, readHeader, WINDOW_BYTES, type Extent } from './layout.ts'
import { Records } from './records.ts'

/** So many segments' keys are hashed before anything else gets its turn. */
const KEYS_WINDOW = 2 ** 15

/** What `keys` says of a segment: what its key is committed to as, and the key as the version's hides it. */
export interface KeyEntry {
  readonly commit: Buffer
  readonly wrapped: Buffer
}

/** The public file of a package that binds its segments' keys. */
export class SegmentKeys implements AsyncDisposable {
  readonly #records: Records
  readonly #count: number

  private constructor(records: Records, count: number) {
    this.#records = records
    this.#count = count
  }

  /** @throws HearthError FILE_DAMAGED where it has not 64 bytes a segment */
  static async open(path: string, count: number): Promise<SegmentKeys> {
    const size = count * KEY_ENTRY_BYTES
    return new SegmentKeys(await Records.open(path, 'keys', size, KEY_ENTRY_BYTES, KEYS_WINDOW), count)
  }

  async at(number: number): Promise<KeyEntry> {
    const entry = await this.#records.at(number)
    return { commit: entry.subarray(0, 32), wrapped: entry.subarray(32) }
  }

  /** The Merkle tree over all of them, with the wanted paths. */
  async tree(wanted: Iterable<number> = []): Promise<{ root: string; pathOf: MerkleStream['path'] }> {
    const tree = new MerkleStream(wanted)
    for (let number = 0; number < this.#count; number++) {
      const { commit, wrapped } = await this.at(number)
      tree.add(leafHash(segmentLeaf(number, commit, wrapped)))
    }
    return { root: tree.end(), pathOf: (index) => tree.path(index) }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#records[Symbol.asyncDispose]()
  }
}

/** A package as anybody may read it: its files have the sizes that its header says. */
export interface PublicPackage extends AsyncDisposable {
  readonly header: Hseg2Header
  readonly extent: Extent
  readonly keys: SegmentKeys
  readonly segments: Records
}

/** @throws HearthError NOT_FOUND, FILE_DAMAGED, BAD_INPUT where it is of HSEG1, whose keys nothing binds */
export async function openPublic(folder: string): Promise<PublicPackage> {
  const header = await readHeader(folder)
  if (header.format !== 'HSEG2')
    throw new HearthError('BAD_INPUT', 'this dataset was sealed in the format HSEG1, which binds no keys of segments')
  const extent = extentOf(header)
  const files = packageFiles(folder)
  await using stack = new AsyncDisposableStack()
  stack.use(await openManifest(files.manifest, header.manifestBytes, extent.segment))
  const keys = stack.use(await SegmentKeys.open(files.keys, extent.count))
  const segments = stack.use(await Records.open(files.segments, 'segments', header.bytes, extent.segment, WINDOW_BYTES))
  const kept = stack.move()
  return { header, extent, keys, segments, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

export const openManifest = (path: string, size: number, segment: number): Promise<Records> =>
  Records.open(path, 'manifest', size, segment, WINDOW_BYTES)

/** What everybody can check of a package before it is paid for. */
export async function inspectPackage(folder: string): Promise<{ header: Hseg2Header; root: string; segments: number }> {
  await using sealed = await openPublic(folder)
  const { root } = await sealed.keys.tree()
  return { header: sealed.header, root, segments: sealed.extent.count }
}
