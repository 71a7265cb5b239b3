import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import type { BoughtSale } from '../../common/api/data.ts'
import type { Release, ReleaseTerms } from '../../common/model/dataset.ts'
import { sellRelease } from '../../main/features/market/data/commands/sell-release.ts'
import { digestOfBlock } from '../../main/features/market/data/index.ts'
import { digestOf } from '../../main/features/storage/index.ts'
import { hashPath } from '../../main/processes/storage/add.ts'
import { inspectPackage } from '../../main/processes/storage/hseg/public.ts'
import { resourcePath } from '../../main/core/resources.ts'
import { Rpc } from '../../main/features/chain/index.ts'
import { hearth, lastLine } from '../support/command-line.ts'
import { act, fund, until } from '../support/market.ts'
import { writePhoto } from '../support/media.ts'
import { World, type HearthProcess } from '../support/processes.ts'
import { outcomeOf } from '../../common/model/recomputed-names.ts'
import { jobWords, lineWords } from '../../main/cli/in-words.ts'

const PRICE = 10n ** 18n
const PATIENCE_MS = 120_000
const terms: ReleaseTerms = {
  name: 'Garden',
  description: '',
  licence: { use: 'train', redistribution: false, term: null },
  royalty: 0,
  parent: null,
}
const anyUse: ReleaseTerms = { ...terms, name: 'Open garden', licence: { ...terms.licence, use: 'any' } }
let world: World
let rpc: Rpc
let network: string
let hosts: { seller: HearthProcess; buyer: HearthProcess }
let seller: Api
let buyer: Api
let dataset: string

const bought = async (sale: number): Promise<BoughtSale> =>
  (await buyer.data.overview({})).bought.find((item) => item.sale.id === sale)!
const reaches = (sale: number, state: string): Promise<BoughtSale> =>
  until(
    `the purchase to be ${state}`,
    async () => ((await bought(sale))?.own?.state === state ? bought(sale) : null),
    PATIENCE_MS,
  )
const free = async (api: Api): Promise<bigint> => (await api.system.overview({})).balances!.market

async function buy(asset: number): Promise<number> {
  const offer = await offered(asset)
  const before = new Set((await buyer.data.overview({})).bought.map(({ sale }) => sale.id))
  // What describes it may be known from a sale before, and then its seller gives the data a moment later.
  await until(
    'the purchase',
    () =>
      act(buyer, { kind: 'buyAsset', asset, version: offer.asset.current.version, maxPrice: offer.asset.price }).catch(
        (error: { code?: string }) => (error.code === 'PEER_UNREACHABLE' ? null : Promise.reject(error as Error)),
      ),
    PATIENCE_MS,
  )
  return (
    await until('the sale', async () => (await buyer.data.overview({})).bought.find(({ sale }) => !before.has(sale.id)))
  ).sale.id
}

/** What a dishonest seller would do: commits to something else than what was sealed. */
async function sellAltered(
  alter: (release: Release) => Release | Promise<Release>,
  seal: () => Promise<Release> = () => seller.data.seal({ dataset, terms, asset: null }),
): Promise<number> {
  const release = await seal()
  const altered = await alter(release)
  const db = new Database(join(hosts.seller.dataDir, 'hearth.db'))
  db.prepare('update data_releases set facts = ? where id = ?').run(JSON.stringify(altered), release.id)
  db.close()
  // Not as an honest seller does, whose own app would find that it shows what it did not commit to.
  await act(seller, { kind: 'publishData', release: release.id })
  const asset = await until(
    'the asset',
    async () => (await seller.data.overview({})).releases.find((item) => item.release.id === release.id)?.asset?.id,
  )
  await until(
    'the draw',
    () =>
      act(seller, { kind: 'listAsset', asset, price: PRICE }).catch((error: { code?: string }) =>
        error.code === 'LOT_NOT_DRAWN' ? null : Promise.reject(error as Error),
      ),
    PATIENCE_MS,
  )
  return asset
}

/** A release as its package is now. */
async function repackaged(sealed: string, release: Release): Promise<Release> {
  const { cid } = await hashPath(sealed, () => {})
  const { root } = await inspectPackage(sealed)
  return { ...release, cid, version: { ...release.version, content: digestOf(cid), segments: `0x${root}` } }
}

