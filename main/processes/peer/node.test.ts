import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyType, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { HostilePeer } from '../../../test/support/hostile-peer.ts'
import { protocolId, type Frame } from './frames.ts'
import { PeerNode, type Answer } from './node.ts'

const routes = [
  { protocol: 'narrow/1', messageBytes: 200, bodyBytes: 400_000, concurrent: 2, perMinute: null },
  { protocol: 'open/1', messageBytes: 200, bodyBytes: 0, concurrent: 8, perMinute: { requests: 5, bytes: 1e6 } },
]
let folder: string
let flooder: PeerNode
let honest: PeerNode
let failing = false
let address: { peerId: string; addresses: string[] }
/** What the host was given to answer; it answers when told to. */
let asked: { protocol: string; peerId: string; gone: AbortSignal; end: () => void }[] = []

const start = (name: string, answer: Answer) =>
  PeerNode.start(
    { folder: join(folder, name), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [], relays: [], routes },
    answer,
  )
const silent = () => Promise.reject(new Error('nobody asks this one'))
const say = (node: PeerNode, protocol: string, frame: Partial<Frame> = {}) =>
  node.request({ protocol, ...address }, { message: { type: 'x' }, body: null, ...frame }, 10_000)
const refused = { message: { error: 'TOO_MANY_REQUESTS', reason: expect.any(String) as string } }

/** Sends bytes as the first of a request, and reads the answer; null where the host hangs up. */
async function stranger(kind: KeyType, protocol: string, first: Uint8Array): Promise<string | null> {
  const peer = await HostilePeer.arrive(kind)
  try {
    const connection = await peer.patientDial(address.addresses[0] ?? '')
    const stream = await connection.newStream(protocolId(protocol))
    const lp = lpStream(stream)
    stream.send(first)
    return new TextDecoder().decode((await lp.read({ signal: AbortSignal.timeout(4_000) })).subarray())
  } catch {
    return null
  } finally {
    await peer.leave()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-peers-'))
  const host = await start('host', (protocol, peerId, _frame, gone) => {
    if (failing) throw new Error('the host failed')
    if (protocol === 'open/1') return Promise.resolve({ message: { ok: true }, body: null })
    return new Promise((resolve) =>
      asked.push({ protocol, peerId, gone, end: () => resolve({ message: { ok: true }, body: null }) }),
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

test.each<KeyType>(['secp256k1', 'RSA'])(
  'a peer whose key is of the kind %s is told so or not let in, and those that come after it are heard',
  async (kind) => {
    const answer = await stranger(kind, 'open/1', Uint8Array.of(2, 0x7b, 0x7d))
    expect(answer ?? 'BAD_MESSAGE: Ed25519').toMatch(/BAD_MESSAGE.*Ed25519/)
    expect(await stranger('Ed25519', 'open/1', Uint8Array.of(2, 0x7b, 0x7d))).toMatch(/"ok":true/)
  },
)

test.each<[string, (stream: Stream) => void]>([
  ['half a frame', (stream) => stream.send(Uint8Array.of(100, 0x7b))],
  ['half a length', (stream) => stream.send(Uint8Array.of(0x80))],
  ['a length without end', (stream) => stream.send(new Uint8Array(64).fill(0xff))],
  ['a reset in the middle', (stream) => (stream.send(Uint8Array.of(100, 0x7b)), stream.abort(new Error('gone')))],
  ['nothing', () => {}],
])('%s from a stranger ends nobody else’s serving', async (_what, say) => {
  const peer = await HostilePeer.arrive()
  const connection = await peer.patientDial(address.addresses[0] ?? '')
  for (let i = 0; i < 8; i++) say(await connection.newStream(protocolId('open/1')))
  expect(await stranger('Ed25519', 'open/1', Uint8Array.of(2, 0x7b, 0x7d))).toMatch(/"ok":true/)
  await peer.leave()
})

test('an error while a request is answered ends that request alone', async () => {
  failing = true
  await expect(stranger('Ed25519', 'open/1', Uint8Array.of(2, 0x7b, 0x7d))).resolves.toBeNull()
  failing = false
  expect(await stranger('Ed25519', 'open/1', Uint8Array.of(2, 0x7b, 0x7d))).toMatch(/"ok":true/)
})

test('the host hears that an asker has left', async () => {
  const node = await start('leaver', silent)
  // A node lets so many new connections of one address in a second in.
  await vi.waitFor(() => say(node, 'open/1'), { timeout: 5_000 })
  const request = say(node, 'narrow/1').catch(() => null)
  await expect.poll(() => asked.length).toBe(1)
  const [waiting] = asked
  expect(waiting?.gone.aborted).toBe(false)
  await node.stop()
  await expect.poll(() => waiting?.gone.aborted).toBe(true)
  await request
  asked = []
})
