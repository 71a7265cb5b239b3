import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import * as dagPb from '@ipld/dag-pb'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryBlockstore } from 'blockstore-core'
import { MemoryDatastore } from 'datastore-core'
import { createHeliaLight } from 'helia'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PackStore } from './blocks/pack-store.ts'
import { BLOCKS_PROTOCOL, MOST_CID_BYTES, readFrames, writeFrame } from './exchange/protocol.ts'
import { exportDag } from './export.ts'
import { sealPackage } from './hseg/seal.ts'
import { DataNode, type NodeOptions } from './node.ts'

let folder: string
const opened: (() => Promise<unknown>)[] = []
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-data-'))))
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
  rmSync(folder, { recursive: true, force: true })
})

const quiet = () => {}
const never = new AbortController().signal
const MIB = 2 ** 20

async function node(
  name: string,
  bootstrap: readonly string[] = [],
  reach: Partial<NodeOptions> = {},
): Promise<DataNode> {
  const it = await DataNode.start({
    folder: join(folder, name),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    bootstrap: [...bootstrap],
    ...reach,
  })
  opened.push(() => it.stop())
  return it
}

/** A folder of three files, and where it is. */
function letters(bytes: number): string {
  const path = join(folder, 'letters')
  mkdirSync(join(path, 'deep'), { recursive: true })
  writeFileSync(join(path, 'deep', 'large.bin'), randomBytes(bytes))
  writeFileSync(join(path, 'small.txt'), 'dear diary')
  writeFileSync(join(path, 'empty'), '')
  return path
}
const same = (a: string, b: string) =>
  readdirSync(a, { recursive: true }).every(
    (name) =>
      !String(name).includes('.') || readFileSync(join(a, String(name))).equals(readFileSync(join(b, String(name)))),
  )

