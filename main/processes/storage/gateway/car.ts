import { createHash } from 'node:crypto'
import * as CarBufferWriter from '@ipld/car/buffer-writer'
import { varint } from 'multiformats'
import type { CID } from 'multiformats/cid'
import { inlineBytes, linksOf } from '../dag.ts'
import type { Blocks } from './blocks.ts'
import type { Resolved } from './content-path.ts'
import type { CarOptions, EntityBytes } from './negotiation.ts'
import type { ByteRange } from './ranges.ts'
import { readFile, readFolder, readNode, type DagBlock } from './unixfs.ts'

const DEEPEST = 64
/** With duplicates, a few blocks may stand for more than anybody can take. */
const MOST_BLOCKS = 1_000_000

export const carType = ({ duplicates }: CarOptions): string =>
  `application/vnd.ipld.car; version=1; order=dfs; dups=${duplicates ? 'y' : 'n'}`

/** Weak: another gateway may order the same blocks in another way. */
export function carTag({ roots }: Resolved, { scope, bytes, duplicates }: CarOptions): string {
  const way = roots.map(String)
  const hash = createHash('sha256').update(JSON.stringify([way, scope, bytes, duplicates]))
  return `W/"${way.at(-1)}.car.${hash.digest('base64url').slice(0, 16)}"`
}

/** A CAR (https://ipld.io/specs/transport/car/carv1/) of the way to what was asked for, and of what lies below it. */
export async function* writeCar(resolved: Resolved, options: CarOptions, blocks: Blocks): AsyncGenerator<Uint8Array> {
  const roots = [resolved.last.cid]
  const buffer = new ArrayBuffer(CarBufferWriter.headerLength({ roots }))
  yield CarBufferWriter.createWriter(buffer, { roots }).close()
  const sent = new Set<string>()
  let blockCount = 0
  for await (const { cid, block } of blocksOf(resolved, options, blocks)) {
    // What a CID holds itself is no block.
    if (inlineBytes(cid)) continue
    const key = cid.toString()
    if (!options.duplicates && sent.has(key)) continue
    if (!options.duplicates) sent.add(key)
    if (++blockCount > MOST_BLOCKS) throw new Error(`it has more than ${MOST_BLOCKS} blocks`)
    yield section(cid, block)
  }
}

function section(cid: CID, block: Uint8Array): Uint8Array {
  const length = cid.bytes.length + block.length
  const head = new Uint8Array(varint.encodingLength(length))
  varint.encodeTo(length, head)
  return Buffer.concat([head, cid.bytes, block])
}

async function* blocksOf(
  { way, last }: Resolved,
  { scope, bytes, duplicates }: CarOptions,
  blocks: Blocks,
): AsyncGenerator<DagBlock> {
  yield* way
  if (scope === 'block') return
  if (scope === 'all') return yield* below(last, blocks, duplicates ? null : new Set(), 0)
  const node = readNode(last)
  if (node.kind === 'file') {
    let first = true
    for await (const part of readFile(last, blocks, entityRange(bytes, node.size))) {
      // The file's first block is the last one of the way.
      if (!first) yield part
      first = false
    }
  }
  if (node.kind === 'shard') for await (const it of readFolder(last, blocks)) if ('shard' in it) yield it.shard
}

/** All blocks under one, each before those under it. @param seen null where a block is given as often as it is named */
async function* below(
  { cid, block }: DagBlock,
  blocks: Blocks,
  seen: Set<string> | null,
  depth: number,
): AsyncGenerator<DagBlock> {
  if (depth > DEEPEST) throw new Error(`${cid.toString()} is built too deep`)
  for (const link of linksOf(cid, block)) {
    const key = link.toString()
    if (seen?.has(key)) continue
    seen?.add(key)
    const child = { cid: link, block: await blocks.get(link) }
    yield child
    yield* below(child, blocks, seen, depth + 1)
  }
}

/** Where a negative end lies in a file of so many bytes; what reaches out of it is cut off. */
export function entityRange(bytes: EntityBytes | null, size: number): ByteRange {
  if (!bytes) return { from: 0, end: size }
  const from = bytes.from < 0 ? Math.max(0, size + bytes.from) : bytes.from
  const to = bytes.to === '*' ? size - 1 : bytes.to < 0 ? size + bytes.to : bytes.to
  const end = Math.min(size, to + 1)
  return from < end ? { from, end } : { from: 0, end: 0 }
}
