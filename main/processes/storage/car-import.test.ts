import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as CarBufferWriter from '@ipld/car/buffer-writer'
import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { varint } from 'multiformats'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { identity } from 'multiformats/hashes/identity'
import { sha256, sha512 } from 'multiformats/hashes/sha2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../../../test/support/memory-gateway.ts'
import { PackStore } from './blocks/pack-store.ts'
import { importCar } from './car-import.ts'
import { exportDag } from './export.ts'
import { DataNode } from './node.ts'

interface Block {
  readonly cid: CID
  readonly bytes: Uint8Array
}
let folder: string
let store: PackStore
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-car-'))
  store = await PackStore.open(join(folder, 'blocks'))
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const leaf = async (text: string): Promise<Block> => {
  const bytes = Buffer.from(text)
  return { cid: CID.createV1(raw.code, await sha256.digest(bytes)), bytes }
}
async function file(...parts: readonly Block[]): Promise<Block> {
  const unixfs = new UnixFS({ type: 'file', blockSizes: parts.map(({ bytes }) => BigInt(bytes.length)) })
  const bytes = dagPb.encode({
    Data: unixfs.marshal(),
    Links: parts.map(({ cid, bytes: { length } }) => ({ Name: '', Hash: cid, Tsize: length })),
  })
  return { cid: CID.createV1(dagPb.code, await sha256.digest(bytes)), bytes }
}
function header(roots: readonly CID[]): Uint8Array {
  const buffer = new ArrayBuffer(CarBufferWriter.headerLength({ roots: [...roots] }))
  return CarBufferWriter.createWriter(buffer, { roots: [...roots] }).close()
}
function section({ cid, bytes }: Block): Uint8Array {
  const length = cid.bytes.length + bytes.length
  return Buffer.concat([varint.encodeTo(length, new Uint8Array(varint.encodingLength(length))), cid.bytes, bytes])
}
const archive = (roots: readonly CID[], blocks: readonly Block[]): Buffer =>
  Buffer.concat([header(roots), ...blocks.map(section)])
/** https://ipld.io/specs/transport/car/carv2/ */
function second(inner: Uint8Array, after: Uint8Array, padding = 0, claimed = inner.length): Buffer {
  const pragma = Buffer.from('0aa16776657273696f6e02', 'hex')
  const fixed = Buffer.alloc(40)
  fixed.writeBigUInt64LE(BigInt(pragma.length + fixed.length + padding), 16)
  fixed.writeBigUInt64LE(BigInt(claimed), 24)
  return Buffer.concat([pragma, fixed, Buffer.alloc(padding), inner, after])
}
function take(bytes: Uint8Array) {
  const path = join(folder, 'archive.car')
  writeFileSync(path, bytes)
  return importCar(path, store, () => {})
}

