import { connect, type Socket } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { createLibp2p } from 'libp2p'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HostilePeer, yamuxFrame } from '../../../test/support/hostile-peer.ts'
import { InboundGuard } from './inbound-guard.ts'
import { PEER_LIMITS, type InboundLimits } from './limits.ts'

const ECHO = '/echo/1'
const HOLD = '/hold/1'
let hosts: Awaited<ReturnType<typeof host>>[] = []
let peers: HostilePeer[] = []
let sockets: Socket[] = []

/** A node with one protocol that answers, and one that keeps all that it is sent. */
async function host(limits: Partial<InboundLimits> = {}) {
  const guard = new InboundGuard({ ...PEER_LIMITS, newPerSecond: 1000, ...limits })
  const node = await createLibp2p({
    ...guard.options,
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
  })
  const held: Stream[] = []
  await node.handle(ECHO, async (stream) => {
    for await (const chunk of stream) {
      guard.know(stream)
      stream.send(chunk)
    }
  })
  await node.handle(HOLD, (stream) => {
    held.push(stream)
    stream.addEventListener('message', () => {})
  })
  return { node, guard, held, address: String(node.getMultiaddrs()[0]) }
}

async function started(limits?: Partial<InboundLimits>) {
  const made = await host(limits)
  hosts.push(made)
  return made
}

async function arrive(): Promise<HostilePeer> {
  const peer = await HostilePeer.arrive()
  peers.push(peer)
  return peer
}

/** Whether the other side answers on a connection. */
async function echoes(connection: Connection): Promise<boolean> {
  try {
    const stream = await connection.newStream(ECHO, { signal: AbortSignal.timeout(3_000) })
    stream.send(Uint8Array.of(7))
    for await (const chunk of stream) return chunk.subarray()[0] === 7
  } catch {
    // It was closed instead.
  }
  return false
}

/** Sends as much as the other side lets it, and never ends. */
async function pour(connection: Connection, bytes: number): Promise<void> {
  try {
    const stream = await connection.newStream(HOLD, { maxOutboundStreams: 1000 })
    for (let sent = 0; sent < bytes; sent += 32_768)
      if (!stream.send(new Uint8Array(32_768))) await stream.onDrain({ signal: AbortSignal.timeout(5_000) })
  } catch {
    // The host ended the stream or the connection, or takes no more.
  }
}

beforeEach(() => {
  ;[hosts, peers, sockets] = [[], [], []]
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(peers.map((peer) => peer.leave()))
  for (const { node } of hosts) await node.stop()
})

test('unfinished frames of many connections never hold more than the limit, and others are answered meanwhile', async () => {
  const MOST = 2 * 2 ** 20
  const { guard, address } = await started({ bytes: { all: MOST, connection: 2 ** 20 } })
  const honest = await (await arrive()).dial(address)
  expect(await echoes(honest)).toBe(true)
  let peak = 0
  const watch = setInterval(() => (peak = Math.max(peak, guard.usage.bytes)), 1)
  const pouring: Promise<void>[] = []
  for (let i = 0; i < 6; i++) {
    const connection = await (await arrive()).dial(address)
    for (let stream = 0; stream < 32; stream++) pouring.push(pour(connection, 511 * 1024))
  }
  while (guard.usage.refused === 0) expect(await echoes(honest)).toBe(true)
  await Promise.all(pouring)
  await expect.poll(() => guard.usage.refused, { timeout: 30_000 }).toBeGreaterThan(20)
  clearInterval(watch)
  // 96 MiB were offered.
  expect(peak).toBeGreaterThan(MOST / 4)
  expect(Math.max(peak, guard.usage.bytes)).toBeLessThanOrEqual(MOST)
  expect(await echoes(honest)).toBe(true)
})

test('a frame that claims 4 GiB ends its connection, before what it brings is kept', async () => {
  const { guard, address } = await started()
  const honest = await (await arrive()).dial(address)
  const hostile = await arrive()
  const connection = await hostile.dial(address)
  const stream = await connection.newStream(HOLD)
  hostile.transport.send(yamuxFrame('data', Number(stream.id), 2 ** 32 - 1, 65_536))
  await expect.poll(() => connection.status).not.toBe('open')
  expect(guard.usage.bytes).toBeLessThan(65_536)
  expect(await echoes(honest)).toBe(true)
})

test('who asks and never reads is hung up on, not stored for', async () => {
  const { guard, address, node } = await started({ unsentBytes: 64 * 1024, frames: { control: 1e9, opened: 128 } })
  const honest = await (await arrive()).dial(address)
  const hostile = await arrive()
  const connection = await hostile.dial(address)
  // What arrives is left in the socket.
  hostile.transport.pause()
  const pings = Buffer.concat(Array.from({ length: 50_000 }, (_, i) => yamuxFrame('ping', 0, i)))
  for (let i = 0; i < 200 && connection.status === 'open' && guard.usage.refused === 0; i++) {
    hostile.transport.send(pings)
    await expect
      .poll(() => hostile.transport.writeBufferLength < 4 * pings.length || guard.usage.refused > 0)
      .toBe(true)
  }
  expect(guard.usage.refused).toBe(1)
  await expect.poll(() => node.getConnections().length).toBe(1)
  expect(await echoes(honest)).toBe(true)
})

test('handshakes that never end keep nobody out', async () => {
  const { guard, address } = await started({ handshakes: { all: 4, address: 4 } })
  const port = Number(/\d+$/.exec(address.split('/p2p/')[0] ?? '')?.[0])
  for (let i = 0; i < 30; i++) sockets.push(connect(port, '127.0.0.1').on('error', () => {}))
  await expect.poll(() => guard.usage.refused).toBeGreaterThanOrEqual(26)
  expect(guard.usage.handshakes).toBeLessThanOrEqual(4)
  expect(await echoes(await (await arrive()).dial(address))).toBe(true)
})

test('where all places are taken the newcomer comes in and the oldest stranger goes; a known party stays', async () => {
  const { guard, address } = await started({ connections: { all: 3, network: 3, address: 3 } })
  const party = await (await arrive()).dial(address)
  expect(await echoes(party)).toBe(true)
  const strangers: Connection[] = []
  for (let i = 0; i < 8; i++) strangers.push(await (await arrive()).dial(address))
  await expect.poll(() => strangers.filter(({ status }) => status === 'open').length).toBe(3)
  expect(strangers.slice(0, 5).every(({ status }) => status !== 'open')).toBe(true)
  expect(await echoes(party)).toBe(true)
  expect(guard.usage.connections).toBe(4)
})

test('one peer has so many connections, and so many streams on each', async () => {
  const { guard, address, held } = await started({ connectionsOfPeer: 2, streams: { all: 100, connection: 8 } })
  const peer = await arrive()
  const connection = await peer.dial(address)
  for (let i = 0; i < 4; i++) {
    const twin = await peer.twin()
    peers.push(twin)
    await twin.dial(address).catch(() => {})
  }
  await expect.poll(() => guard.usage).toMatchObject({ connections: 2, refused: 3 })
  await Promise.all(Array.from({ length: 30 }, () => pour(connection, 1)))
  expect(held).toHaveLength(8)
})