const offered = (asset: number) =>
  until(
    'the offer',
    async () => (await buyer.data.offers({})).find((item) => item.asset.id === asset && item.metadata !== null),
    PATIENCE_MS,
  )

const given = ({ cid: wanted }: Release) =>
  until('the sealed data to be given', async () =>
    (await seller.data.overview({})).node?.roots.some(({ cid }) => cid === wanted),
  )

/** What an offer's buyer is told; where its seller announces itself last, its data comes a moment later. */
async function refusal(asset: number): Promise<unknown> {
  const { asset: it } = await offered(asset)
  return until(
    'a refusal',
    () =>
      act(buyer, { kind: 'buyAsset', asset, version: it.current.version, maxPrice: it.price }).then(
        () => 'paid',
        (error: { code?: string }) => (error.code === 'PEER_UNREACHABLE' ? null : error),
      ),
    PATIENCE_MS,
  )
}

beforeAll(async () => {
  world = new World()
  const { rpcUrl } = (await world.chain()).ready
  network = rpcUrl!
  rpc = new Rpc(network)
  hosts = { seller: await world.serve('seller', network), buyer: await world.serve('buyer', network) }
  ;[seller, buyer] = await Promise.all([world.api(hosts.seller), world.api(hosts.buyer)])
  await fund(seller, world.passphrase)
  await fund(buyer, world.passphrase)
  dataset = (await seller.data.create({ name: 'Garden', upload: null, format: null, dateOrder: null, country: 'DE' }))
    .id
})
afterAll(() => world[Symbol.asyncDispose]())

test('what would be built on an asset that there is not is refused before it is sealed', async () => {
  const { releases } = await seller.data.overview({})
  await expect(seller.data.seal({ dataset, terms: { ...terms, parent: 999 }, asset: null })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'there is no asset 999 to build on',
  })
  expect((await seller.data.overview({})).releases).toEqual(releases)
})

test('nothing plain leaves: neither blocks nor transactions hold a word that the lot has not drawn', async () => {
  const release = await seller.data.seal({ dataset, terms, asset: null })
  // Sealed and not listed: nothing is given to anybody, and no node runs.
  expect((await seller.data.overview({})).node).toBeNull()
  const { asset } = await sellRelease(seller, release, PRICE)
  const sale = await buy(asset)
  await reaches(sale, 'owned')
  const { chunk } = await buyer.data.readFile({ sale, path: 'data.jsonl', offset: 0 })
  const rows = Buffer.from(chunk, 'base64').toString('utf8').trim().split('\n')
  expect(rows.length).toBe(416)
  const { rows: drawn } = (await buyer.data.preview({ asset }))!
  expect(drawn.filter(({ isWhole }) => isWhole).length).toBeGreaterThan(0)
  const checked = (api: Api, kind: 'asset' | 'sale', id: number) =>
    api.explorer.checkThing({ kind, id, way: 'recompute' })
  // Everything is here, of what the buyer has as of what the seller made.
  expect(outcomeOf(await checked(buyer, 'sale', sale))).toBe('equal')
  const own = await checked(seller, 'asset', asset)
  expect(own.filter(({ here }) => here === null)).toEqual([])
  expect(outcomeOf(own.filter(({ what }) => what !== 'shown'))).toBe('equal')
  const { content } = release.version
  await buyer.data.obtain({ asset, version: 1 })
  const keys = join(hosts.buyer.dataDir, 'purchases', content.slice(2), 'keys')
  const bytes = await readFile(keys)
  bytes[5]! ^= 1
  await writeFile(keys, bytes)
  const damaged = await checked(buyer, 'asset', asset)
  expect(damaged.filter(({ here, said }) => here !== said).map(({ what }) => what)).toEqual(['content', 'keysRoot'])
  bytes[5]! ^= 1
  await writeFile(keys, bytes)
  // Parts of rows at the edges of what was drawn are shown as well.
  const shown = drawn.map(({ text }) => text)
  const secret = rows
    .map((row) => (JSON.parse(row) as { text: string }).text)
    .filter((text) => !shown.some((each) => each.includes(text)))
  expect(secret.length).toBeGreaterThan(300)
  const blocks = join(hosts.seller.dataDir, 'storage', 'blocks')
  const packs = await Promise.all((await readdir(blocks)).map((name) => readFile(join(blocks, name))))
  expect(packs.some((pack) => pack.includes('HEARTH-LOT-2'))).toBe(true)
  const chain: string[] = []
  for (let number = 0; ; number++) {
    const block = await rpc.block(number)
    if (!block) break
    chain.push(...block.transactions.map(({ input }) => input))
  }
  const sent = Buffer.concat([...packs, ...chain.map((input) => Buffer.from(input.slice(2), 'hex'))])
  for (const text of [...secret, 'Anna Berger', 'Tom Okafor', 'Regenwurm7', '4111 1111'])
    expect(sent.includes(text), text).toBe(false)
}, 240_000)

