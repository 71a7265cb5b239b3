import { noise } from '@libp2p/noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { Wallet } from 'ethers'
import { createLibp2p } from 'libp2p'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { peerDomain, peerRecordTypes } from '../../common/chain/typed-data.ts'
import { practiceContracts } from '../../main/features/chain/index.ts'
import { ORDER_PROTOCOL } from '../../main/processes/peer/order-protocol.ts'
import { fund, goOnline, placeOrder, until } from '../support/market.ts'
import { World } from '../support/processes.ts'

const stranger = Wallet.createRandom()
let world: World
let provider: Api
let customer: Api
let order: number
let address: string
let node: Awaited<ReturnType<typeof makeNode>>
let key: string

async function makeNode() {
  const privateKey = await generateKeyPair('Ed25519')
  key = `0x${Buffer.from(privateKey.publicKey.raw).toString('hex')}`
  return createLibp2p({ privateKey, addresses: { listen: [] }, transports: [tcp()], connectionEncrypters: [tls(), noise()], streamMuxers: [yamux()], connectionGater: { denyDialMultiaddr: () => false } })
}

/** Sends raw bytes as the header and reads the answer; null when the provider hangs up instead. */
async function say(header: Uint8Array | string): Promise<Record<string, unknown> | null> {
  const stream = await node.dialProtocol(multiaddr(address), ORDER_PROTOCOL)
  const lp = lpStream(stream)
  const signal = AbortSignal.timeout(5_000)
  try {
    await lp.write(typeof header === 'string' ? new TextEncoder().encode(header) : header, { signal })
    return JSON.parse(new TextDecoder().decode((await lp.read({ signal })).subarray())) as Record<string, unknown>
  } catch {
    return null
  } finally {
    stream.abort(new Error('done'))
  }
}

async function recordOf(wallet: { address: string; signTypedData: typeof stranger.signTypedData }, peer: string, expires = 2 ** 40) {
  const body = { wallet: wallet.address, peer, expires }
  return { ...body, signature: await wallet.signTypedData(peerDomain(31_337, practiceContracts), peerRecordTypes, body) }
}
const ask = async (record: object, rest: object = { type: 'follow', afterLog: 0, rowsKnown: 0, waitMs: 0 }) => say(JSON.stringify({ order, record, ...rest }))

beforeAll(async () => {
  world = new World()
  const { rpcUrl } = (await world.chain()).ready
  const [one, two] = await Promise.all([world.serve('provider', rpcUrl!), world.serve('customer', rpcUrl!)])
  ;[provider, customer] = await Promise.all([world.api(one), world.api(two)])
  await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
  order = await placeOrder(customer, await goOnline(provider, customer), 'small', 2_000)
  await until('the end', async () => (await customer.market.order({ id: order })).order.state === 'completed')
  address = (await provider.system.overview({})).peer!.addresses[0]!
  node = await makeNode()
})
afterAll(async () => {
  await node.stop()
  await world[Symbol.asyncDispose]()
})

describe('a stranger on the order protocol', () => {
  test('with a valid record of its own gets nothing of an order between others', async () => {
    const record = await recordOf(stranger, key)
    expect(await ask(record)).toMatchObject({ error: 'NOT_A_PARTY' })
    expect(await ask(record, { type: 'get', offset: 0, length: 1024 })).toMatchObject({ error: 'NOT_A_PARTY' })
    expect(await ask(record, { type: 'receipt', served: 1, finished: true, signature: '0x00' })).toMatchObject({ error: 'NOT_A_PARTY' })
  })

  test('with a record for another peer, an expired or a forged one is refused', async () => {
    const refused = { error: 'RECORD_INVALID' }
    expect(await ask(await recordOf(stranger, `0x${'ab'.repeat(32)}`))).toMatchObject(refused)
    expect(await ask(await recordOf(stranger, key, 1_000))).toMatchObject(refused)
    const { wallet } = await customer.system.overview({})
    expect(await ask({ ...(await recordOf(stranger, key)), wallet: wallet.address })).toMatchObject(refused)
  })

  test.each<[string, string | Uint8Array]>([
    ['no JSON', 'hello'],
    ['an array', '[1, 2]'],
    ['broken UTF-8', Uint8Array.of(0xff, 0xfe, 0x7b)],
    ['a header beyond its limit', `{"x":"${'a'.repeat(70_000)}"}`],
    ['a chunk beyond its limit', new Uint8Array(600_000)],
    ['a chunk that never comes', '{"type":"put","body":true}'],
  ])('who sends %s is hung up on or told so, and the provider goes on', async (_what, header) => {
    const answer = await say(header)
    expect(answer === null || typeof answer.error === 'string').toBe(true)
    expect((await provider.system.overview({})).peer).not.toBeNull()
    expect(await ask(await recordOf(stranger, key))).toMatchObject({ error: 'NOT_A_PARTY' })
  })

  test.each([{}, { order: -1 }, { type: 'run', command: 'ls' }, { type: 'get', offset: -1, length: 1 }, { type: 'get', offset: 0, length: 1e9 }, { type: 'follow', afterLog: 0, rowsKnown: 0, waitMs: 1e9 }])('a request of the wrong form is refused: %j', async (message) => {
    expect(await say(JSON.stringify({ order, record: await recordOf(stranger, key), ...message }))).toMatchObject({ error: 'BAD_MESSAGE' })
  })
})
