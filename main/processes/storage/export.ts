import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exporter, type ReadableStorage, type UnixFSEntry } from 'ipfs-unixfs-exporter'
import type { CID } from 'multiformats/cid'
import { HsegPath } from '../../../common/model/hseg.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { asDiskError } from '../../core/files.ts'
import type { PackStore } from './blocks/pack-store.ts'
import { inlineBytes } from './dag.ts'
import { measureDag, requireModest, requireRoom } from './dag-size.ts'

const DEEPEST = 64

/** Blocks as they lie in the store, each hashed again: disks err. */
const verified = (store: PackStore) => ({
  async *get(cid: CID): AsyncGenerator<Uint8Array> {
    const inline = inlineBytes(cid)
    if (inline) return yield inline
    const block = await store.read(cid)
    if (!createHash('sha256').update(block).digest().equals(cid.multihash.digest))
      throw new HearthError('FILE_DAMAGED', `block ${cid.toString()} was changed on the disk`)
    yield block
  },
})

const isLink = (entry: UnixFSEntry): boolean => entry.type === 'file' && entry.unixfs.type === 'symlink'

/** A folder before what lies in it. */
async function* walk(
  cid: CID,
  path: string,
  store: ReadableStorage,
  depth = 0,
): AsyncGenerator<{ path: string; entry: UnixFSEntry }> {
  if (depth > DEEPEST) throw new HearthError('FILE_DAMAGED', 'its folders are nested too deep')
  const entry = await exporter(cid, store)
  yield { path, entry }
  if (entry.type === 'directory')
    for await (const child of entry.entries())
      yield* walk(child.cid, path === '' ? child.name : `${path}/${child.name}`, store, depth + 1)
}

/**
 * Writes a file or folder out of the store, once its listing has shown that it may be. A name that leads out of the
 * folder is refused; symbolic links, which could lead there as well, are left out and counted; a failure leaves nothing
 * behind.
 */
export async function exportDag(
  root: CID,
  name: string,
  store: PackStore,
  out: string,
): Promise<{ files: number; links: number; bytes: number; path: string }> {
  const path = join(out, name)
  if (
    await stat(path).then(
      () => true,
      () => false,
    )
  )
    throw new HearthError('BAD_INPUT', `${path} is there already; it was left as it is`)
  const size = await measureDag(root, store)
  requireModest(size)
  const part = `${path}.part-${process.pid}`
  let [files, links, bytes] = [0, 0, 0]
  try {
    await mkdir(out, { recursive: true })
    await requireRoom(size.bytes, out)
    for await (const { path: inside, entry } of walk(root, '', verified(store))) {
      if (inside !== '' && !HsegPath.safeParse(inside).success)
        throw new HearthError(
          'FILE_DAMAGED',
          `it holds the name ${JSON.stringify(inside).slice(0, 100)}, which leads elsewhere or which not ` +
            'every system can keep',
        )
      const target = inside === '' ? part : join(part, ...inside.split('/'))
      if (entry.type === 'directory') {
        await mkdir(target, { recursive: true })
        continue
      }
      if (inside !== '' && isLink(entry)) {
        links++
        continue
      }
      if ((entry.type !== 'file' && entry.type !== 'raw') || isLink(entry))
        throw new HearthError('FILE_DAMAGED', `it holds something that is no file (${entry.type})`)
      await mkdir(dirname(target), { recursive: true })
      await using handle = await open(target, 'wx')
      for await (const piece of entry.content({ blockReadConcurrency: 1 })) {
        bytes += piece.length
        if (bytes > size.bytes) throw new HearthError('FILE_DAMAGED', 'it is larger than its listing says')
        await handle.writeFile(piece)
      }
      await handle.sync()
      files++
    }
    await rename(part, path)
    return { files, links, bytes, path }
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw asDiskError(error)
  }
}
