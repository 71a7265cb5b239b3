import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PackStore } from './blocks/pack-store.ts'
import { fetchDag } from './dag.ts'
import { measureDag, requireModest, requireRoom } from './dag-size.ts'
import { exportDag } from './export.ts'

const MIB = 2 ** 20
const quiet = (): void => {}

let folder: string
let store: PackStore
/** What a stranger has, and how often it was asked for. */
let blocks: Map<string, Uint8Array>
let asked: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-size-'))
  store = await PackStore.open(join(folder, 'blocks'))
  blocks = new Map()
  asked = 0
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function put(bytes: Uint8Array, code: number): Promise<CID> {
  const cid = CID.createV1(code, await sha256.digest(bytes))
  blocks.set(cid.toString(), bytes)
  return cid
}
const file = (child: CID, size: bigint, times: number): Promise<CID> =>
  put(
    dagPb.encode({
      Data: new UnixFS({ type: 'file', blockSizes: Array<bigint>(times).fill(size) }).marshal(),
      Links: Array.from({ length: times }, () => ({ Hash: child, Name: '', Tsize: 1 })),
    }),
    dagPb.code,
  )
const folderOf = (links: readonly { Name: string; Hash: CID; Tsize: number }[]): Promise<CID> =>
  put(dagPb.encode({ Data: new UnixFS({ type: 'directory' }).marshal(), Links: [...links] }), dagPb.code)
const named = (Name: string, Hash: CID, Tsize = 1) => ({ Name, Hash, Tsize })
async function nested(depth: number): Promise<CID> {
  let tree = await folderOf([])
  for (let i = 0; i < depth; i++) tree = await folderOf([named('a', tree), named('b', tree)])
  return tree
}

const get = (cid: CID): Promise<Uint8Array> => {
  asked++
  const block = blocks.get(cid.toString())
  return block ? Promise.resolve(block) : Promise.reject(new Error('nobody has it'))
}
const fetched = async (root: CID): Promise<CID> => {
  await fetchDag(root, store, get, quiet)
  await store.flush()
  return root
}

describe('a listing that is a trap', () => {
  test('three blocks that claim a tebibyte are not written out', async () => {
    const leaf = await put(new Uint8Array(MIB), raw.code)
    const trap = await folderOf([named('segments', await file(await file(leaf, 2n ** 20n, 1024), 2n ** 30n, 1024))])
    await fetched(trap)
    expect(await measureDag(trap, store)).toMatchObject({ bytes: 2 ** 40, names: 2 })
    await expect(exportDag(trap, '1', store, join(folder, 'out'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  test('32 blocks that stand for two thousand million folders are counted in 32 steps, and not written out', async () => {
    const trap = await fetched(await nested(31))
    expect(await measureDag(trap, store)).toMatchObject({ names: 2 ** 32 - 1 })
    await expect(exportDag(trap, '1', store, join(folder, 'out'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  test('what is built deeper than the limit is refused, also where it is deep in several places at once', async () => {
    for (let i = 0, tree = await folderOf([]); i < 70; i++) {
      await store.put(tree, blocks.get(tree.toString()) ?? new Uint8Array())
      if (i === 69) await expect(measureDag(tree, store)).rejects.toThrow(/too deep/)
      tree = await folderOf([named('a', tree)])
    }
  })

  test('more than is free on the disk is refused before anything below the root is asked for', async () => {
    const leaf = await put(new Uint8Array(MIB), raw.code)
    const root = await folderOf([named('large', leaf, 2 ** 52)])
    await expect(fetchDag(root, store, get, quiet, (bytes) => requireRoom(bytes, folder))).rejects.toMatchObject({
      code: 'DISK_FULL',
    })
    expect(asked).toBe(1)
  })
})

test('what repeats itself a little is written out as it is', async () => {
  const leaf = await put(new Uint8Array(MIB).fill(7), raw.code)
  const root = await fetched(
    await folderOf([named('a', await file(leaf, 2n ** 20n, 3)), named('b', leaf), named('c', await folderOf([]))]),
  )
  const size = await measureDag(root, store)
  expect(size).toMatchObject({ bytes: 4 * MIB, names: 4 })
  requireModest(size)
  await exportDag(root, 'out', store, folder)
  expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['a', 'b', 'c'])
  expect(readFileSync(join(folder, 'out', 'a'))).toEqual(Buffer.alloc(3 * MIB, 7))
})

test('a folder of many blocks comes over whole, each asked for once', async () => {
  const links = await Promise.all(
    Array.from({ length: 9000 }, async (_, i) =>
      named(`${i}`.padStart(5, '0'), await put(Buffer.from(`${i}`), raw.code)),
    ),
  )
  const root = await fetched(await folderOf(links))
  expect(asked).toBe(9001)
  expect(await measureDag(root, store)).toMatchObject({ names: 9001 })
})