describe('a seller who', () => {
  test('commits to other keys than it sealed with is seen through before anybody pays', async () => {
    const before = await free(buyer)
    const segments = await sellAltered((release) => ({
      ...release,
      version: { ...release.version, segments: `0x${'5a'.repeat(32)}` },
    }))
    await offered(segments)
    // What describes it is known from the sale before, so the offer may be seen before its seller gives the preview.
    const preview = () =>
      buyer.data
        .preview({ asset: segments })
        .catch((error: { code?: string }) =>
          error.code === 'PEER_UNREACHABLE' ? null : Promise.reject(error as Error),
        )
    await expect(until('a preview', preview, PATIENCE_MS)).rejects.toMatchObject({ code: 'PROOF_FAILED' })
    expect(await refusal(segments)).toMatchObject({ code: 'PROOF_FAILED' })
    const key = await sellAltered((release) => ({
      ...release,
      version: { ...release.version, keyCommit: `0x${'77'.repeat(32)}` },
    }))
    expect(await refusal(key)).toMatchObject({ code: 'PROOF_FAILED' })
    expect(await free(buyer)).toBe(before)
  }, 240_000)

  test('keeps rows from the lot is not paid', async () => {
    const asset = await sellAltered((release) => ({
      ...release,
      version: { ...release.version, count: release.version.count - 1 },
    }))
    expect(await refusal(asset)).toMatchObject({
      code: 'PROOF_FAILED',
      message: expect.stringContaining('all of its rows'),
    })
  }, 240_000)

  test('gives more than it says is not paid', async () => {
    const asset = await sellAltered((release) => {
      const metadata = { ...release.metadata, bytes: 1_000 }
      return { ...release, metadata, version: { ...release.version, metadata: digestOfBlock(metadata) } }
    })
    expect(await refusal(asset)).toMatchObject({ code: 'PROOF_FAILED', message: expect.stringContaining('1000') })
  }, 240_000)

  test('has its data nowhere is not paid', async () => {
    const release = await seller.data.seal({ dataset, terms, asset: null })
    const { asset } = await sellRelease(seller, release, PRICE)
    const { asset: it } = await offered(asset)
    await given(release)
    await seller.data.unseed({ cid: release.cid })
    const before = await free(buyer)
    await expect(
      act(buyer, { kind: 'buyAsset', asset, version: it.current.version, maxPrice: it.price }),
    ).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
    expect((await buyer.data.overview({})).bought.some(({ sale }) => sale.asset === asset)).toBe(false)
    expect(await free(buyer)).toBe(before)
  }, 240_000)

  test('hides one segment’s key under another is refunded by a proof of that segment', async () => {
    let before = { buyer: 0n, seller: 0n }
    const spoilt = async () => {
      // What an asset holds that cannot be listed is held on.
      before = { buyer: await free(buyer), seller: await free(seller) }
      return sellAltered(async (release) => {
        const sealed = join(hosts.seller.dataDir, 'releases', release.id, 'sealed')
        const keys = await readFile(join(sealed, 'keys'))
        // What hides the third segment's key: with the dataset's key another one comes out than was committed to.
        keys[3 * 64 - 1]! ^= 1
        await writeFile(join(sealed, 'keys'), keys)
        return repackaged(sealed, release)
      })
    }
    // Where the lot has drawn that very segment its seller cannot even show it, and tries another one.
    const asset = await until(
      'a lot without that segment',
      () =>
        spoilt().catch((error: { code?: string }) =>
          error.code === 'FILE_DAMAGED' ? null : Promise.reject(error as Error),
        ),
      PATIENCE_MS,
    )
    const sale = await buy(asset)
    const { sale: ended, own } = await reaches(sale, 'ended')
    expect(ended).toMatchObject({ state: 'refunded', wrongKey: true })
    expect(own!.log.some((line) => lineWords(line).includes('Segment 2'))).toBe(true)
    await until('the refund', async () => (await free(buyer)) === before.buyer)
    expect(await free(seller)).toBe(before.seller)
  }, 240_000)

  test('sells what has no names for what it holds is found out, and what opens is kept', async () => {
    const asset = await sellAltered(async (release) => {
      const sealed = join(hosts.seller.dataDir, 'releases', release.id, 'sealed')
      const manifest = await readFile(join(sealed, 'manifest'))
      manifest[9]! ^= 1
      await writeFile(join(sealed, 'manifest'), manifest)
      return repackaged(sealed, release)
    })
    const sale = await buy(asset)
    const { own } = await reaches(sale, 'damaged')
    expect(own!.log.map(lineWords).join()).toMatch(/What opens is kept: (\d+) of \1 parts/)
    const { chunk } = await buyer.data.readFile({ sale, path: 'content', offset: 0 })
    expect(Buffer.from(chunk, 'base64').toString().split('\n').length).toBeGreaterThan(416)
  }, 240_000)

  test('praises its data too much is found out when it is opened', async () => {
    const asset = await sellAltered((release) => {
      const metadata = { ...release.metadata, report: { ...release.metadata.report!, entropy: 6.5 } }
      return { ...release, metadata, version: { ...release.version, metadata: digestOfBlock(metadata) } }
    })
    const sale = await buy(asset)
    const { own } = await reaches(sale, 'damaged')
    expect(jobWords(own!.reason!)).toContain('entropy')
    // It was paid for, so what opened is shown all the same.
    expect(await buyer.data.files({ sale })).toHaveLength(3)
  }, 240_000)

  test('promises other pictures than it delivers is found out when they are opened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-data-pictures-'))
    const files = Array.from({ length: 3 }, (_, i) => join(folder, `${i}.jpg`))
    for (const file of files) await writePhoto(file, file)
    const given = randomUUID()
    for (const file of files)
      await seller.training.putData({
        upload: given,
        name: basename(file),
        first: true,
        chunk: (await readFile(file)).toString('base64'),
      })
    await rm(folder, { recursive: true })
    const { id, hidden } = await seller.data.collect({ name: 'Pictures', upload: given })
    expect(hidden.located).toBe(3)
    const seal = () =>
      seller.data.sealCollection({ collection: id, terms: { ...terms, name: 'Pictures' }, asset: null })
    const honest = await buy((await sellRelease(seller, await seal(), PRICE)).asset)
    await reaches(honest, 'owned')
    const pictures = (await buyer.data.files({ sale: honest })).filter(({ path }) => path.startsWith('files/'))
    expect(pictures.map(({ path }) => path).sort()).toEqual([
      'files/000001.jpg',
      'files/000002.jpg',
      'files/000003.jpg',
    ])
    for (const { path } of pictures)
      expect(
        Buffer.from((await buyer.data.readFile({ sale: honest, path, offset: 0 })).chunk, 'base64').includes(
          'Anna Berger',
        ),
      ).toBe(false)
    const praised = await sellAltered((release) => {
      const media = { ...release.metadata.media!, pictures: { ...release.metadata.media!.pictures, side: 4000 } }
      const metadata = { ...release.metadata, media }
      return { ...release, metadata, version: { ...release.version, metadata: digestOfBlock(metadata) } }
    }, seal)
    const { own } = await reaches(await buy(praised), 'damaged')
    expect(jobWords(own!.reason!)).toContain('report')
  }, 240_000)

  test('sells a model is held to its SHA-256', async () => {
    const { id, hash } = await seller.models.take({ file: resourcePath('avatar', 'avatar.gguf'), name: 'A small one' })
    const seal = () => seller.data.sealModel({ model: id, terms: { ...terms, name: 'A small one' }, asset: null })
    const honest = await buy((await sellRelease(seller, await seal(), PRICE)).asset)
    const { own } = await reaches(honest, 'owned')
    const [file] = await buyer.data.files({ sale: honest })
    expect((await buyer.models.take({ file: join(own!.path!, file!.path), name: null })).hash).toBe(hash)
    const another = await sellAltered((release) => {
      const metadata = { ...release.metadata, base: { name: 'A better one', hash: '5a'.repeat(32) } }
      return { ...release, metadata, version: { ...release.version, metadata: digestOfBlock(metadata) } }
    }, seal)
    expect(jobWords((await reaches(await buy(another), 'damaged')).own!.reason!)).toContain('SHA-256')
  }, 240_000)

  test('delivers another key loses the sale by the chain’s own reckoning', async () => {
    const before = { buyer: await free(buyer), seller: await free(seller) }
    const release = await seller.data.seal({ dataset, terms, asset: null })
    const { asset } = await sellRelease(seller, release, PRICE)
    await given(release)
    const { wrongKeys } = (await buyer.data.asset({ asset })).seller
    // What the key is derived from, so that another one is delivered than was sealed with.
    const db = new Database(join(hosts.seller.dataDir, 'hearth.db'))
    db.prepare("update data_releases set facts = json_set(facts, '$.hseg.version', 7) where id = ?").run(release.id)
    db.close()
    const sale = await buy(asset)
    const { sale: ended } = await reaches(sale, 'ended')
    expect(ended).toMatchObject({ state: 'refunded', wrongKey: true })
    await until('the refund', async () => (await free(buyer)) === before.buyer)
    expect(await free(seller)).toBe(before.seller)
    expect((await buyer.data.asset({ asset })).seller.wrongKeys).toBe(wrongKeys + 1)
  }, 240_000)
})

