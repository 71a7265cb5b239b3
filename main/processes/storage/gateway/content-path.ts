import { walkPath, type ReadableStorage } from 'ipfs-unixfs-exporter'
import type { CID } from 'multiformats/cid'
import type { Blocks } from './blocks.ts'
import { HttpError } from './http-error.ts'
import { readNode, type DagBlock } from './unixfs.ts'

/** Where a path leads, and what proves it. */
export interface Resolved {
  /** Every block on the way, the last one included. */
  readonly way: readonly DagBlock[]
  /** The CID of each name on the way, the root first. */
  readonly roots: readonly CID[]
  readonly last: DagBlock
}

/** Follows names below a root. @throws HttpError 404 where a folder does not hold a name */
export async function resolvePath(root: CID, segments: readonly string[], blocks: Blocks): Promise<Resolved> {
  let last: DagBlock = { cid: root, block: await blocks.get(root) }
  const [way, roots] = [[last], [root]]
  for (const name of segments) {
    const passed: DagBlock[] = []
    const cid = await childOf(last, name, blocks, passed)
    if (!cid) throw new HttpError(404, `there is no ${JSON.stringify(name.slice(0, 200))} under ${last.cid.toString()}`)
    last = { cid, block: await blocks.get(cid) }
    way.push(...passed, last)
    roots.push(cid)
  }
  return { way, roots, last }
}

/** @param passed takes the blocks of a large folder that were read on the way */
export async function childOf(
  folder: DagBlock,
  name: string,
  blocks: Blocks,
  passed: DagBlock[] = [],
): Promise<CID | null> {
  const node = readNode(folder)
  if (node.kind === 'directory') return node.links.find((it) => it.name === name)?.cid ?? null
  if (node.kind !== 'shard') return null
  const store: ReadableStorage = {
    async *get(cid: CID) {
      const block = await blocks.get(cid)
      if (!cid.equals(folder.cid)) passed.push({ cid, block })
      yield block
    },
  }
  try {
    let found: CID | null = null
    for await (const entry of walkPath(`${folder.cid.toString()}/${name}`, store, { signal: blocks.signal() }))
      if (entry.remainder?.length === 0) found = entry.cid
    return found
  } catch (error) {
    if ((error as Error).name === 'NotFoundError') return null
    throw error
  }
}
