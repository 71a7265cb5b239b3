import { open } from 'node:fs/promises'
import { importer, type WritableStorage } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import type { CID } from 'multiformats/cid'
import { HearthError } from '../../../common/errors/index.ts'
import type { PackStore } from './blocks/pack-store.ts'
import { sourcesOf } from './hseg/sources.ts'

/** How a file becomes blocks: its CID follows from it. */
export interface DagProfile {
  readonly cidVersion: 0 | 1
  readonly leafBytes: number
  readonly links: number
  readonly rawLeaves: boolean
}

/** One leaf holds one sealed segment. */
export const HEARTH_PROFILE: DagProfile = { cidVersion: 1, leafBytes: 2 ** 20, links: 1024, rawLeaves: true }
const READ_BYTES = 2 ** 20

/** Adds a file or a folder to the store as a balanced DAG. */
export async function addPath(
  path: string,
  store: PackStore,
  onProgress: (bytes: number, of: number) => void,
  profile = HEARTH_PROFILE,
): Promise<{ cid: CID; bytes: number; leaves: number }> {
  const added = await importPath(path, store, onProgress, profile)
  await store.flush()
  return added
}

/** The CID that a file or folder would have, without keeping a block. */
export async function hashPath(
  path: string,
  onProgress: (bytes: number, of: number) => void,
): Promise<{ cid: string; bytes: number; leaves: number }> {
  const { cid, ...sizes } = await importPath(path, { put: (name) => name }, onProgress, HEARTH_PROFILE)
  return { cid: cid.toString(), ...sizes }
}

async function importPath(
  path: string,
  store: Pick<WritableStorage, 'put'>,
  onProgress: (bytes: number, of: number) => void,
  profile: DagProfile,
): Promise<{ cid: CID; bytes: number; leaves: number }> {
  const sources = await sourcesOf(path)
  const single = sources.length === 1 && sources[0]!.file === path
  const of = sources.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  const candidates = sources.map((source) => ({
    path: single ? source.path : `root/${source.path}`,
    content: read(source.file, (bytes) => onProgress((done += bytes), of)),
  }))
  let root: CID | undefined
  for await (const entry of importer(candidates, store, {
    cidVersion: profile.cidVersion,
    rawLeaves: profile.rawLeaves,
    chunker: fixedSize({ chunkSize: profile.leafBytes }),
    layout: balanced({ maxChildrenPerNode: profile.links }),
    reduceSingleLeafToSelf: true,
    wrapWithDirectory: false,
    fileImportConcurrency: 1,
  }))
    root = entry.cid
  if (!root) throw new HearthError('BAD_INPUT', `${path} holds nothing to add`)
  return {
    cid: root,
    bytes: of,
    leaves: sources.reduce((sum, { bytes }) => sum + Math.max(1, Math.ceil(bytes / profile.leafBytes)), 0),
  }
}

async function* read(file: string, onProgress: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  await using handle = await open(file, 'r')
  while (true) {
    const piece = Buffer.allocUnsafeSlow(READ_BYTES)
    const { bytesRead } = await handle.read(piece, 0, READ_BYTES)
    if (bytesRead === 0) return
    yield piece.subarray(0, bytesRead)
    onProgress(bytesRead)
  }
}
