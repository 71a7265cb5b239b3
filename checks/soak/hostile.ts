/** The other side of `npm run soak:peers`: connections that attack two nodes, in a process of their own. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, KeyType } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { addProvider, emptyWants, wantBlocks } from '../../test/support/wire-messages.ts'
import { HostilePeer, yamuxFrame } from '../../test/support/hostile-peer.ts'

const [orders = '', data = '', kept = '', count = '0'] = process.argv.slice(2)
const CONNECTIONS = Number(count)
/** Connections of one key; more are refused. */
const OF_A_PEER = 4
const ATTACK_MS = 8_000
/** Until all of them have come. */
const RAMP_MS = 20_000
const ROUTES = ['order/3', 'training/3', 'files/1', 'jury/1', 'training-quote/2', 'health/1']

const tally: Record<string, number> = {}
const note = (what: string): void => void (tally[what] = (tally[what] ?? 0) + 1)
const STREAMS = { maxOutboundStreams: 1000, signal: AbortSignal.timeout(2 ** 31 - 1) }
const until = (connection: Connection, end: number): boolean => connection.status === 'open' && Date.now() < end
const randomCid = (): CID => CID.createV1(raw.code, Digest.create(0x12, randomBytes(32)))

interface Attack {
  readonly name: string
  readonly at: string
  readonly key?: KeyType
  readonly run: (connection: Connection, peer: HostilePeer, end: number) => Promise<void>
}

const anyRoute = (): string => `/hearth/${ROUTES[Math.floor(Math.random() * ROUTES.length)] ?? ''}`

/** Opens streams and does the same on each, again and again. */
const onStreams =
  (protocol: () => string, streams: number, each: (send: (bytes: Uint8Array) => void) => Promise<void> | void) =>
  async (connection: Connection, _peer: HostilePeer, end: number): Promise<void> => {
    while (until(connection, end)) {
      const opened = await Promise.allSettled(
        Array.from({ length: streams }, () => connection.newStream(protocol(), STREAMS)),
      )
      for (const result of opened)
        if (result.status === 'fulfilled') await each((bytes) => void result.value.send(bytes))
      await sleep(500)
      for (const result of opened) if (result.status === 'fulfilled') result.value.abort(new Error('reset'))
    }
  }

const half = (send: (bytes: Uint8Array) => void): void => {
  // 512 KiB are announced and 511 come.
  send(Uint8Array.of(0x80, 0x80, 0x20))
  for (let i = 0; i < 511; i += 73) send(new Uint8Array(73 * 1024))
}
const wrongRequest = (send: (bytes: Uint8Array) => void): void => {
  const message = Buffer.from('{"type":"follow","subject":{"order":1}}')
  send(Buffer.concat([Uint8Array.of(message.length), message]))
}

const millions = emptyWants(2_000_000)
const attacks: Attack[] = [
  { name: 'half frames', at: orders, run: onStreams(anyRoute, 32, half) },
  { name: 'a byte a second', at: orders, run: slowly },
  { name: 'floods of requests', at: orders, run: onStreams(anyRoute, 16, wrongRequest) },
  { name: 'keys of RSA', at: orders, key: 'RSA', run: onStreams(anyRoute, 4, wrongRequest) },
  { name: 'keys of secp256k1', at: orders, key: 'secp256k1', run: onStreams(anyRoute, 4, wrongRequest) },
  { name: 'giant frames', at: orders, run: giant },
  { name: 'pings that are not read', at: orders, run: unread },
  { name: 'half frames', at: data, run: onStreams(() => '/hearth/blocks/1.0.0', 8, half) },
  { name: 'records of the DHT', at: data, run: records },
  { name: 'wants of bitswap', at: data, run: onStreams(() => '/ipfs/bitswap/1.2.0', 8, wants) },
  {
    name: 'millions of empty wants',
    at: data,
    run: onStreams(
      () => '/ipfs/bitswap/1.2.0',
      1,
      (send) => send(millions),
    ),
  },
  { name: 'giant frames', at: data, run: giant },
]

