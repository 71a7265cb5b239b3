import { lstatSync, readdirSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Api } from '../../common/api/index.ts'
import { Rpc } from '../../main/features/chain/index.ts'
import { hired } from '../../main/headless/demo/jobs.ts'
import { act, until } from '../support/market.ts'
import { World } from '../support/processes.ts'
import { PASSPHRASE, unpackFolders } from './data-folders.ts'

const PATIENCE_MS = 120_000
const COIN = 10n ** 18n
const DAY = 86_400
let world: World
let rpc: Rpc
/** Has the practice chain, serves machine 1 and sells data. */
let provider: Api
/** Remembers, trains, buys, and serves machine 2. */
let customer: Api

beforeAll(async () => {
  world = new World()
  await unpackFolders(world.folder)
  const first = await world.serve('provider', 'embedded', false)
  const port = await readFile(join(first.dataDir, 'practice', 'port'), 'utf8')
  rpc = new Rpc(`http://127.0.0.1:${port}`)
  // Whenever this runs, every deadline of the folders is over.
  const { timestamp } = await rpc.header('latest')
  await rpc.send(
    'evm_setNextBlockTimestamp',
    [Math.max(timestamp, Math.floor(Date.now() / 1000)) + 2 * DAY],
    z.unknown(),
  )
  await rpc.send('evm_mine', [], z.unknown())
  const second = await world.serve('customer', rpc.url, false)
  ;[provider, customer] = await Promise.all([world.api(first), world.api(second)])
})
afterAll(() => world[Symbol.asyncDispose]())

const market = async (api: Api): Promise<bigint | undefined> => (await api.system.overview({})).balances?.market
const runNamed = async (name: string) => {
  const found = (await customer.training.runs({})).find((run) => run.name === name)
  expect(found, name).toBeDefined()
  return found!
}
const finished = async (id: string) =>
  until(
    'the end of the run',
    async () => {
      const { run } = await customer.training.run({ id })
      expect(run.error).toBeNull()
      return run.state === 'finished' && run
    },
    PATIENCE_MS,
  )