/** A node of plain libp2p and Helia, as other software runs it. */
async function stranger() {
  const helia = withBitswap(
    withLibp2pLight(createHeliaLight({ blockstore: new MemoryBlockstore(), datastore: new MemoryDatastore() }), {
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [tls()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
      connectionGater: { denyDialMultiaddr: () => false },
    }),
    {},
  )
  await helia.start()
  opened.push(() => helia.stop() as unknown as Promise<void>)
  const libp2p = helia.libp2p as unknown as Libp2p
  return { helia, libp2p, address: libp2p.getMultiaddrs()[0]!.toString() }
}

describe('the block exchange', () => {
  test('brings a folder over as it was, and nothing twice', async () => {
    const path = letters(5 * MIB + 17)
    const [seller, buyer] = [await node('seller'), await node('buyer')]
    const { cid, bytes } = await seller.add(path, 'letters', quiet)
    const from = [seller.status().addresses[0]!]
    expect(await buyer.fetch(cid, from, quiet, never)).toMatchObject({ bytes, refetchedBytes: 0 })
    await buyer.export(cid, 'letters', join(folder, 'out'))
    expect(same(path, join(folder, 'out', 'letters'))).toBe(true)
    expect(await buyer.fetch(cid, from, quiet, never)).toEqual({ bytes, fetchedBytes: 0, refetchedBytes: 0 })
    await expect(buyer.export(cid, 'letters', join(folder, 'out'))).rejects.toThrow(/there already/)
  })

  test('four seeders together give each block once', async () => {
    const path = letters(24 * MIB)
    const seeders = await Promise.all(['a', 'b', 'c', 'd'].map((name) => node(name)))
    const added = await Promise.all(seeders.map((it) => it.add(path, 'letters', quiet)))
    const buyer = await node('buyer')
    const { bytes, fetchedBytes } = await buyer.fetch(
      added[0]!.cid,
      seeders.map((it) => it.status().addresses[0]!),
      quiet,
      never,
    )
    const served = seeders.map((it) => it.status().served)
    expect(served.reduce((sum, it) => sum + it, 0)).toBe(fetchedBytes)
    expect(fetchedBytes / bytes).toBeLessThan(1.01)
    expect(served.filter((it) => it > 0).length).toBeGreaterThan(1)
  })

  test('goes on with the others when a seeder dies, and says what is kept when the last one does', async () => {
    const path = letters(40 * MIB)
    const [first, second, buyer] = [await node('first'), await node('second'), await node('buyer')]
    const { cid, bytes } = await first.add(path, 'letters', quiet)
    await second.add(path, 'letters', quiet)
    for (const it of [first, second]) it.limit(20 * MIB, false)
    const addresses = [first, second].map((it) => it.status().addresses[0]!)
    let stopped: Promise<void> | undefined
    const got = await buyer.fetch(
      cid,
      addresses,
      ({ bytes: here }) => void (here > 8 * MIB && (stopped ??= first.stop())),
      never,
    )
    await stopped
    expect(got.bytes).toBe(bytes)
    expect(got.refetchedBytes).toBe(0)
    opened.splice(opened.length - 3, 1)

    const other = await node('other')
    let lost: Promise<void> | undefined
    const failing = other.fetch(
      cid,
      [addresses[1]!],
      ({ bytes: here }) => void (here > 8 * MIB && (lost ??= second.stop())),
      never,
    )
    await expect(failing).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE',
      message: expect.stringMatching(/kept; fetch again/) as unknown,
    })
    await lost
    opened.splice(opened.length - 3, 1)
    const kept = other.status().bytes
    expect(kept).toBeGreaterThan(8 * MIB)
    const again = await other.fetch(cid, [buyer.status().addresses[0]!], quiet, never)
    expect(again.bytes).toBe(bytes)
    expect(kept + again.fetchedBytes).toBe(other.status().bytes)
  }, 120_000)

  test('a peer that sends wrong blocks, claims too much or answers nothing is left alone', async () => {
    const path = letters(3 * MIB)
    const honest = await node('honest')
    const { cid, bytes } = await honest.add(path, 'letters', quiet)
    const lies: Record<string, (block: Uint8Array) => Uint8Array | null> = {
      flipped: (block) => Uint8Array.from(block, (byte, i) => (i === 0 ? byte ^ 1 : byte)),
      foreign: () => randomBytes(1000),
      nothing: () => new Uint8Array(0),
    }
    const store = await PackStore.open(join(folder, 'liar'))
    opened.push(() => store.close())
    for (const [name, lie] of Object.entries(lies)) {
      const liar = await stranger()
      await liar.libp2p.handle(BLOCKS_PROTOCOL, async (stream) => {
        for await (const frame of readFrames(stream, MOST_CID_BYTES)) {
          CID.decode(frame)
          await writeFrame(stream, lie(randomBytes(2000))!)
        }
      })
      const buyer = await node(`buyer-${name}`)
      await expect(buyer.fetch(cid, [liar.address], quiet, never), name).rejects.toMatchObject({
        code: 'PEER_UNREACHABLE',
      })
      expect(buyer.status().blocks, name).toBe(0)
      expect((await buyer.fetch(cid, [liar.address, honest.status().addresses[0]!], quiet, never)).bytes, name).toBe(
        bytes,
      )
    }
    const giant = await stranger()
    await giant.libp2p.handle(BLOCKS_PROTOCOL, async (stream) => void stream.send(Buffer.from('ffffffff', 'hex')))
    await expect((await node('buyer-giant')).fetch(cid, [giant.address], quiet, never)).rejects.toMatchObject({
      message: expect.stringMatching(/announced 4294967295/) as unknown,
    })
  }, 120_000)

  test('the owner’s cap and pause hold', async () => {
    const path = letters(6 * MIB)
    const [seller, buyer] = [await node('seller'), await node('buyer')]
    const { cid } = await seller.add(path, 'letters', quiet)
    const from = [seller.status().addresses[0]!]
    seller.limit(null, true)
    await expect(buyer.fetch(cid, from, quiet, never)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
    seller.limit(3 * MIB, false)
    const begun = performance.now()
    await buyer.fetch(cid, from, quiet, never)
    // Six mebibytes at three a second, less the burst at the start.
    expect(performance.now() - begun).toBeGreaterThan(1_500)
  })

  test('a fetch that is stopped says so and keeps what it has', async () => {
    const [seller, buyer] = [await node('seller'), await node('buyer')]
    const { cid } = await seller.add(letters(12 * MIB), 'letters', quiet)
    seller.limit(8 * MIB, false)
    const abort = new AbortController()
    const fetching = buyer.fetch(
      cid,
      [seller.status().addresses[0]!],
      ({ bytes }) => void (bytes > 2 * MIB && abort.abort()),
      abort.signal,
    )
    await expect(fetching).rejects.toMatchObject({ code: 'ABORTED' })
    expect(buyer.status().bytes).toBeGreaterThan(2 * MIB)
  })
})

