import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { messageOf } from '../../../../common/errors/index.ts'
import type { Blocks } from './blocks.ts'
import { HttpError } from './http-error.ts'
import type { ByteRange } from './ranges.ts'

const DEEPEST = 64
/** Shards of one folder: a folder of a million names has about five thousand. */
const MOST_SHARDS = 100_000
/** Blocks of a file that are asked for before their turn. */
const AHEAD = 2

interface Link {
  readonly name: string
  readonly cid: CID
  /** Of all blocks below, as it claims. */
  readonly size: number
}
export type UnixfsNode =
  /** A file's own bytes come before those of its parts. */
  | {
      readonly kind: 'file'
      readonly size: number
      readonly own: Uint8Array
      readonly parts: readonly { readonly cid: CID; readonly size: number }[]
    }
  | { readonly kind: 'symlink'; readonly target: Uint8Array }
  | { readonly kind: 'directory'; readonly links: readonly Link[] }
  /** A part of a large folder; names that are no longer than the prefix lead to further parts. */
  | { readonly kind: 'shard'; readonly links: readonly Link[]; readonly prefix: number }
export interface DagBlock {
  readonly cid: CID
  readonly block: Uint8Array
}

const damaged = (cid: CID, words: string): HttpError => new HttpError(502, `${cid.toString()} ${words}`)

/** @throws HttpError 406 where it is no file or folder, 502 where it is damaged */
export function readNode({ cid, block }: DagBlock): UnixfsNode {
  if (cid.code === raw.code) return { kind: 'file', size: block.length, own: block, parts: [] }
  if (cid.code !== dagPb.code)
    throw new HttpError(
      406,
      `${cid.toString()} has the codec 0x${cid.code.toString(16)}: no file or folder. Its bytes are given with ` +
        '?format=raw',
    )
  let node: dagPb.PBNode
  let unixfs: UnixFS
  try {
    node = dagPb.decode(block)
    unixfs = UnixFS.unmarshal(node.Data ?? new Uint8Array(0))
  } catch (error) {
    throw damaged(cid, `is no file or folder: ${messageOf(error)}`)
  }
  const links = node.Links.map(({ Name, Hash, Tsize }) => ({ name: Name ?? '', cid: Hash, size: Tsize ?? 0 }))
  switch (unixfs.type) {
    case 'directory':
      return { kind: 'directory', links }
    case 'hamt-sharded-directory':
      return { kind: 'shard', links, prefix: (Number(unixfs.fanout ?? 256n) - 1).toString(16).length }
    case 'symlink':
      return { kind: 'symlink', target: unixfs.data ?? new Uint8Array(0) }
    case 'file':
    case 'raw': {
      const size = Number(unixfs.fileSize())
      if (!Number.isSafeInteger(size) || unixfs.blockSizes.length !== links.length)
        throw damaged(cid, 'does not say how large its parts are')
      return {
        kind: 'file',
        size,
        own: unixfs.data ?? new Uint8Array(0),
        parts: links.map((link, i) => ({ cid: link.cid, size: Number(unixfs.blockSizes[i]) })),
      }
    }
    default:
      throw new HttpError(406, `${cid.toString()} is of the kind ${unixfs.type}, which is not given as a file`)
  }
}

/**
 * The blocks that hold a range of a file, in the order of its bytes, each with what it holds of the range itself. Only
 * blocks that are needed for it are asked for.
 * @throws HttpError 502 where a part is not as large as the file says
 */
export async function* readFile(
  file: DagBlock,
  blocks: Blocks,
  range: ByteRange,
  depth = 0,
): AsyncGenerator<DagBlock & { readonly bytes: Uint8Array }> {
  const node = readNode(file)
  if (node.kind !== 'file' || depth > DEEPEST) throw damaged(file.cid, 'is no part of a file')
  yield { ...file, bytes: node.own.subarray(range.from, Math.max(range.from, range.end)) }
  let start = node.own.length
  const needed: { cid: CID; size: number; range: ByteRange }[] = []
  for (const { cid, size } of node.parts) {
    // A part of no bytes is passed over: nothing would show that there are too many.
    if (size > 0 && start < range.end && start + size > range.from)
      needed.push({
        cid,
        size,
        range: { from: Math.max(0, range.from - start), end: Math.min(size, range.end - start) },
      })
    start += size
  }
  const coming: Promise<Uint8Array>[] = []
  for (const [i, part] of needed.entries()) {
    while (coming.length <= AHEAD && i + coming.length < needed.length) {
      const next = blocks.get(needed[i + coming.length]?.cid ?? part.cid)
      // Whoever stops in between does not want to hear of what was under way.
      next.catch(() => {})
      coming.push(next)
    }
    const child = { cid: part.cid, block: (await coming.shift()) ?? new Uint8Array(0) }
    const inner = readNode(child)
    if (inner.kind !== 'file' || inner.size !== part.size) throw damaged(child.cid, 'is not as large as its file says')
    yield* readFile(child, blocks, part.range, depth + 1)
  }
}

/** Whether every block of a range of a file is on this machine. */
export async function isHere(file: DagBlock, blocks: Blocks, range: ByteRange): Promise<boolean> {
  const seen = new Set<string>()
  const visit = async (it: DagBlock, { from, end }: ByteRange, depth: number): Promise<boolean> => {
    const node = readNode(it)
    if (node.kind !== 'file' || depth > DEEPEST) throw damaged(it.cid, 'is no part of a file')
    let start = node.own.length
    for (const { cid, size } of node.parts) {
      const at = start
      start += size
      const key = cid.toString()
      if (at >= end || at + size <= from || seen.has(key)) continue
      seen.add(key)
      blocks.signal().throwIfAborted()
      if (!blocks.has(cid)) return false
      const inside = { from: Math.max(0, from - at), end: Math.min(size, end - at) }
      if (cid.code !== raw.code && !(await visit({ cid, block: await blocks.get(cid) }, inside, depth + 1)))
        return false
    }
    return true
  }
  return visit(file, range, 0)
}

/** What a folder holds, with the blocks below its first one that say so, where it has several. */
export async function* readFolder(
  folder: DagBlock,
  blocks: Blocks,
  seen = new Set<string>(),
  depth = 0,
): AsyncGenerator<{ readonly entry: Link } | { readonly shard: DagBlock }> {
  const node = readNode(folder)
  if (node.kind === 'directory') return yield* node.links.map((entry) => ({ entry }))
  if (node.kind !== 'shard' || depth > DEEPEST) throw damaged(folder.cid, 'is no part of a folder')
  for (const { name, cid, size } of node.links) {
    if (name.length > node.prefix) {
      yield { entry: { name: name.slice(node.prefix), cid, size } }
      continue
    }
    // The names in a part belong to one place in the folder, so no part is there twice.
    const key = cid.toString()
    if (seen.has(key) || seen.size >= MOST_SHARDS) throw damaged(folder.cid, 'has parts without an end')
    seen.add(key)
    const shard = { cid, block: await blocks.get(cid) }
    yield { shard }
    yield* readFolder(shard, blocks, seen, depth + 1)
  }
}