async function slowly(connection: Connection, _peer: HostilePeer, end: number): Promise<void> {
  const streams = await Promise.allSettled(Array.from({ length: 32 }, () => connection.newStream(anyRoute(), STREAMS)))
  for (; until(connection, end); await sleep(1000))
    for (const result of streams) if (result.status === 'fulfilled') result.value.send(Uint8Array.of(0x81))
}

async function giant(connection: Connection, peer: HostilePeer, end: number): Promise<void> {
  const stream = await connection.newStream('/ipfs/id/1.0.0', STREAMS)
  peer.transport.send(yamuxFrame('data', Number(stream.id), 2 ** 32 - 1, 65_536))
  while (until(connection, end)) {
    peer.transport.send(new Uint8Array(1024 * 1024))
    await sleep(100)
  }
}

async function unread(connection: Connection, peer: HostilePeer, end: number): Promise<void> {
  peer.transport.pause()
  const pings = Buffer.concat(Array.from({ length: 10_000 }, (_, i) => yamuxFrame('ping', 0, i)))
  for (; until(connection, end); await sleep(200))
    if (peer.transport.writeBufferLength < 4e6) peer.transport.send(pings)
}

async function records(connection: Connection, peer: HostilePeer, end: number): Promise<void> {
  const at = multiaddr('/ip4/127.0.0.1/tcp/1').bytes
  for (; until(connection, end); await sleep(200)) {
    const stream = await connection.newStream('/hearth/kad/1.0.0', STREAMS)
    for (let i = 0; i < 50; i++) stream.send(addProvider(randomCid().bytes, peer.key, at))
    await stream.close()
  }
}

function wants(send: (bytes: Uint8Array) => void): void {
  const cids = kept.split(',').map((cid) => CID.parse(cid))
  send(wantBlocks([...cids, ...Array.from({ length: 500 }, randomCid)].map(({ bytes }) => bytes)))
}

/** One connection that is made again whenever it ends. */
async function attack(of: Attack, peers: Promise<HostilePeer>, offset: number): Promise<never> {
  await sleep(offset)
  const peer = await peers
  for (;;) {
    try {
      const connection = await peer.dial(of.at)
      note(`${of.name}: in`)
      await of.run(connection, peer, Date.now() + ATTACK_MS)
      connection.abort(new Error('again'))
    } catch {
      note(`${of.name}: refused or ended`)
    }
    await sleep(500 + Math.random() * 1000)
  }
}

/** A connection that never gets as far as a handshake. */
async function silence(at: string, from: string, offset: number): Promise<never> {
  await sleep(offset)
  const port = Number(/\/tcp\/(\d+)/.exec(at)?.[1])
  for (;;) {
    await new Promise<void>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: from })
      if (Math.random() < 0.3) socket.write(randomBytes(200))
      socket.on('error', () => {}).on('close', () => resolve())
      setTimeout(() => socket.destroy(), ATTACK_MS)
    })
    note('no handshake')
    await sleep(500 + Math.random() * 1000)
  }
}

// A slot is one connection. Each network has a few of them, as a botnet does, and one address has many. None is this
// machine's own: nobody from outside can come from there.
const addressOf = (slot: number): string =>
  slot % 4 === 0 ? '127.200.0.1' : `127.${1 + (slot % 97)}.${slot % 251}.${1 + (slot % 5)}`
const silent = Math.round(CONNECTIONS * 0.3)
for (let slot = 0; slot < silent; slot++)
  void silence(slot % 2 ? orders : data, addressOf(slot), (slot / silent) * RAMP_MS)
for (let slot = silent; slot < CONNECTIONS; slot += OF_A_PEER) {
  const of = attacks[Math.floor((slot - silent) / OF_A_PEER) % attacks.length]
  if (!of) break
  const peer = HostilePeer.arrive(of.key, addressOf(Math.floor(slot / OF_A_PEER)))
  for (let i = 0; i < OF_A_PEER && slot + i < CONNECTIONS; i++)
    void attack(of, peer, ((slot - silent) / CONNECTIONS) * RAMP_MS + i * 200)
}
process.on('uncaughtException', () => note('thrown'))
process.on('unhandledRejection', () => note('thrown'))
process.on('message', () => process.send?.(tally))
