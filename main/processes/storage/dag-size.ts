import { statfs } from 'node:fs/promises'
import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import type { PackStore } from './blocks/pack-store.ts'
import { inlineBytes, knownBytes } from './dag.ts'

const DEEPEST = 64
const MOST_NAMES = 200_000
/** One block may stand for many: what people make repeats itself here and there; what does more is a trap. */
const MOST_GROWTH = 100
const ANY_GROWTH = 2 ** 30
/** What stays free of a disk for all else. */
const SPARE = 2 ** 30

/** How large a file or folder is when it is written out, and how much of it there is. */
export interface DagSize {
  readonly bytes: number
  /** Files, folders and links, and the parts of large folders. */
  readonly names: number
  /** Bytes of blocks, each counted once. */
  readonly held: number
}

interface Measured {
  readonly bytes: number
  readonly names: number
  readonly height: number
}

/**
 * Reads the listing of what is in the store: blocks that name others. Each is read once, however often it is named, so
 * that 41 blocks which stand for 2⁴⁰ folders are 41 steps.
 * @throws HearthError FILE_DAMAGED, NOT_FOUND
 */
export async function measureDag(root: CID, store: PackStore): Promise<DagSize> {
  const known = new Map<string, Measured>()
  let held = 0
  const tooDeep = () => new HearthError('FILE_DAMAGED', `${root.toString()} is built too deep`)
  const leaf = (cid: CID): Measured => {
    const bytes = knownBytes(cid)?.length ?? store.lengthOf(cid)
    if (bytes === null) throw new HearthError('NOT_FOUND', `the block ${cid.toString()} is not here`)
    held += bytes
    return { bytes, names: 1, height: 0 }
  }
  const inner = async (cid: CID, depth: number): Promise<Measured> => {
    const block = inlineBytes(cid) ?? (await store.read(cid))
    held += block.length
    const { links, own, isFolder } = read(cid, block)
    let [bytes, names, height] = [own, 1, 0]
    for (const link of links) {
      const child = await measure(link, depth + 1)
      bytes += child.bytes
      if (isFolder) names += child.names
      height = Math.max(height, 1 + child.height)
    }
    return { bytes, names, height }
  }
  const measure = async (cid: CID, depth: number): Promise<Measured> => {
    const key = cid.toString()
    const measured =
      known.get(key) ?? (depth > DEEPEST ? null : cid.code === raw.code ? leaf(cid) : await inner(cid, depth))
    if (!measured || depth + measured.height > DEEPEST) throw tooDeep()
    known.set(key, measured)
    return measured
  }
  const { bytes, names } = await measure(root, 0)
  return { bytes, names, held }
}

function read(cid: CID, block: Uint8Array): { links: CID[]; own: number; isFolder: boolean } {
  try {
    if (cid.code !== dagPb.code) throw new Error('it is of a kind that files are not made of')
    const { Data, Links } = dagPb.decode(block)
    const node = UnixFS.unmarshal(Data ?? new Uint8Array())
    return { links: Links.map(({ Hash }) => Hash), own: node.data?.length ?? 0, isFolder: node.isDirectory() }
  } catch (error) {
    throw new HearthError('FILE_DAMAGED', `${cid.toString()} cannot be read: ${messageOf(error)}`, {}, { cause: error })
  }
}

/**
 * Whether something may be written out: as a whole, by what its listing says, before the first byte of it is.
 * @throws HearthError FILE_DAMAGED where it is a trap
 */
export function requireModest({ bytes, names, held }: DagSize): void {
  if (names > MOST_NAMES)
    throw new HearthError('FILE_DAMAGED', `it holds ${names} files and folders; ${MOST_NAMES} are the most`)
  if (bytes > Math.max(ANY_GROWTH, MOST_GROWTH * held))
    throw new HearthError('FILE_DAMAGED', `it has ${held} bytes and would grow to ${bytes}; it is not written out`)
}

/** @throws HearthError DISK_FULL */
export async function requireRoom(bytes: number, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bytes + SPARE > bavail * bsize)
    throw new HearthError('DISK_FULL', `it has ${bytes} bytes, and ${bavail * bsize} are free on this disk`)
}
