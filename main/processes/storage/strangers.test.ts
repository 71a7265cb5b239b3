import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyType } from '@libp2p/interface'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HostilePeer } from '../../../test/support/hostile-peer.ts'
import { DHT_PROTOCOL } from './dht.ts'
import { BLOCKS_PROTOCOL } from './exchange/protocol.ts'
import { DataNode } from './node.ts'

const PROTOCOLS = [
  BLOCKS_PROTOCOL,
  DHT_PROTOCOL,
  '/ipfs/bitswap/1.2.0',
  '/ipfs/id/1.0.0',
  '/ipfs/id/push/1.0.0',
  '/ipfs/ping/1.0.0',
]
const RUBBISH = [
  Uint8Array.of(100, 0x7b),
  Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80),
  new Uint8Array(64).fill(0xff),
  // A CID of 36 bytes that is none.
  Buffer.concat([Uint8Array.of(0, 0, 0, 36), randomBytes(36)]),
  Buffer.concat([Uint8Array.of(40), randomBytes(40)]),
]
let folder: string
let giver: DataNode
let cid: string

const start = (name: string) =>
  DataNode.start({ folder: join(folder, name), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [] })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-strangers-'))
  writeFileSync(join(folder, 'file'), randomBytes(50_000))
  giver = await start('giver')
  ;({ cid } = await giver.add(join(folder, 'file'), 'file', () => {}))
})
afterAll(async () => {
  await giver.stop()
  rmSync(folder, { recursive: true, force: true })
})

test.each<KeyType>(['Ed25519', 'secp256k1', 'RSA'])(
  'rubbish, half frames and resets on each protocol from a key of the kind %s end nobody else’s fetch',
  async (kind) => {
    const address = giver.status().addresses[0] ?? ''
    const hostile = await HostilePeer.arrive(kind)
    const connection = await hostile.patientDial(address).catch(() => null)
    for (const protocol of PROTOCOLS)
      for (const bytes of RUBBISH) {
        const stream = await connection?.newStream(protocol, { maxOutboundStreams: 1000 }).catch(() => null)
        try {
          stream?.send(bytes)
          if (bytes.length > 40) stream?.abort(new Error('gone'))
        } catch {
          // The node has ended it already.
        }
      }
    const taker = await start(`taker-${kind}`)
    await taker.fetch(cid, [address], () => {}, new AbortController().signal)
    expect(taker.status().bytes).toBe(giver.status().bytes)
    await taker.stop()
    await hostile.leave()
  },
)