test('a new version takes segments over, keeps its buyers’ ratings, and is sold with a key of its own', async () => {
  const first = await seller.data.seal({ dataset, terms, asset: null })
  const { asset } = await sellRelease(seller, first, PRICE)
  const firstSale = await buy(asset)
  await reaches(firstSale, 'owned')
  await act(buyer, { kind: 'finaliseSale', id: firstSale })
  await act(buyer, { kind: 'rateSale', sale: firstSale, stars: 4 })
  const second = await seller.data.seal({ dataset, terms: { ...terms, description: 'again' }, asset })
  expect(second.hseg).toMatchObject({ dataset: first.hseg.dataset, version: 2 })
  expect(second.hseg.salt).not.toBe(first.hseg.salt)
  await sellRelease(seller, second, PRICE)
  const offer = await until(
    'the new version',
    async () =>
      (await buyer.data.offers({})).find(
        (item) => item.asset.id === asset && item.asset.current.version === 2 && item.metadata?.description === 'again',
      ),
    PATIENCE_MS,
  )
  expect(offer.asset.rating).toEqual({ stars: 4, count: 1 })
  await reaches(await buy(asset), 'owned')
}, 240_000)

test('a request is answered, taken, and delivered for its bounty', async () => {
  const { brief } = await buyer.data.prepareRequest({ title: 'Gardens', text: 'any' })
  await act(buyer, { kind: 'openRequest', bounty: 3n * PRICE, brief })
  const request = await until(
    'the request on the seller’s side',
    async () => (await seller.data.requests({})).find(({ brief: words }) => words?.title === 'Gardens'),
    PATIENCE_MS,
  )
  const [asset] = (await seller.data.overview({})).releases.flatMap(({ asset: it }) =>
    it?.state === 'listed' ? [it] : [],
  )
  await act(seller, { kind: 'answerRequest', request: request.request.id, asset: asset!.id })
  await until('the answer', async () =>
    (await buyer.data.requests({})).find((it) => it.request.answers.includes(asset!.id)),
  )
  const before = new Set((await buyer.data.overview({})).bought.map(({ sale }) => sale.id))
  await act(buyer, {
    kind: 'acceptAnswer',
    request: request.request.id,
    asset: asset!.id,
    version: asset!.current.version,
  })
  const { sale } = await until('the sale', async () =>
    (await buyer.data.overview({})).bought.find((item) => !before.has(item.sale.id)),
  )
  expect(sale.price).toBe(3n * PRICE)
  await reaches(sale.id, 'owned')
}, 240_000)