describe('the data node', () => {
  test('finds who has something through the DHT', async () => {
    const meeting = await node('meeting')
    const at = [meeting.status().addresses[0]!]
    const [seller, buyer] = [await node('seller', at), await node('buyer', at)]
    await expect.poll(() => [seller, buyer].every((it) => it.status().peers.length > 0), { timeout: 20_000 }).toBe(true)
    const { cid, bytes } = await seller.add(letters(MIB), 'letters', quiet)
    await expect
      .poll(
        () =>
          buyer.fetch(cid, [], quiet, never).then(
            ({ bytes: got }) => got,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBe(bytes)
  }, 90_000)

  test('gives its blocks over bitswap to software of others', async () => {
    const path = join(folder, 'file.bin')
    writeFileSync(path, randomBytes(2 * MIB + 5))
    const seller = await node('seller')
    const { cid } = await seller.add(path, 'file.bin', quiet)
    const other = await stranger()
    await other.libp2p.dial(multiaddr(seller.status().addresses[0]!))
    const pieces: Uint8Array[] = []
    for await (const piece of unixfs(other.helia).cat(CID.parse(cid), { signal: AbortSignal.timeout(30_000) }))
      pieces.push(piece)
    expect(Buffer.concat(pieces).equals(readFileSync(path))).toBe(true)
  }, 60_000)

  test('takes blocks by bitswap from software that speaks nothing else, also beside a node that has them', async () => {
    const other = await stranger()
    const content = randomBytes(3 * MIB + 5)
    const cid = (await unixfs(other.helia).addBytes(content)).toString()
    const buyer = await node('buyer')
    expect(await buyer.fetch(cid, [other.address], quiet, never)).toMatchObject({
      bytes: content.length,
      refetchedBytes: 0,
    })
    await buyer.export(cid, 'file', join(folder, 'out'))
    expect(readFileSync(join(folder, 'out', 'file')).equals(content)).toBe(true)
    const both = await node('both')
    const from = [other.address, buyer.status().addresses[0]!]
    expect((await both.fetch(cid, from, quiet, never)).bytes).toBe(content.length)
  }, 60_000)

  test('a block that nobody gives by bitswap is given up in words', async () => {
    const other = await stranger()
    const buyer = await node('buyer')
    const nobody = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    await expect(buyer.fetch(nobody, [other.address], quiet, never)).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE',
      message: expect.stringMatching(/no peer that answers has the block/) as unknown,
    })
  }, 60_000)

  test('a stop ends what bitswap waits for', async () => {
    const other = await stranger()
    const buyer = await node('buyer')
    const stop = new AbortController()
    const nobody = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    const fetching = buyer.fetch(nobody, [other.address], quiet, stop.signal)
    setTimeout(() => stop.abort(), 300)
    await expect(fetching).rejects.toMatchObject({ code: 'ABORTED' })
  }, 10_000)

  test('takes no more of others than the owner lets it keep, and what arrived by then is kept', async () => {
    const path = join(folder, 'large.bin')
    writeFileSync(path, randomBytes(4 * MIB))
    const seller = await node('seller')
    const { cid } = await seller.add(path, 'large.bin', quiet)
    const buyer = await node('buyer')
    buyer.limit(null, false, 2.5 * MIB)
    const from = [seller.status().addresses[0] ?? '']
    await expect(buyer.fetch(cid, from, quiet, never)).rejects.toMatchObject({ code: 'NOT_ENOUGH_DISK' })
    expect(buyer.status().bytes).toBeLessThanOrEqual(2.5 * MIB)
    buyer.limit(null, false, 8 * MIB)
    expect((await buyer.fetch(cid, from, quiet, never)).bytes).toBe(4 * MIB)
  }, 60_000)

  test('keeps its identity, its port and what it holds, and frees only what nothing else needs', async () => {
    const path = letters(3 * MIB)
    const first = await node('seller')
    const whole = await first.add(path, 'letters', quiet)
    const part = await first.add(join(path, 'deep', 'large.bin'), 'large.bin', quiet)
    const { peerId, addresses } = first.status()
    await opened.pop()!()
    const again = await node('seller')
    expect(again.status()).toMatchObject({ peerId, addresses })
    expect(again.roots.map(({ cid }) => cid)).toEqual([whole.cid, part.cid])
    await again.remove(whole.cid)
    await again.export(part.cid, 'large.bin', join(folder, 'out'))
    expect(readFileSync(join(folder, 'out', 'large.bin')).equals(readFileSync(join(path, 'deep', 'large.bin')))).toBe(
      true,
    )
    await again.remove(part.cid)
    expect(again.status()).toMatchObject({ blocks: 0, bytes: 0 })
    await expect(again.remove(part.cid)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(again.fetch('nonsense', [], quiet, never)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(again.fetch(part.cid, ['/ip4/127.0.0.1/tcp/1/p2p/' + peerId], quiet, never)).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE',
    })
    await expect(again.fetch(part.cid, ['not an address'], quiet, never)).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE',
    })
  })

  test('nothing plain lies in what a node gives of a sealed dataset', async () => {
    const path = letters(MIB)
    const { header } = await sealPackage(
      path,
      join(folder, 'sealed'),
      { given: null, previous: null, first: null },
      quiet,
    )
    const seller = await node('seller')
    await seller.add(join(folder, 'sealed'), 'sealed', quiet)
    await opened.pop()!()
    const blocks = join(folder, 'seller', 'blocks')
    const given = Buffer.concat(
      readdirSync(blocks)
        .filter((name) => name.endsWith('.pack'))
        .map((name) => readFileSync(join(blocks, name))),
    )
    const large = readFileSync(join(path, 'deep', 'large.bin'))
    for (const secret of [
      Buffer.from('dear diary'),
      Buffer.from('large.bin'),
      Buffer.from('small.txt'),
      large.subarray(0, 32),
      large.subarray(500_000, 500_032),
    ])
      expect(given.includes(secret), secret.toString('latin1').slice(0, 12)).toBe(false)
    expect(given.includes(Buffer.from(header.dataset))).toBe(true)
  })
})

test('a name that leads out of the folder is refused, and nothing is written', async () => {
  const store = await PackStore.open(join(folder, 'store'))
  opened.push(() => store.close())
  const leaf = Buffer.from('evil')
  const cid = CID.createV1(raw.code, await sha256.digest(leaf))
  await store.put(cid, leaf)
  for (const name of ['../evil', '/etc/evil', 'a/../../evil', '..', 'nul', 'a\\..\\b']) {
    const bytes = dagPb.encode(
      dagPb.prepare({
        Data: new UnixFS({ type: 'directory' }).marshal(),
        Links: [{ Name: name, Hash: cid, Tsize: leaf.length }],
      }),
    )
    const root = CID.createV1(dagPb.code, await sha256.digest(bytes))
    await store.put(root, bytes)
    await expect(exportDag(root, 'x', store, join(folder, 'out')), name).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
  }
  expect(readdirSync(join(folder, 'out'))).toEqual([])
})
