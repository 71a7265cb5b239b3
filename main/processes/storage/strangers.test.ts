import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyType } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import Database from 'better-sqlite3'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addProvider, emptyWants, field, framed } from '../../../test/support/wire-messages.ts'
import { HostilePeer } from '../../../test/support/hostile-peer.ts'
import { DHT_PROTOCOL } from './dht.ts'
import { BLOCKS_PROTOCOL } from './exchange/protocol.ts'
import { DataNode } from './node.ts'
import { RECORD_LIMITS } from './records/record-store.ts'

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
const cidOf = (name: string): CID =>
  CID.createV1(raw.code, Digest.create(0x12, createHash('sha256').update(name).digest()))
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

test.each([
  ['nothing, a thousand times', '/ipfs/bitswap/1.2.0', Buffer.alloc(1000)],
  ['two million wants', '/ipfs/bitswap/1.2.0', emptyWants(2_000_000)],
  [
    'a hundred thousand providers',
    DHT_PROTOCOL,
    framed(Buffer.concat(Array.from({ length: 100_000 }, () => field(9, Buffer.alloc(0))))),
  ],
  [
    'a provider of a hundred thousand addresses',
    DHT_PROTOCOL,
    framed(field(9, Buffer.concat(Array.from({ length: 100_000 }, () => field(2, Buffer.alloc(0)))))),
  ],
])('a message of %s ends its stream before anything is made of it', async (_, protocol, message) => {
  const hostile = await HostilePeer.arrive()
  const connection = await hostile.patientDial(giver.status().addresses[0] ?? '')
  const stream = await connection.newStream(protocol, { maxOutboundStreams: 1000 })
  stream.send(message)
  // Whoever had read it would have waited ten seconds for the next.
  await expect.poll(() => stream.status, { timeout: 5_000 }).toBe('reset')
  await hostile.leave()
})

test('who says that it is a relay, and was not chosen, is none', async () => {
  const hostile = await HostilePeer.arrive()
  const connection = await hostile.patientDial(giver.status().addresses[0] ?? '')
  const stream = await connection.newStream('/libp2p/circuit/relay/0.2.0/stop', { maxOutboundStreams: 1000 })
  await expect.poll(() => stream.status, { timeout: 5_000 }).toBe('reset')
  expect(giver.status().addresses.filter((address) => address.includes('p2p-circuit'))).toEqual([])
  await hostile.leave()
})

test('records that a stranger floods the DHT with stay few and in one file', { timeout: 60_000 }, async () => {
  const before = readdirSync(join(folder, 'giver')).length
  const address = giver.status().addresses[0] ?? ''
  const hostile = await HostilePeer.arrive()
  const connection = await hostile.patientDial(address)
  const at = multiaddr('/ip4/127.0.0.1/tcp/1').bytes
  for (let i = 0; i < 40; i++) {
    const stream = await connection.newStream(DHT_PROTOCOL, { maxOutboundStreams: 1000 })
    for (let j = 0; j < 25; j++) stream.send(addProvider(cidOf(`${i}/${j}`).bytes, hostile.key, at))
    await stream.close()
  }
  const rows = (): number => {
    const db = new Database(join(folder, 'giver', 'records.db'), { readonly: true })
    try {
      return (
        db
          .prepare<[string], { n: number }>('select count(*) as n from records where key like ?')
          .get(`/dht/provider/%/${hostile.id}`)?.n ?? 0
      )
    } finally {
      db.close()
    }
  }
  await expect.poll(rows, { timeout: 20_000 }).toBeGreaterThan(200)
  await hostile.leave()
  expect(rows()).toBeLessThanOrEqual(RECORD_LIMITS.ofOne.records)
  expect(readdirSync(join(folder, 'giver'))).toHaveLength(before)
})