test('sealed data whose way here was cut off goes on to come after the app’s end, and is paid for once it is here', async () => {
  const { storage } = await seller.system.settings({})
  await seller.system.changeSettings({ storage: { ...storage, rateCap: 16_384 } })
  const release = await seller.data.seal({ dataset, terms: anyUse, asset: null })
  const { asset } = await sellRelease(seller, release, PRICE)
  const { asset: it } = await offered(asset)
  await given(release)
  const before = await free(buyer)
  const coming = async () => (await buyer.data.overview({})).coming.find((each) => each.asset === asset)
  const asked = buyer.data.obtain({ asset, version: it.current.version }).catch(() => null)
  await until('the first bytes', async () => ((await coming())?.bytes ?? 0) > 0, PATIENCE_MS)
  await hosts.buyer.kill('SIGKILL')
  await asked
  hosts.buyer = await world.serve('buyer', network)
  buyer = await world.api(hosts.buyer)
  // The task goes on by itself; whoever asks again meanwhile is in nobody's way.
  await buyer.data.obtain({ asset, version: it.current.version })
  await until('the task to end', async () => (await coming()) === undefined, PATIENCE_MS)
  expect((await buyer.data.asset({ asset })).here).toBe(true)
  expect(
    (await buyer.tasks.list({})).filter(({ type, state }) => type === 'package-fetch' && state !== 'done'),
  ).toEqual([])
  await until('the balances', async () => (await buyer.system.overview({})).balances !== null)
  expect(await free(buyer)).toBe(before)
  await reaches(await buy(asset), 'owned')
}, 240_000)