describe('a CAR', () => {
  test('is taken whole, and its file comes out again', async () => {
    const parts = [await leaf('dear '), await leaf('diary')]
    const root = await file(...parts)
    const taken = await take(archive([root.cid], [root, ...parts]))
    expect(taken).toEqual({ roots: [{ cid: root.cid, bytes: 10 }], blocks: 3, unused: 0 })
    await exportDag(root.cid, 'out', store, folder)
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('dear diary')
  })

  test.each([0, 13])('of version 2 is taken without its index, %i bytes of padding before it', async (padding) => {
    const one = await leaf('one')
    const bytes = second(archive([one.cid], [one]), Buffer.from('an index of whatever kind'), padding)
    expect(await take(bytes)).toMatchObject({ blocks: 1, unused: 0 })
  })

  test('in any order, with a block twice, with several roots, and blocks under none of them', async () => {
    const [one, two, three] = [await leaf('one'), await leaf('two'), await leaf('three')]
    const root = await file(one)
    const taken = await take(archive([root.cid, two.cid, two.cid], [three, one, one, two, root]))
    expect(taken.roots.map(({ cid }) => cid.toString())).toEqual([root.cid, two.cid].map(String))
    expect(taken).toMatchObject({ blocks: 4, unused: 1 })
  })

  test('with a CID of version 0 and with inline blocks', async () => {
    const inline = { cid: CID.createV1(raw.code, identity.digest(Buffer.from('hi'))), bytes: Buffer.from('hi') }
    const root = await file(inline)
    const old = { cid: root.cid.toV0(), bytes: root.bytes }
    expect(await take(archive([old.cid], [inline, old]))).toMatchObject({ blocks: 1, unused: 0 })
    await exportDag(old.cid, 'out', store, folder)
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('hi')
  })

  test('with symbolic links in its folder: they are counted and left out', async () => {
    const one = await leaf('one')
    const target = dagPb.encode({
      Data: new UnixFS({ type: 'symlink', data: Buffer.from('/etc') }).marshal(),
      Links: [],
    })
    const link = { cid: CID.createV1(dagPb.code, await sha256.digest(target)), bytes: target }
    const bytes = dagPb.encode({
      Data: new UnixFS({ type: 'directory' }).marshal(),
      Links: [
        { Name: 'a', Hash: one.cid, Tsize: 3 },
        { Name: 'b', Hash: link.cid, Tsize: 4 },
      ],
    })
    const root = { cid: CID.createV1(dagPb.code, await sha256.digest(bytes)), bytes }
    await take(archive([root.cid, link.cid], [root, one, link]))
    expect(await exportDag(root.cid, 'out', store, folder)).toMatchObject({ files: 1, links: 1, bytes: 3 })
    expect(readdirSync(join(folder, 'out'))).toEqual(['a'])
    await expect(exportDag(link.cid, 'link', store, folder)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
  })

  test('larger than what is read at once', async () => {
    const parts = await Promise.all(Array.from({ length: 5 }, (_, i) => leaf(String(i).repeat(700_000))))
    const root = await file(...parts)
    expect((await take(archive([root.cid], [...parts, root]))).roots[0]?.bytes).toBe(3_500_000)
  })

  test('that needs a block which is here already is whole', async () => {
    const part = await leaf('part')
    const root = await file(part)
    await take(archive([part.cid], [part]))
    expect(await take(archive([root.cid], [root]))).toMatchObject({ blocks: 1 })
  })
})

describe('a CAR that is not sound', () => {
  const refused = (bytes: Uint8Array, words: RegExp) =>
    expect(take(bytes)).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      message: expect.stringMatching(words) as unknown,
    })

  test('is refused at every cut', async () => {
    const one = await leaf('one')
    const bytes = archive([one.cid], [one])
    for (let length = 0; length < bytes.length; length++) await refused(bytes.subarray(0, length), /./)
  })

  test('is refused with one bit wrong, wherever that is', async () => {
    const one = await leaf('one')
    const bytes = archive([one.cid], [one])
    for (let at = 0; at < bytes.length; at++) {
      const wrong = Buffer.from(bytes)
      wrong.writeUInt8(wrong.readUInt8(at) ^ 0x10, at)
      await refused(wrong, /./)
    }
  })

  test('with a block that is another than its CID says', async () => {
    const [one, two] = [await leaf('one'), await leaf('two')]
    await refused(archive([one.cid], [{ cid: one.cid, bytes: two.bytes }]), /not the one/)
    const inline = CID.createV1(raw.code, identity.digest(Buffer.from('hi')))
    await refused(archive([one.cid], [{ cid: inline, bytes: Buffer.from('ho') }]), /not the one/)
    expect(store.size().blocks).toBe(0)
  })

  test('without a root, or without what the root needs', async () => {
    const part = await leaf('part')
    const root = await file(part)
    await refused(archive([], [part]), /names no root/)
    await refused(archive([root.cid], [root]), /neither in it nor here/)
    const other = await file(await leaf('other'))
    await refused(archive([other.cid], [part]), /neither in it nor here/)
  })

  test('of other things than files, or of hashes that are not checked here', async () => {
    const bytes = Buffer.from([0xa0])
    const cbor = { cid: CID.createV1(0x71, await sha256.digest(bytes)), bytes }
    await refused(archive([cbor.cid], [cbor]), /codec 0x71/)
    const other = { cid: CID.createV1(raw.code, await sha512.digest(bytes)), bytes }
    await refused(archive([other.cid], [other]), /hash 0x13/)
  })

  test('that claims lengths beyond its own, or beyond all sense', async () => {
    const one = await leaf('one')
    const start = header([one.cid])
    const long = (length: number) => varint.encodeTo(length, new Uint8Array(varint.encodingLength(length)))
    await refused(Buffer.concat([start, long(2 ** 40), one.cid.bytes]), /cut short|bytes/)
    await refused(Buffer.concat([start, long(3), one.cid.bytes, one.bytes]), /./)
    await refused(Buffer.concat([long(2 ** 40), start]), /piece of|cut short/)
    await refused(Buffer.concat([start, Buffer.from([0])]), /zero length/)
    const huge = await leaf('x'.repeat(4 * 2 ** 20 + 1))
    await refused(archive([huge.cid], [huge]), /are the most/)
    await refused(second(archive([one.cid], [one]), new Uint8Array(0), 0, 10_000), /cut short/)
    await refused(second(archive([one.cid], [one]), new Uint8Array(0), 2 ** 20).subarray(0, 60), /outside|cut short/)
  })

  test('that is nested without an end', async () => {
    let top = await leaf('bottom')
    const blocks = [top]
    for (let i = 0; i < 40; i++) blocks.push((top = await file(top)))
    await refused(archive([top.cid], blocks), /too deep/)
  })

  test('that is not there', async () => {
    await expect(importCar(join(folder, 'nothing.car'), store, () => {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('what a gateway gives as a CAR, another node takes and keeps', async () => {
  const start = (name: string) =>
    DataNode.start({ folder: join(folder, name), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [] })
  const [giver, taker] = [await start('giver'), await start('taker')]
  try {
    const path = join(folder, 'file.bin')
    writeFileSync(path, Buffer.alloc(2 * 2 ** 20 + 3, 'hearth'))
    const { cid, bytes } = await giver.add(path, 'file', () => {})
    const { url } = await giver.gateway(0, 'a-token-of-twenty-letters')
    const { body } = await ask(url, `/ipfs/${cid}?format=car`, {
      host: '127.0.0.1',
      authorization: 'Bearer a-token-of-twenty-letters',
    })
    writeFileSync(join(folder, 'given.car'), body)
    const taken = await taker.importCar(join(folder, 'given.car'), 'given.car', () => {})
    expect(taken).toEqual({ roots: [{ cid, bytes }], blocks: 4, unused: 0 })
    expect(taker.roots).toMatchObject([{ cid, name: 'given.car', bytes }])
  } finally {
    await giver.stop()
    await taker.stop()
  }
}, 60_000)
