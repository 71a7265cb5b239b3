import { existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Api } from '../../common/api/index.ts'
import { dataPaths } from '../../main/core/paths.ts'
import { Rpc } from '../../main/features/chain/index.ts'
import { act, fund, goOnline, placeOrder, until } from '../support/market.ts'
import { World, type HearthProcess } from '../support/processes.ts'
import { jobWords } from '../../main/cli/in-words.ts'

let world: World
let rpc: Rpc
let hosts: { provider: HearthProcess; customer: HearthProcess }
let provider: Api
let customer: Api

const closed = (id: number) =>
  until(
    'the end of the order',
    async () => customer.market.order({ id }).then((it) => it.order.state !== 'active' && it),
    120_000,
  )
const rowsArrive = (id: number) =>
  until('rows', async () => ((await customer.market.order({ id })).job?.unitsFetched ?? 0) > 0)
const nextOffer = () => until('the next offer', async () => (await customer.market.offers({}))[0])
const coins = async (api: Api): Promise<bigint> => {
  const { wallet } = await api.system.overview({})
  const held = await api.explorer.address({ address: wallet.address! })
  return held.wallet! + held.market + (await api.earn.machine({})).stake
}
const pidOf = async (api: Api, child: string): Promise<number> => (await api.system.health({})).children[child]!

beforeAll(async () => {
  world = new World()
  const chain = await world.chain()
  rpc = new Rpc(chain.ready.rpcUrl!)
  const [one, two] = await Promise.all([
    world.serve('provider', chain.ready.rpcUrl!),
    world.serve('customer', chain.ready.rpcUrl!),
  ])
  hosts = { provider: one, customer: two }
  ;[provider, customer] = await Promise.all([world.api(one), world.api(two)])
  await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
  await goOnline(provider, customer)
})
afterAll(() => world[Symbol.asyncDispose]())

describe('an order goes on and is paid exactly', () => {
  test('when the engine, the vault and the peers are killed with -9 in its middle', async () => {
    const before = (await coins(provider)) + (await coins(customer))
    const id = await placeOrder(customer, await nextOffer(), 'large', 60_000)
    await rowsArrive(id)
    for (const [api, child] of [
      [provider, 'exact-inference'],
      [provider, 'peer'],
      [customer, 'vault'],
      [customer, 'peer'],
      [provider, 'vault'],
    ] as const)
      process.kill(await pidOf(api, child), 'SIGKILL')
    const { order, job } = await closed(id)
    expect(order).toMatchObject({ state: 'completed' })
    expect(job).toMatchObject({ unitsFetched: 60_000 })
    expect(order.paid + order.refunded).toBe(order.price * BigInt(order.end - order.start))
    await until('the balances', async () => (await coins(provider)) + (await coins(customer)) === before)
  })

  test('when the customer’s host is killed with -9 in its middle', async () => {
    const id = await placeOrder(customer, await nextOffer(), 'large', 40_000)
    await rowsArrive(id)
    await hosts.customer.kill('SIGKILL')
    hosts.customer = await world.serve('customer', rpc.url)
    customer = await world.api(hosts.customer)
    expect((await closed(id)).order).toMatchObject({ state: 'completed' })
  })
})

test('an order goes on when the chain itself is killed with -9', async () => {
  const id = await placeOrder(customer, await nextOffer(), 'large', 40_000)
  await rowsArrive(id)
  process.kill(
    Number(readFileSync(join(dataPaths(join(world.folder, 'chain')).practice, 'anvil.pid'), 'utf8')),
    'SIGKILL',
  )
  const { order } = await closed(id)
  expect(order).toMatchObject({ state: 'completed' })
  expect(order.paid + order.refunded).toBe(order.price * BigInt(order.end - order.start))
})

test('a customer who never signs costs the provider its time, and not its machine', async () => {
  const id = await placeOrder(customer, await nextOffer(), 'large', 60_000, 120)
  await until('the customer to follow its order', async () => (await customer.market.order({ id })).job)
  await hosts.customer.kill('SIGKILL')
  await rpc.send('evm_increaseTime', [120 + 61], z.unknown())
  await rpc.send('evm_mine', [], z.unknown())
  const left = await until('the provider to leave', async () =>
    (await provider.earn.orders({})).find((it) => it.order.id === id && it.order.state !== 'active'),
  )
  expect(left.order).toMatchObject({ state: 'failed', paid: 0n, refunded: left.order.price * 120n })
  hosts.customer = await world.serve('customer', rpc.url)
  customer = await world.api(hosts.customer)
  await until('the customer to let go', async () => (await customer.market.order({ id })).job?.state === 'closed')
  await nextOffer()
})

describe('a provider that lies', () => {
  test('is found out by the recheck, gets no more receipts, and the escrow comes back by the timeout', async () => {
    const offer = await nextOffer()
    const id = await placeOrder(customer, offer, 'large', 60_000)
    const outputs = join(dataPaths(hosts.provider.dataDir).serving, String(id), 'outputs.bin')
    await until('outputs to falsify', async () => existsSync(outputs) && readFileSync(outputs).length > 0)
    const file = openSync(outputs, 'r+')
    const falsify = setInterval(
      () => writeSync(file, Buffer.alloc(65_536, 7), 0, 65_536, Math.max(0, readFileSync(outputs).length - 65_536)),
      20,
    )
    const disputed = await until(
      'the dispute',
      async () => customer.market.order({ id }).then((it) => it.job?.state === 'disputed' && it.job),
      60_000,
    )
    clearInterval(falsify)
    expect(jobWords(disputed.reason!)).toMatch(/row \d+ is wrong/)
    await expect(customer.wallet.preview({ kind: 'reclaim', order: id })).rejects.toMatchObject({
      code: 'CALL_REVERTED',
    })
    await provider.earn.stop({})
    await hosts.provider.kill('SIGKILL')
    await rpc.send('evm_increaseTime', [600 + 86_400 + 1], z.unknown())
    await rpc.send('evm_mine', [], z.unknown())
    await act(customer, { kind: 'reclaim', order: id })
    const { order } = await closed(id)
    expect(order).toMatchObject({ state: 'failed', paid: 0n, refunded: order.price * 600n })
  })
})

test('a second host on the same data folder is refused, and the first goes on', async () => {
  await expect(world.launch(['serve'], hosts.customer.dataDir)).resolves.toMatchObject({
    ready: { error: { code: 'DATA_IN_USE' } },
  })
  await expect(customer.system.overview({})).resolves.toBeDefined()
})