test('bought data goes on to training and into the memory without a copy, as far as its licence allows', async () => {
  const purchases = (await buyer.data.overview({})).bought
  const saleOf = (name: string): number =>
    purchases.find(({ own }) => own?.state === 'owned' && own.name === name)!.sale.id
  const [forTraining, forAny] = [saleOf(terms.name), saleOf(anyUse.name)]
  const path = 'data.jsonl'
  const uses = await buyer.data.uses({ sale: forTraining })
  expect(uses).toMatchObject({ kind: 'text', licence: terms.licence, shows: false })
  expect(uses.ways).toEqual([
    { way: 'train', files: [path], limit: null },
    { way: 'remember', files: [path], limit: 'use' },
    { way: 'table', files: [], limit: null },
  ])
  await expect(buyer.data.handOver({ sale: forTraining, path, way: 'remember' })).rejects.toMatchObject({
    code: 'LICENCE_FORBIDS',
  })
  for (const other of ['README.md', '../../wallet.json', 'nothing.jsonl'])
    await expect(buyer.data.handOver({ sale: forTraining, path: other, way: 'train' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  const { upload } = await buyer.data.handOver({ sale: forTraining, path, way: 'train' })
  const handed = join(hosts.buyer.dataDir, 'uploads', upload, path)
  expect((await stat(handed)).ino).toBe((await stat(join(uses.folder, path))).ino)
  const run = await buyer.training.create({
    name: 'Garden',
    base: resourcePath('demo', 'model'),
    uploads: [upload],
    demoData: false,
    preset: 'fast',
    method: 'lora',
    sequenceLength: 64,
    classify: false,
  })
  const prepared = await until(
    'the run to be ready',
    async () => {
      const { run: row, report } = await buyer.training.run({ id: run.id })
      if (row.state === 'failed') throw new Error(row.error?.message)
      return report
    },
    PATIENCE_MS,
  )
  expect(prepared.rows).toBe(416)
  // Its run goes, the purchase stays.
  await buyer.training.remove({ id: run.id })
  expect((await buyer.data.files({ sale: forTraining })).map((file) => file.path)).toContain(path)

  const said = await hearth('--data-dir', hosts.buyer.dataDir, '--json', 'data', 'remember', String(forAny))
  expect(lastLine(said)).toMatchObject({ items: 416, label: 'private', name: `Open garden (bought, ${forAny})` })
  const [source] = (await buyer.avatar.overview()).sources
  await buyer.avatar.remove({ source: source!.id })
  expect((await buyer.avatar.overview()).sources).toEqual([])
  expect((await buyer.data.files({ sale: forAny })).map((file) => file.path)).toContain(path)
}, 240_000)
