import { lstatSync, readdirSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { sellRelease } from '../../main/features/market/data/commands/sell-release.ts'
import { hired, openJob, over } from '../../main/headless/demo/jobs.ts'
import { act, goOnline, until } from '../support/market.ts'
import { World } from '../support/processes.ts'
import { PASSPHRASE, unpackFolders } from './data-folders.ts'
import { jobWords, lineWords } from '../../main/cli/in-words.ts'

const PATIENCE_MS = 120_000
const COIN = 10n ** 18n
let world: World
/**
 * Has the practice chain, served machine 1 and sold data. Its chain has contracts that this version does not speak with,
 * so a new one is begun, and what was about the old one is over.
 */
let provider: Api
/** Remembers, trains, bought, and served machine 2. */
let customer: Api

beforeAll(async () => {
  world = new World()
  await unpackFolders(world.folder)
  const first = await world.serve('provider', 'embedded', false)
  const port = await readFile(join(first.dataDir, 'practice', 'port'), 'utf8')
  const second = await world.serve('customer', `http://127.0.0.1:${port}`, false)
  ;[provider, customer] = await Promise.all([world.api(first), world.api(second)])
})
afterAll(() => world[Symbol.asyncDispose]())

const OVER = 'The network was begun anew or changed; nothing more can come of this.'
/** What was about the chain that was left, as the task centre shows it. */
const former = async (api: Api) =>
  Object.fromEntries(
    (await api.tasks.list({}))
      .filter(({ type }) => type === 'former-chain')
      .map(({ name, state, reason }) => [name, `${state}: ${reason ? jobWords(reason) : ''}`]),
  )

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
    const nothing = { wallet: 0n, market: 0n }
    expect(one).toMatchObject({
      wallet: { state: 'locked', address: '0xE2C7D05083E976677126867A8b95c48E7Acf47ce', backedUp: true },
      balances: nothing,
    })
    expect(two).toMatchObject({
      wallet: { state: 'locked', address: '0x3692C0f551CDA9773d23bebe9C1C774b6D7b402F', backedUp: true },
      balances: nothing,
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
    // Whatever was not final yet is over, and says why.
    for (const api of [provider, customer]) {
      const sent = await api.wallet.transactions({})
      expect(sent.every(({ state }) => state === 'final' || state === 'failed' || state === 'cancelled')).toBe(true)
      for (const { state, error } of sent)
        if (state === 'failed') expect(error).toMatchObject({ code: 'CHAIN_CHANGED' })
    }
    const last = (await customer.wallet.transactions({})).filter(({ hash }) => hash !== null).slice(0, 2)
    expect(last.map(({ state }) => state)).toEqual(['failed', 'failed'])
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

  test('a measured machine and a fetched result, while orders are over', async () => {
    expect(await provider.earn.machine({})).toMatchObject({ registered: null, stake: 0n, benchmark: { id: 1 } })
    for (const api of [provider, customer]) {
      expect([await api.earn.orders({}), await api.market.orders({})]).toEqual([[], []])
      expect(await api.earn.payments({})).toEqual([])
    }
    for (const name of ['provider', 'customer'])
      expect(await readdir(join(world.folder, name, 'serving')).catch(() => [])).toEqual([])
    const places = await readdir(join(world.folder, 'customer', 'buying'))
    expect(places).toHaveLength(1)
    const result = join(world.folder, 'customer', 'buying', places[0]!)
    expect((await readFile(join(result, 'outputs.bin'))).length).toBe(64 * 64)
    const halfFetched = (await readdir(join(world.folder, 'provider', 'buying')))[0]!
    expect(await former(provider)).toEqual({
      'Order 2': `done: ${OVER} The result stays in ${join(world.folder, 'provider', 'buying', halfFetched)}.`,
      'Sale 1': `done: ${OVER}`,
      'Sale 2': `done: ${OVER}`,
      'Training job 2, done here': `done: ${OVER}`,
    })
    expect(await former(customer)).toEqual({
      'Order 1': `done: ${OVER} The result stays in ${result}.`,
      'Order 2, served here': `done: ${OVER}`,
      'A year in a shared garden': `done: ${OVER}`,
      'Training job 2': `done: ${OVER} The run is back, with everything up to step 3.`,
    })
    const [{ id } = { id: '' }] = (await customer.tasks.list({})).filter(({ name }) => name === 'Order 1')
    const lines = (await customer.tasks.log({ id })).map(lineWords)
    expect([lines[0], lines.at(-1)]).toEqual([
      'Order 1 is placed; looking for the machine.',
      `${OVER} The result stays in ${result}.`,
    ])
  })

  test('training on the market and here', async () => {
    expect([await provider.jobs.provided({}), await customer.jobs.hired({})]).toEqual([[], []])
    expect(await readdir(join(world.folder, 'provider', 'jobs')).catch(() => [])).toEqual([])
    expect(await customer.training.runs({})).toMatchObject([
      { name: 'Half hired letters', state: 'paused', step: 3, steps: 5 },
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

  test('data that is sealed, and what was bought and opened', async () => {
    const { releases, sold, collections } = await provider.data.overview({})
    expect(releases).toMatchObject([{ release: { terms: { name: 'A year in a shared garden' } }, asset: null }])
    expect(sold).toEqual([])
    expect(collections).toMatchObject([{ name: 'Beans', leaving: { items: 1 } }])
    const { bought, kept } = await customer.data.overview({})
    expect([bought, kept]).toMatchObject([[], [{ sale: -1, name: 'A year in a shared garden' }]])
    expect((await customer.data.files({ sale: -1 })).map(({ path }) => path).sort()).toEqual([
      'README.md',
      'data.jsonl',
      'report.json',
    ])
    expect((await customer.data.readFile({ sale: -1, path: 'data.jsonl', offset: 0 })).total).toBeGreaterThan(0)
    expect(await customer.data.requests({})).toEqual([])
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
      // One is cleaned once it has been read; between the two nothing runs for a moment.
      const ready = datasets.length === 2 && datasets.every(({ cleaned }) => cleaned)
      return tasks.length === 0 && ready && datasets
    })
    const left = datasets.map(({ name, items, cleaned }) => [name, [items, cleaned?.items]])
    expect(Object.fromEntries(left)).toEqual({ 'Garden chat': [416, 416], 'More chat': [129, 129] })
    // What was handed over goes once nobody reads it any more.
    await until('the sweep', async () => (await readdir(join(world.folder, 'provider', 'uploads'))).length === 0)
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

  test('wallets open with their passphrase, and get coins of the new chain', async () => {
    await expect(provider.wallet.unlock({ passphrase: 'another passphrase' })).rejects.toMatchObject({
      code: 'WRONG_PASSPHRASE',
    })
    for (const api of [provider, customer]) {
      expect(await api.wallet.unlock({ passphrase: PASSPHRASE })).toMatchObject({ state: 'open' })
      await api.wallet.faucet({})
      await act(api, { kind: 'deposit', amount: 100n * COIN })
    }
    for (const api of [provider, customer]) await until('the coins', async () => (await market(api)) === 100n * COIN)
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

  test('the machine is registered again and serves order 1 of the new chain', async () => {
    const offer = await goOnline(provider, customer)
    expect(offer).toMatchObject({ price: 2n * 10n ** 15n, maxSeconds: 7200, machine: { id: 1, done: 0 } })
    const work = await customer.market.prepareWork({
      kind: 'exact-inference',
      request: { source: 'generated', net: 'small', rows: 128 },
    })
    await act(customer, { kind: 'placeOrder', offer: offer.id, term: 600, maxPrice: offer.price, work: work.hash })
    const served = await until(
      'the end of the order',
      async () =>
        (await customer.market.orders({})).find(({ order, job }) => order.id === 1 && job?.state === 'closed'),
      PATIENCE_MS,
    )
    expect(served).toMatchObject({ order: { state: 'completed' }, job: { work: { units: 128 }, unitsFetched: 128 } })
    expect((await customer.market.readResult({ id: 1, offset: 0 })).total).toBe(128 * 64)
  })

  test('a run that came back from the market half done goes there again, to its end', async () => {
    const { id } = await runNamed('Half hired letters')
    const job = await openJob(customer, id, 1)
    expect(job.id).toBe(1)
    await over(customer, job.id)
    expect(await finished(id)).toMatchObject({ step: 5, steps: 5 })
    expect((await customer.training.adapterFiles({ id })).length).toBeGreaterThan(0)
    expect(await hired(customer, 1)).toMatchObject({ job: { state: 'passed' }, own: { state: 'closed' } })
  })

  test('the sealed data is listed and sold again, beside what was bought before', async () => {
    const [it] = (await provider.data.overview({})).releases
    const { asset } = await sellRelease(provider, it!.release, 5n * COIN)
    // What describes it was kept from the former chain; the preview comes from the seller, who announces itself last.
    const offered = await until(
      'the offered data',
      async () =>
        (await customer.data.offers({})).find(
          (each) => each.asset.id === asset && each.metadata !== null && each.seller.addresses.length > 0,
        ),
      PATIENCE_MS,
    )
    expect((await customer.data.preview({ asset }))?.rows.length).toBeGreaterThan(0)
    const { current, price } = offered.asset
    await act(customer, { kind: 'buyAsset', asset, version: current.version, maxPrice: price })
    const owned = await until(
      'the opened data',
      async () =>
        (await customer.data.overview({})).bought.find(({ sale, own }) => sale.id === 1 && own?.state === 'owned'),
      PATIENCE_MS,
    )
    expect(owned.sale).toMatchObject({ state: 'delivered' })
    for (const sale of [1, -1])
      expect((await customer.data.files({ sale })).map(({ path }) => path)).toContain('data.jsonl')
    expect((await readdir(join(world.folder, 'customer', 'library'))).length).toBe(2)
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
