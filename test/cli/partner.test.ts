import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { sellRelease } from '../../main/features/market/data/commands/sell-release.ts'
import { act, fund, placeOrder, until } from '../support/market.ts'
import { World } from '../support/processes.ts'

const PATIENCE_MS = 120_000
let world: World
let me: Api

beforeAll(async () => {
  world = new World()
  me = await world.api(await world.serve('me', 'embedded'))
  await fund(me, world.passphrase)
})
afterAll(() => world[Symbol.asyncDispose]())

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1)

test('whoever is alone on the practice network has a first coin, result, purchase and sale, with real contracts', async () => {
  const begun = performance.now()
  expect(await me.partner.turn({ on: true })).toMatchObject({ state: 'starting' })
  // It orders from the machine that goes online here.
  await me.earn.measure({ quick: true })
  await act(me, { kind: 'addMachine' })
  await me.earn.start({})
  const earned = until(
    'the first coin',
    async () => ((await me.earn.earnings({})).lifetime > 0n ? seconds(begun) : null),
    PATIENCE_MS,
  )
  // Its own machine can be ordered from.
  const { wallet } = await me.system.overview({})
  const offer = await until(
    'its offer',
    async () =>
      (await me.market.offers({})).find(
        ({ machine }) => machine.owner !== wallet.address!.toLowerCase() && machine.addresses.length > 0,
      ),
    PATIENCE_MS,
  )
  const order = await placeOrder(me, offer, 'small', 64)
  const computed = until(
    'the first result',
    async () => ((await me.market.order({ id: order })).order.state === 'completed' ? seconds(begun) : null),
    PATIENCE_MS,
  )
  // What it sells opens here, and what is sold here it buys.
  const sample = await until(
    'its data',
    async () => (await me.data.offers({})).find(({ mine, metadata }) => !mine && metadata !== null),
    PATIENCE_MS,
  )
  const { id: asset, current, price } = sample.asset
  await act(me, { kind: 'buyAsset', asset, version: current.version, maxPrice: price })
  const bought = until(
    'the first purchase',
    async () => ((await me.data.overview({})).bought.some(({ own }) => own?.state === 'owned') ? seconds(begun) : null),
    PATIENCE_MS,
  )
  const dataset = await me.data.create({ name: 'Mine', upload: null, format: null, dateOrder: null, country: 'DE' })
  const terms = {
    name: 'Mine',
    description: 'A sample.',
    licence: { use: 'train', redistribution: false, term: null },
    royalty: 0,
    parent: null,
  } as const
  await sellRelease(me, await me.data.seal({ dataset: dataset.id, terms, asset: null }), 10n ** 18n)
  const sold = until(
    'the first sale',
    async () => ((await me.data.overview({})).sold.some(({ sale }) => sale.paid > 0n) ? seconds(begun) : null),
    PATIENCE_MS,
  )
  const times = {
    'first coin': await earned,
    'first result': await computed,
    'first purchase': await bought,
    'first sale': await sold,
  }
  process.stdout.write(`after the partner was asked for: ${JSON.stringify(times)} s\n`)

  // A partner that was killed comes back, with what it had.
  const { partner: pid } = (await me.system.health({})).children
  process.kill(pid!, 'SIGKILL')
  const again = await until(
    'the partner',
    async () => {
      const view = await me.partner.turn({ on: true })
      const { partner } = (await me.system.health({})).children
      return partner !== pid && view.state === 'playing' && view.selling !== null && view
    },
    PATIENCE_MS,
  )
  expect(again).toMatchObject({ selling: asset, bought: 1 })

  // Turned off it takes no more orders, and none of its processes is left.
  expect(await me.partner.turn({ on: false })).toMatchObject({ state: 'off', offering: false })
  expect((await me.system.health({})).children).not.toHaveProperty('partner')
}, 300_000)
