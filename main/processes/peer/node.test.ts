import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { protocolId, type Frame } from './frames.ts'
import { PeerNode } from './node.ts'

const routes = [
  { protocol: 'narrow/1', messageBytes: 200, bodyBytes: 400_000, concurrent: 2, perMinute: null },
  { protocol: 'open/1', messageBytes: 200, bodyBytes: 0, concurrent: 8, perMinute: { requests: 5, bytes: 1e6 } },
]
let folder: string
let flooder: PeerNode
let honest: PeerNode
let address: { peerId: string; addresses: string[] }
/** What the host was given to answer; it answers when told to. */
let asked: { protocol: string; peerId: string; end: () => void }[] = []

const start = (name: string, answer: (protocol: string, peerId: string) => Promise<Frame>) =>
  PeerNode.start(
    { folder: join(folder, name), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [], relays: [], routes },
    answer,
  )
const silent = () => Promise.reject(new Error('nobody asks this one'))
const say = (node: PeerNode, protocol: string, frame: Partial<Frame> = {}) =>
  node.request({ protocol, ...address }, { message: { type: 'x' }, body: null, ...frame }, 10_000)
const refused = { message: { error: 'TOO_MANY_REQUESTS', reason: expect.any(String) as string } }

/** A bare libp2p node, for what an honest one does not do. */
async function stranger(kind: 'Ed25519' | 'secp256k1', protocol: string, first: Uint8Array): Promise<string | null> {
  const node = await createLibp2p({
    privateKey: kind === 'Ed25519' ? await generateKeyPair('Ed25519') : await generateKeyPair('secp256k1'),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
  })
  try {
    // libp2p lets five new connections of one address in a second in.
    const connection = await vi.waitFor(() => node.dial(multiaddr(address.addresses[0]!)), { timeout: 5_000 })
    const stream = await connection.newStream(protocolId(protocol))
    const lp = lpStream(stream)
    stream.send(first)
    return new TextDecoder().decode((await lp.read({ signal: AbortSignal.timeout(4_000) })).subarray())
  } catch {
    return null
  } finally {
    await node.stop()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-peers-'))
  const host = await start('host', (protocol, peerId) => {
    if (protocol === 'open/1') return Promise.resolve({ message: { ok: true }, body: null })
    return new Promise((resolve) =>
      asked.push({ protocol, peerId, end: () => resolve({ message: { ok: true }, body: null }) }),
    )
  })
  const { peerId, addresses } = host.status()
  address = { peerId, addresses }
  ;[flooder, honest] = [await start('flooder', silent), await start('honest', silent)]
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a peer that floods a route is told so, and an honest one is answered on it and on the others', async () => {
  // The third is refused although it brings more than a stream takes unread.
  const flood = [1, 2].map(() => say(flooder, 'narrow/1'))
  await expect.poll(() => asked.length).toBe(2)
  for (let i = 0; i < 5; i++)
    expect(await say(flooder, 'narrow/1', { body: new Uint8Array(400_000) })).toMatchObject(refused)
  expect(asked).toHaveLength(2)
  const fair = say(honest, 'narrow/1')
  await expect.poll(() => asked.length).toBe(3)
  for (const { end } of asked) end()
  expect(await Promise.all([...flood, fair])).toEqual(Array(3).fill({ message: { ok: true }, body: null }))

  const answers = []
  // More than two minutes' budgets, should a minute end in between.
  for (let i = 0; i < 12; i++) answers.push((await say(flooder, 'open/1')).message['error'] ?? 'answered')
  expect(answers.slice(0, 5)).toEqual(Array(5).fill('answered'))
  expect(answers).toContain('TOO_MANY_REQUESTS')
  expect(await say(honest, 'open/1')).toMatchObject({ message: { ok: true } })
  asked = []
})

test('a message beyond the route’s limit is refused at its announced length', async () => {
  // 512 KiB are announced and none of them come.
  const answer = await stranger('Ed25519', 'narrow/1', Uint8Array.of(0x80, 0x80, 0x20))
  expect(answer).toMatch(/MESSAGE_TOO_LARGE.*at most 200 bytes/)
  expect(asked).toEqual([])
  await expect(say(honest, 'narrow/1', { message: { long: 'x'.repeat(300) } })).rejects.toMatchObject({
    code: 'MESSAGE_TOO_LARGE',
  })
  await expect(say(honest, 'unknown/1')).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

test('a peer whose key is of another kind is told so, and those that come after it are heard', async () => {
  expect(await stranger('secp256k1', 'open/1', Uint8Array.of(2, 0x7b, 0x7d))).toMatch(/BAD_MESSAGE.*Ed25519/)
  expect(await stranger('Ed25519', 'open/1', Uint8Array.of(2, 0x7b, 0x7d))).toMatch(/"ok":true/)
})