// Both wallets are locked: nothing that is half done can move before the next group unlocks them.
describe('data folders of version 1 have what they had:', () => {
  test('wallets and coins', async () => {
    const [one, two] = await Promise.all(
      [provider, customer].map(async (api) =>
        until('the index', async () => {
          const { wallet, balances } = await api.system.overview({})
          return balances && { wallet, balances }
        }),
      ),
    )
    expect(one).toMatchObject({
      wallet: { state: 'locked', address: '0xE2C7D05083E976677126867A8b95c48E7Acf47ce', backedUp: true },
      balances: { wallet: 900n * COIN, market: 93_210_310_000_000_000_001n },
    })
    expect(two).toMatchObject({
      wallet: { state: 'locked', address: '0x3692C0f551CDA9773d23bebe9C1C774b6D7b402F', backedUp: true },
      balances: { wallet: 900n * COIN, market: 76_986_743_999_999_999_996n },
    })
    const kinds = async (api: Api) => (await api.wallet.transactions({})).map(({ kind }) => kind).reverse()
    expect((await kinds(provider)).slice(0, 6)).toEqual([
      'deposit',
      'addMachine',
      'announce',
      'makeOffer',
      'settle',
      'makeOffer',
    ])
    expect((await kinds(customer)).slice(0, 5)).toEqual([
      'deposit',
      'placeOrder',
      'buyAsset',
      'finaliseSale',
      'rateSale',
    ])
    // Its last two had been mined and were not final yet; what is overdue waits for the wallet.
    await until('the last blocks', async () => {
      const sent = (await customer.wallet.transactions({})).filter(({ hash }) => hash !== null)
      return sent.length === 16 && sent.every(({ state }) => state === 'final')
    })
  })

  test('settings that differ from the defaults', async () => {
    expect(await provider.system.settings({})).toMatchObject({
      storage: { sellerName: 'Garden press' },
      earn: { price: '2000000000000000', maxSeconds: 7200, threads: 1 },
      comfort: {
        schedule: { hours: Array(7).fill('1'.repeat(24)), timeZone: 'Europe/Berlin' },
        games: false,
        apps: ['blender'],
        foreignGpuLoad: 0.6,
        onBattery: true,
        onMetered: true,
        keepAwake: false,
      },
      profit: { currency: 'SEK', tariff: { kind: 'flat', price: 1_500_000 }, assumedWatts: 90, coinValue: 2_000_000 },
      buy: { receiptEverySeconds: 1, sampledShare: 0.05 },
      onboarded: true,
      role: 'earn',
    })
    expect(await customer.system.settings({})).toMatchObject({
      wallet: { autoLockMinutes: 600 },
      avatar: { temperature: 0, maxTokens: 64 },
      localApi: { enabled: true, port: 21_435 },
      language: 'zh-CN',
      theme: 'dark',
      role: 'avatar',
    })
    expect(await customer.models.localApi({})).toMatchObject({ token: '1fZAVnxKYCrAYKrAD9Ffh_pSYGDx6lrT' })
    const { config } = await customer.hooks.view({})
    expect(config).toEqual({
      token: 'kOspYbD6kN7steME_PAX8EO4-cf62z7S',
      http: { port: 21_436, lan: false },
      mqtt: null,
    })
  })

  test('machines, orders and what they earned', async () => {
    expect(await provider.earn.machine({})).toMatchObject({
      registered: { id: 1, done: 1, failed: 0 },
      stake: 10n * COIN,
      benchmark: { id: 1 },
    })
    const first = { id: 1, state: 'completed', served: 5, paid: 10n ** 16n, refunded: 119n * 10n ** 16n }
    expect(await provider.earn.orders({})).toMatchObject([
      { order: first, state: 'closed', work: { units: 64 }, unitsDone: 64 },
    ])
    expect(await customer.market.orders({})).toMatchObject([
      { order: first, job: { state: 'closed', reason: 'completed', unitsFetched: 64 } },
    ])
    expect((await customer.market.readResult({ id: 1, offset: 0 })).total).toBe(64 * 64)
    const second = { id: 2, machine: 2, price: 3n * 10n ** 15n, state: 'active' }
    expect(await provider.market.orders({})).toMatchObject([
      { order: second, job: { state: 'running', work: { units: 40_000 }, unitsFetched: 1_792, receiptServed: 14 } },
    ])
    expect(await customer.earn.orders({})).toMatchObject([
      { order: second, state: 'paused', unitsDone: 1_792, receiptServed: 14 },
    ])
    const { rows } = await provider.earn.earnings({})
    expect(rows.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(['job 1', 'job 1', 'job 2', 'order 1', 'sale 1'])
  })

  test('training on the market and here', async () => {
    const passed = { id: 1, state: 'passed', milestones: 2, done: 2, price: 646_000_000_000_001n }
    const half = { id: 2, state: 'active', milestones: 2, done: 1, price: 982_000_000_000_001n }
    expect(await provider.jobs.provided({})).toMatchObject([
      { job: half, state: 'paused', step: 3, work: { method: 'p-tuning', steps: 5, milestones: [3, 5] } },
      { job: passed, state: 'closed' },
    ])
    expect(await customer.jobs.hired({})).toMatchObject([
      { job: half, own: { state: 'training', step: 3, milestones: [3, 5], verdicts: [{ passed: true }] } },
      { job: passed, own: { state: 'closed' } },
    ])
    expect(await customer.training.runs({})).toMatchObject([
      { name: 'Half hired letters', state: 'ordered', step: 3, steps: 5 },
      { name: 'Hired letters', state: 'finished', step: 4, steps: 4, heldOutLoss: 7.205061789864821 },
      { name: 'Paused letters', state: 'paused', step: 12, steps: 70 },
    ])
    const { id } = await runNamed('Hired letters')
    const files = (await customer.training.adapterFiles({ id })).map(({ name }) => name)
    expect(files).toContain('adapter_model.safetensors')
    expect(await customer.training.adapters({})).toMatchObject([{ run: id, kind: 'p-tuning', parameters: 4096 }])
    expect(await customer.tables.list({})).toMatchObject([
      { name: 'Beans', rows: 60, columns: 3, target: 'state', best: 1 },
    ])
  })

  test('data that is offered, sold and bought', async () => {
    const { releases, sold, collections } = await provider.data.overview({})
    expect(releases).toMatchObject([{ asset: { id: 1, state: 'listed', price: 5n * COIN, royalty: 500 } }])
    expect(sold).toMatchObject([
      { sale: { id: 2, state: 'paid' } },
      { sale: { id: 1, state: 'final', paid: 5n * COIN, stars: 4 } },
    ])
    expect(collections).toMatchObject([{ name: 'Beans', leaving: { items: 1 } }])
    const { bought } = await customer.data.overview({})
    expect(bought).toMatchObject([
      { sale: { id: 2 }, own: { state: 'waiting' } },
      { sale: { id: 1 }, own: { state: 'owned', name: 'A year in a shared garden' } },
    ])
    expect((await customer.data.files({ sale: 1 })).map(({ path }) => path).sort()).toEqual([
      'README.md',
      'data.jsonl',
      'report.json',
    ])
    expect(await customer.data.requests({})).toMatchObject([
      { request: { id: 1, state: 'open', bounty: 3n * COIN }, brief: { title: 'Letters about beans' }, mine: true },
    ])
  })

  test('memories, facts, a biography and a conversation', async () => {
    const [hit] = await customer.avatar.search({ query: 'What is the cat called?', k: 3 })
    expect(hit).toMatchObject({ item: 5, snippet: 'My cat is called Miso :)', ts: 1_710_871_200_000 })
    const texts = async (state: 'kept' | 'rejected' | 'proposed') => {
      const { facts } = await customer.avatar.facts({ state, offset: 0 })
      return facts.map(({ text }) => text)
    }
    expect(await texts('kept')).toEqual(['I live in Lisbon now, tell her she may visit :)'])
    expect(await texts('rejected')).toEqual(['I am afraid of waves :)'])
    expect(await texts('proposed')).toHaveLength(9)
    expect((await customer.avatar.biography({})).text).toBe('Ada grows beans by the sea and keeps a cat.')
    expect(await customer.chat.avatars({})).toMatchObject([{ name: 'Ada', rules: 'Short answers.', remembers: true }])
    const [chat] = await customer.chat.list({ text: 'cat' })
    expect(chat).toMatchObject({ title: 'About the cat' })
    expect((await customer.chat.get({ chat: chat!.id })).messages).toMatchObject([
      { role: 'user', text: 'What is your cat called?' },
      { role: 'assistant', text: 'I wrote [1] “My cat is called Miso :)”', state: 'whole', notes: [5] },
    ])
    expect(await customer.style.overview({})).toMatchObject({ styles: [], jobs: [{ state: 'cancelled' }] })
  })
})

describe('data folders of version 1 go on:', () => {
  test('imports that were cut off end', async () => {
    await until('the memory', async () => {
      const { sources, tasks, failed } = await customer.avatar.overview({})
      expect(failed).toBeNull()
      return tasks.length === 0 && sources.every(({ state }) => state === 'ready')
    })
    const { sources } = await customer.avatar.overview({})
    expect(Object.fromEntries(sources.map(({ name, items }) => [name, items]))).toEqual({
      'Ada Lindqvist': 86,
      Diary: 800,
    })
    const found = await customer.avatar.search({ query: 'day 421 harbour', k: 3 })
    expect(found.map(({ snippet }) => snippet).join()).toContain('harbour')
    const datasets = await until('the dataset', async () => {
      const { datasets, tasks, failed } = await provider.data.overview({})
      expect(failed).toBeNull()
      return tasks.length === 0 && datasets.length === 2 && datasets
    })
    const left = datasets.map(({ name, items, cleaned }) => [name, [items, cleaned?.items]])
    expect(Object.fromEntries(left)).toEqual({ 'Garden chat': [416, 416], 'More chat': [129, 129] })
    const uploads = await readdir(join(world.folder, 'provider', 'uploads'))
    expect(uploads).toEqual([])
  })

  test('a run that was paused resumes to its end', async () => {
    const { id, step } = await runNamed('Paused letters')
    await customer.training.start({ id })
    const row = await finished(id)
    expect(row).toMatchObject({ step: 70, steps: 70 })
    expect(row.heldOutLoss!).toBeLessThan(row.baseLoss!)
    // It went on where it was: the steps before are not done twice.
    const log = (await customer.training.log({ id }))
      .filter((entry) => entry.kind === 'step')
      .map((entry) => entry.step)
    expect(log.slice(0, step)).toEqual(Array.from({ length: step }, (_, i) => i + 1))
    expect(new Set(log).size).toBe(70)
  })

  test('wallets open with their passphrase, and what was left half done ends by its deadline', async () => {
    await expect(provider.wallet.unlock({ passphrase: 'another passphrase' })).rejects.toMatchObject({
      code: 'WRONG_PASSPHRASE',
    })
    for (const api of [provider, customer])
      expect(await api.wallet.unlock({ passphrase: PASSPHRASE })).toMatchObject({ state: 'open' })

    // Machine 2 holds a receipt for fourteen seconds of order 2, and is paid for those.
    const order = await until('the end of the order', async () => {
      const { order, job } = await provider.market.order({ id: 2 })
      return order.state !== 'active' && job?.state === 'closed' && order
    })
    expect(order).toMatchObject({
      state: 'failed',
      served: 14,
      paid: 42n * 10n ** 15n,
      refunded: (600n - 14n) * 3n * 10n ** 15n,
    })
    await until('the other side', async () => (await customer.earn.orders({}))[0]!.state === 'closed')
    // The seller was away for too long.
    const sale = await until('the refund', async () => {
      const bought = (await customer.data.overview({})).bought.find((it) => it.sale.id === 2)!
      return bought.own!.state === 'ended' && bought.sale
    })
    expect(sale).toMatchObject({ state: 'refunded', paid: 0n, wrongKey: false })
    // So was the machine of job 2; its first milestone is paid and proven.
    const job = await until('the end of the job', async () => {
      const { job, own } = await hired(customer, 2)
      return own!.state === 'closed' && job
    })
    expect(job).toMatchObject({ state: 'ended', done: 1 })
    expect(await runNamed('Half hired letters')).toMatchObject({ state: 'paused', step: 3 })
    await until('the provider’s end', async () =>
      (await provider.jobs.provided({})).every(({ state }) => state === 'closed'),
    )
    // Coins: the escrow of order 2 and a milestone's stake are back; the sale, the rest of job 2 and a fine are the
    // customer's.
    await until('the coins', async () => (await market(provider)) === 94_969_292_000_000_000_002n)
    await until('the customer’s coins', async () => (await market(customer)) === 82_030_707_999_999_999_998n)
  })

  test('a run that came back from the market half done resumes to its end', async () => {
    const { id } = await runNamed('Half hired letters')
    await customer.training.start({ id })
    expect(await finished(id)).toMatchObject({ step: 5, steps: 5 })
    expect((await customer.training.adapterFiles({ id })).length).toBeGreaterThan(0)
  })

  test('coins can be withdrawn', async () => {
    const before = (await customer.system.overview({})).balances!
    const preview = await customer.wallet.preview({ kind: 'withdraw', amount: COIN })
    expect(preview.call).toMatchObject({ verb: 'withdraw', arguments: { amount: String(COIN) } })
    await act(customer, { kind: 'withdraw', amount: COIN })
    await until(
      'the coins',
      async () => (await customer.system.overview({})).balances!.wallet === before.wallet! + COIN,
    )
  })

  test('the machine is offered again and serves a new order', async () => {
    await provider.earn.start({})
    const offer = await until('the offer', async () => {
      const addresses = (await provider.system.overview({})).peer?.addresses ?? []
      return (await customer.market.offers({})).find(
        ({ machine }) => machine.id === 1 && machine.addresses.some((it) => addresses.includes(it)),
      )
    })
    expect(offer).toMatchObject({ price: 2n * 10n ** 15n, maxSeconds: 7200, machine: { done: 1 } })
    const work = await customer.market.prepareWork({
      kind: 'exact-inference',
      request: { source: 'generated', net: 'small', rows: 128 },
    })
    await act(customer, { kind: 'placeOrder', offer: offer.id, term: 600, maxPrice: offer.price, work: work.hash })
    const served = await until(
      'the end of the order',
      async () =>
        (await customer.market.orders({})).find(({ order, job }) => order.id === 3 && job?.state === 'closed'),
      PATIENCE_MS,
    )
    expect(served).toMatchObject({ order: { state: 'completed' }, job: { work: { units: 128 }, unitsFetched: 128 } })
  })

  test('the listed data is sold once more', async () => {
    const { asset } = await until(
      'the offered data',
      async () => (await customer.data.offers({})).find((it) => it.asset.id === 1 && it.metadata !== null),
      PATIENCE_MS,
    )
    await act(customer, { kind: 'buyAsset', asset: 1, version: asset.current.version, maxPrice: asset.price })
    const owned = await until(
      'the opened data',
      async () =>
        (await customer.data.overview({})).bought.find(({ sale, own }) => sale.id === 3 && own?.state === 'owned'),
      PATIENCE_MS,
    )
    expect(owned.sale).toMatchObject({ state: 'delivered' })
    expect((await customer.data.files({ sale: 3 })).map(({ path }) => path)).toContain('data.jsonl')
  })

  test('the avatar answers a new question', async () => {
    const [avatar] = await customer.chat.avatars({})
    const chat = await customer.chat.add({ avatar: avatar!.id })
    const { id } = await customer.chat.send({ chat: chat.id, parent: null, text: 'What is your sister called?' })
    const answer = await until(
      'the answer',
      async () => {
        const message = (await customer.chat.get({ chat: chat.id })).messages.find((it) => it.id === id)
        return message?.state !== 'writing' && message
      },
      PATIENCE_MS,
    )
    expect(answer).toMatchObject({ state: 'whole', problem: null })
    expect(answer.text).toContain('Freya')
  })
})

test.skipIf(process.platform === 'win32')('nothing that was kept or made since is open to other accounts', () => {
  const open = ['provider', 'customer'].flatMap((name) =>
    readdirSync(join(world.folder, name), { recursive: true, encoding: 'utf8' }).filter(
      (path) => ((lstatSync(join(world.folder, name, path), { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0,
    ),
  )
  expect(open).toEqual([])
})
