import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Recipe } from '../../common/model/recipe.ts'
import type { Api } from '../../common/api/index.ts'
import { fund, goOnline, placeOrder, until } from '../support/market.ts'
import { World } from '../support/processes.ts'
import { Stranger } from '../support/stranger.ts'

let world: World
let provider: Api
let customer: Api
let order: number
let stranger: Stranger
const ask = async (record: object, rest: object = { type: 'follow', afterLog: 0, rowsKnown: 0, waitMs: 0 }) =>
  stranger.say('order/3', JSON.stringify({ subject: { order }, record, ...rest }))

beforeAll(async () => {
  world = new World()
  const { rpcUrl } = (await world.chain()).ready
  const [one, two] = await Promise.all([world.serve('provider', rpcUrl!), world.serve('customer', rpcUrl!)])
  ;[provider, customer] = await Promise.all([world.api(one), world.api(two)])
  await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
  order = await placeOrder(customer, await goOnline(provider, customer), 'small', 2_000)
  await until('the end', async () => (await customer.market.order({ id: order })).order.state === 'completed')
  stranger = await Stranger.arrive((await provider.system.overview({})).peer!.addresses[0]!)
})
afterAll(async () => {
  await stranger[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

describe('a stranger on the order protocol', () => {
  test('with a valid record of its own gets nothing of an order between others', async () => {
    const record = await stranger.record()
    expect(await ask(record)).toMatchObject({ error: 'NOT_A_PARTY' })
    expect(await ask(record, { type: 'get', offset: 0, length: 1024 })).toMatchObject({ error: 'NOT_A_PARTY' })
    expect(await ask(record, { type: 'receipt', served: 1, finished: true, signature: '0x00' })).toMatchObject({
      error: 'NOT_A_PARTY',
    })
  })

  test('with a record for another peer, an expired or a forged one is refused', async () => {
    const refused = { error: 'RECORD_INVALID' }
    expect(await ask(await stranger.record(`0x${'ab'.repeat(32)}`))).toMatchObject(refused)
    expect(await ask(await stranger.record(stranger.key, 1_000))).toMatchObject(refused)
    const { wallet } = await customer.system.overview({})
    expect(await ask({ ...(await stranger.record()), wallet: wallet.address })).toMatchObject(refused)
  })

  test.each<[string, string | Uint8Array]>([
    ['no JSON', 'hello'],
    ['an array', '[1, 2]'],
    ['broken UTF-8', Uint8Array.of(0xff, 0xfe, 0x7b)],
    ['a header beyond its limit', `{"x":"${'a'.repeat(70_000)}"}`],
    ['a chunk beyond its limit', new Uint8Array(600_000)],
    ['a chunk that never comes', '{"type":"put","body":true}'],
  ])('who sends %s is hung up on or told so, and the provider goes on', async (_what, header) => {
    const answer = await stranger.say('order/3', header)
    expect(answer === null || typeof answer.error === 'string').toBe(true)
    expect((await provider.system.overview({})).peer).not.toBeNull()
    expect(await ask(await stranger.record())).toMatchObject({ error: 'NOT_A_PARTY' })
  })

  test.each([
    {},
    { subject: { order: -1 } },
    { subject: { order: 1, path: '/etc' } },
    { type: 'run', command: 'ls' },
    { type: 'get', offset: -1, length: 1 },
    { type: 'get', offset: 0, length: 1e9 },
    { type: 'follow', afterLog: 0, rowsKnown: 0, waitMs: 1e9 },
  ])('a request of the wrong form is refused: %j', async (message) => {
    expect(await stranger.ask('order/3', { subject: { order }, ...message })).toMatchObject({
      error: 'BAD_MESSAGE',
    })
  })

  test('a quote is not measured for a wallet without coins or a staked machine, nor for an old app', async () => {
    const recipe = Recipe.parse(JSON.parse(readFileSync('test/fixtures/recipe.json', 'utf8')))
    expect(await stranger.ask('training-quote/2', { type: 'ask', subject: {}, recipe })).toMatchObject({
      error: 'INSUFFICIENT_FUNDS',
    })
    expect(await stranger.say('training-quote/1', JSON.stringify({ type: 'ask', recipe }))).toMatchObject({
      error: 'PEER_REFUSED',
      reason: expect.stringContaining('training-quote/2') as string,
    })
  })

  test('is told what the machine registered, not what nobody did, and no more often than a minute allows', async () => {
    const { spec } = (await provider.earn.machine({})).registered!
    const asks = (who: Stranger, hash: string) => who.say('machine/1', JSON.stringify({ type: 'ask', spec: hash }))
    expect(await asks(stranger, spec)).toEqual({ body: true })
    expect(await asks(stranger, `0x${'ab'.repeat(32)}`)).toMatchObject({ error: 'NOT_FOUND' })
    const answers = []
    // More than two minutes' budgets, should a minute end in between.
    for (let i = 0; i < 26; i++) answers.push((await asks(stranger, spec))?.error)
    expect(answers).toContain('TOO_MANY_REQUESTS')
    await using another = await Stranger.arrive((await provider.system.overview({})).peer!.addresses[0]!)
    expect(await asks(another, spec)).toEqual({ body: true })
  })

  test(
    'who floods one route is told so there, and is answered on the others; an honest peer is ' + 'answered on both',
    async () => {
      const quote = (who: Stranger) => who.say('training-quote/2', '{"type":"ask","recipe":{}}')
      const answers = []
      // More than two minutes' budgets, should a minute end in between.
      for (let i = 0; i < 50; i++) answers.push((await quote(stranger))?.error)
      expect(answers.slice(0, 5)).toEqual(Array(5).fill('BAD_MESSAGE'))
      expect(answers).toContain('TOO_MANY_REQUESTS')
      expect(await ask(await stranger.record())).toMatchObject({ error: 'NOT_A_PARTY' })
      await using honest = await Stranger.arrive((await provider.system.overview({})).peer!.addresses[0]!)
      expect(await quote(honest)).toMatchObject({ error: 'BAD_MESSAGE' })
    },
  )
})
