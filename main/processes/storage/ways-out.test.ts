import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryBlockstore } from 'blockstore-core'
import { MemoryDatastore } from 'datastore-core'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DataNode } from './node.ts'

const BYTES = 1_300_000
let folder: string
let giver: DataNode
let cid: string
let takers = 0

const start = (name: string) =>
  DataNode.start({ folder: join(folder, name), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [] })

const ways: Record<string, (signal: AbortSignal) => Promise<number>> = {
  'the exchange of blocks': async (signal) => {
    const taker = await start(`taker-${takers++}`)
    try {
      return (await taker.fetch(cid, [giver.status().addresses[0] ?? ''], () => {}, signal)).bytes
    } finally {
      await taker.stop()
    }
  },
  bitswap: async (signal) => {
    const helia = withBitswap(
      withLibp2pLight(createHeliaLight({ blockstore: new MemoryBlockstore(), datastore: new MemoryDatastore() }), {
        addresses: { listen: [] },
        transports: [tcp()],
        connectionEncrypters: [tls()],
        streamMuxers: [yamux()],
        services: { identify: identify() },
        connectionGater: { denyDialMultiaddr: () => false },
      }),
      {},
    )
    await helia.start()
    try {
      await helia.libp2p.dial(multiaddr(giver.status().addresses[0] ?? ''))
      let bytes = 0
      for await (const piece of unixfs(helia).cat(CID.parse(cid), { signal })) bytes += piece.length
      return bytes
    } finally {
      await helia.stop()
    }
  },
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-ways-'))
  writeFileSync(join(folder, 'file'), randomBytes(BYTES))
  giver = await start('giver')
  ;({ cid } = await giver.add(join(folder, 'file'), 'file', () => {}))
})
afterAll(async () => {
  await giver.stop()
  rmSync(folder, { recursive: true, force: true })
})

test.each(Object.keys(ways))(
  '%s gives nothing in a pause, keeps to the cap and is counted',
  async (name) => {
    const way = ways[name]
    if (!way) throw new Error(`there is no way ${name}`)
    giver.limit(null, true)
    const before = giver.status().served
    await expect(way(AbortSignal.timeout(4_000))).rejects.toThrow()
    expect(giver.status().served).toBe(before)
    // At 1 KiB a second the file takes twenty minutes; the burst of the first quarter second is all that may go before.
    giver.limit(1024, false)
    await expect(way(AbortSignal.timeout(4_000))).rejects.toThrow()
    const [trickle] = [giver.status().served - before]
    expect(trickle).toBeLessThan(BYTES / 2)
    giver.limit(null, false)
    expect(await way(AbortSignal.timeout(30_000))).toBe(BYTES)
    expect(giver.status().served - before).toBeGreaterThanOrEqual(BYTES)
  },
  60_000,
)
