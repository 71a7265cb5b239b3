import { createHash } from 'node:crypto'
import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { identity } from 'multiformats/hashes/identity'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import type { PackStore } from './blocks/pack-store.ts'

const DEEPEST = 32
const MOST_BLOCKS = 4_000_000
/** Blocks that are asked for or written at once, whatever the number of peers. */
const AT_ONCE = 24
/** An array that is shifted moves all of itself; so it is cut now and then. */
const CUT = 4096
const ROOM_EVERY = 2 ** 28

/** Where blocks are looked for and written. */
interface BlocksHere extends Pick<PackStore, 'has' | 'read'> {
  put(cid: CID, block: Uint8Array): Promise<unknown>
}

export interface DagProgress {
  /** Bytes of files that are here, of all that it claims to hold. */
  readonly bytes: number
  readonly of: number
}

/** The blocks that a block names; leaves name none. @throws HearthError FILE_DAMAGED */
export function linksOf(cid: CID, block: Uint8Array): CID[] {
  if (cid.code === raw.code) return []
  if (cid.code !== dagPb.code)
    throw new HearthError('FILE_DAMAGED', `${cid.toString()} is of a kind that files are not made of`)
  try {
    return dagPb.decode(block).Links.map(({ Hash }) => Hash)
  } catch (error) {
    throw new HearthError('FILE_DAMAGED', `${cid.toString()} cannot be read: ${messageOf(error)}`, {}, { cause: error })
  }
}

/** Bytes of the file itself in a block; what names other blocks is no part of the data. */
function ownBytes(cid: CID, block: Uint8Array): number {
  if (cid.code === raw.code) return block.length
  try {
    const { Data } = dagPb.decode(block)
    const node = Data && UnixFS.unmarshal(Data)
    return node?.type === 'file' || node?.type === 'raw' ? (node.data?.length ?? 0) : 0
  } catch {
    // It names blocks and is no file: nothing to count.
    return 0
  }
}

const EMPTY = createHash('sha256').digest()

/** What a CID carries in its own name, or null where it names a block. */
export const inlineBytes = ({ multihash: { code, digest } }: CID): Uint8Array | null =>
  code === identity.code ? digest : null

/** What is known without the block: that a CID carries it, or that it is empty. Null for all others. */
export const knownBytes = (cid: CID): Uint8Array | null =>
  inlineBytes(cid) ?? (EMPTY.equals(cid.multihash.digest) ? new Uint8Array(0) : null)

/** Bytes of the files below a block, as it claims. */
function claimedBytes(cid: CID, block: Uint8Array): number {
  if (cid.code === raw.code) return block.length
  const { Data, Links } = dagPb.decode(block)
  const node = Data && UnixFS.unmarshal(Data)
  return node?.isDirectory() ? Links.reduce((sum, { Tsize }) => sum + (Tsize ?? 0), 0) : Number(node?.fileSize() ?? 0n)
}

class Queue<T> {
  readonly #items: T[]
  #at = 0

  constructor(items: T[]) {
    this.#items = items
  }

  get length(): number {
    return this.#items.length - this.#at
  }

  add(item: T): void {
    this.#items.push(item)
  }

  take(): T | undefined {
    const item = this.#items[this.#at]
    if (this.length > 0) this.#at++
    if (this.#at >= CUT) this.#items.splice(0, this.#at)
    this.#at %= CUT
    return item
  }
}

/**
 * Brings every block below a root into the store, asking only for those that are not there. Blocks that name others go
 * first, so that there is always enough to ask for; no more than a few are held in memory.
 * @param requireRoom asked by what the root claims before anything below it is fetched, and now and then
 */
export async function fetchDag(
  root: CID,
  store: BlocksHere,
  get: (cid: CID) => Promise<Uint8Array>,
  onProgress: (progress: DagProgress) => void,
  requireRoom: (bytes: number) => Promise<void> = () => Promise.resolve(),
): Promise<{ bytes: number; fetched: number }> {
  const inner = new Queue<{ cid: CID; depth: number }>([{ cid: root, depth: 0 }])
  const leaves = new Queue<CID>([])
  const seen = new Set<string>([root.toString()])
  const running = new Set<Promise<void>>()
  let [bytes, fetched, of, failed]: [number, number, number, Error | null] = [0, 0, 0, null]
  const visit = async (cid: CID, depth: number): Promise<void> => {
    const inline = inlineBytes(cid)
    const known = inline !== null || store.has(cid)
    const block = inline ?? (known ? await store.read(cid) : (knownBytes(cid) ?? (await get(cid))))
    if (!known) {
      await store.put(cid, block)
      const before = fetched
      fetched += block.length
      // What a root claims may be less than what comes.
      if (Math.floor(fetched / ROOM_EVERY) > Math.floor(before / ROOM_EVERY)) await requireRoom(0)
    }
    const links = linksOf(cid, block)
    bytes += ownBytes(cid, block)
    if (depth === 0) await requireRoom((of = claimedBytes(cid, block)))
    for (const link of links) {
      const key = link.toString()
      if (seen.has(key)) continue
      seen.add(key)
      if (seen.size > MOST_BLOCKS || depth >= DEEPEST)
        throw new HearthError('FILE_DAMAGED', `${root.toString()} is built too deep or of too many blocks`)
      if (link.code === raw.code) leaves.add(link)
      else inner.add({ cid: link, depth: depth + 1 })
    }
    onProgress({ bytes, of: Math.max(of, bytes) })
  }
  const start = (work: Promise<void>): void => {
    const task: Promise<void> = work
      .catch((error: Error) => void (failed ??= error))
      .finally(() => running.delete(task))
    running.add(task)
  }
  while (!failed && (inner.length > 0 || leaves.length > 0 || running.size > 0)) {
    while (running.size < AT_ONCE && (inner.length > 0 || leaves.length > 0)) {
      const next = inner.take()
      const leaf = next ? undefined : leaves.take()
      if (next) start(visit(next.cid, next.depth))
      else if (leaf) start(visit(leaf, 1))
    }
    await Promise.race(running)
  }
  await Promise.all(running)
  if (failed) throw failed
  return { bytes, fetched }
}

/** Digests of all blocks below roots, as far as they are here. */
export async function reachable(roots: readonly CID[], store: PackStore): Promise<Set<string>> {
  const live = new Set<string>()
  const stack = [...roots]
  for (let cid = stack.pop(); cid; cid = stack.pop()) {
    const key = Buffer.from(cid.multihash.digest).toString('hex')
    if (live.has(key) || inlineBytes(cid) || !store.has(cid)) continue
    live.add(key)
    if (cid.code !== raw.code) stack.push(...linksOf(cid, await store.read(cid)))
  }
  return live
}
