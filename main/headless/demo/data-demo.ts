import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Api } from '../../../common/api/index.ts'
import type { BoughtSale } from '../../../common/api/data.ts'
import type { ReleaseTerms } from '../../../common/model/dataset.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { appPath, resourcePath } from '../../core/resources.ts'
import { Rpc } from '../../features/chain/index.ts'
import { act, until } from '../../cli/act.ts'
import { jobWords } from '../../cli/in-words.ts'
import { say } from '../../cli/output.ts'
import { sellRelease } from '../../features/market/data/commands/sell-release.ts'
import { upload } from '../../cli/upload.ts'
import { Cast, type Party } from './cast.ts'
import { warp } from './jobs.ts'

const PRICE = 5n * 10n ** 18n
const PATIENCE_MS = 120_000
const TERMS: ReleaseTerms = {
  name: 'A year in a shared garden',
  description: 'Messages of two friends about a garden, without their names.',
  licence: { use: 'train', redistribution: false, term: null },
  royalty: 500,
  parent: null,
}
const DISHONEST = appPath('main', 'headless', 'demo', 'dishonest-seller.ts')

/** Imports, cleans, seals and lists the sample chat. */
async function sell(seller: Api) {
  const dataset = await seller.data.create({
    name: 'Garden chat',
    upload: await upload(seller, resourcePath('demo', 'chat.txt')),
    format: null,
    dateOrder: null,
    country: 'DE',
  })
  const release = await seller.data.seal({ dataset: dataset.id, terms: TERMS, asset: null })
  return { dataset, release, ...(await sellRelease(seller, release, PRICE)) }
}

/** Buys an asset as its buyer sees it, and returns the sale once the chain has it. */
async function buy(buyer: Api, asset: number): Promise<{ sale: number; hash: string }> {
  const offer = await until(
    'the offer on the buyer’s side',
    async () => (await buyer.data.offers({})).find((item) => item.asset.id === asset && item.metadata !== null),
    PATIENCE_MS,
  )
  const before = new Set((await buyer.data.overview({})).bought.map(({ sale }) => sale.id))
  const { hash } = await act(buyer, {
    kind: 'buyAsset',
    asset,
    version: offer.asset.current.version,
    maxPrice: offer.asset.price,
  })
  const { sale } = await until('the sale', async () =>
    (await buyer.data.overview({})).bought.find((item) => !before.has(item.sale.id)),
  )
  return { sale: sale.id, hash: hash! }
}

const bought = async (buyer: Api, sale: number): Promise<BoughtSale> =>
  (await buyer.data.overview({})).bought.find((item) => item.sale.id === sale)!
const reaches = (buyer: Api, sale: number, what: string, fits: (item: BoughtSale) => boolean): Promise<BoughtSale> =>
  until(
    what,
    async () => {
      const item = await bought(buyer, sale)
      if (item.own?.state === 'damaged')
        throw new HearthError('FILE_DAMAGED', item.own.reason ? jobWords(item.own.reason) : 'damaged')
      return fits(item) && item
    },
    PATIENCE_MS,
  )

/** Gas of every transaction of a sale. */
async function gasOf(api: Api, { sale }: BoughtSale): Promise<Record<string, { hash: string; gas: bigint }>> {
  const rows = await Promise.all(
    sale.transactions.map(
      async ({ event, hash }) => [event, { hash, gas: (await api.explorer.transaction({ hash })).gasUsed }] as const,
    ),
  )
  return Object.fromEntries(rows)
}

/**
 * Data from a chat export to a stranger's disk, by the calls that the window makes: sold and opened; a wrong key that
 * is refunded; no delivery that is refunded; a false complaint that is refused.
 */
export async function runDataDemo(options: { folder: string | null }): Promise<Record<string, unknown>> {
  const begun = performance.now()
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'hearth-demo-')))
  await using cast = new Cast(folder, options.folder !== null)
  say('starting a practice network, a seller, a dishonest seller and a buyer …')
  const rpc = new Rpc(await cast.chain())
  const parties: Record<'seller' | 'cheat' | 'buyer', Party> = {
    seller: await cast.party('seller'),
    cheat: await cast.party('cheat', DISHONEST),
    buyer: await cast.party('buyer'),
  }
  const [seller, cheat, buyer] = [parties.seller.api, parties.cheat.api, parties.buyer.api]
  const free = async (api: Api): Promise<bigint> => (await api.system.overview({})).balances!.market
  const all = async (): Promise<bigint> => (await free(seller)) + (await free(cheat)) + (await free(buyer))
  const before = await all()

  say('the seller imports a chat, redacts, seals and lists it …')
  const offered = await sell(seller)
  const { dataset, release } = offered
  say('the buyer looks at the rows that the lot has drawn, and buys …')
  const preview = await until(
    'the preview',
    async () => buyer.data.preview({ asset: offered.asset }).catch(() => null),
    PATIENCE_MS,
  )
  const honest = await buy(buyer, offered.asset)
  const owned = await reaches(buyer, honest.sale, 'the opened data', ({ own }) => own?.state === 'owned')
  const files = await buyer.data.files({ sale: honest.sale })
  const { chunk } = await buyer.data.readFile({ sale: honest.sale, path: 'data.jsonl', offset: 0 })
  const text = Buffer.from(chunk, 'base64').toString('utf8')

  say('the buyer complains although the key is right …')
  const refusal = await act(buyer, { kind: 'complainSale', id: honest.sale }).then(
    () => 'accepted',
    (error: unknown) => messageOf(error),
  )
  await act(buyer, { kind: 'finaliseSale', id: honest.sale })
  const final = await reaches(buyer, honest.sale, 'the end of the sale', ({ sale }) => sale.state === 'final')
  await act(buyer, { kind: 'rateSale', sale: honest.sale, stars: 5 })

  say('a dishonest seller delivers another key …')
  const trap = await sell(cheat)
  const wrong = await buy(buyer, trap.asset)
  const cheated = await reaches(
    buyer,
    wrong.sale,
    'the refund of the wrong key',
    ({ sale, own }) => sale.state === 'refunded' && own?.state === 'ended',
  )

  say('a seller is away when it is paid …')
  const silent = await act(seller, { kind: 'unlistAsset', id: offered.asset }).then(() =>
    act(seller, { kind: 'listAsset', asset: offered.asset, price: PRICE }),
  )
  await until('the new listing', async () =>
    (await buyer.data.offers({})).some(({ asset }) => asset.id === offered.asset),
  )
  await parties.seller.end('SIGTERM')
  const unanswered = await buy(buyer, offered.asset)
  const waiting = await bought(buyer, unanswered.sale)
  await warp(rpc, waiting.sale.until! + 1)
  const refunded = await reaches(
    buyer,
    unanswered.sale,
    'the refund of the undelivered sale',
    ({ sale, own }) => sale.state === 'refunded' && own?.state === 'ended',
  )
  parties.seller = await cast.start('seller')
  const sellerAgain = parties.seller.api
  await until('the seller’s index', async () =>
    (await sellerAgain.data.overview({})).sold.some(
      ({ sale }) => sale.id === unanswered.sale && sale.state === 'refunded',
    ),
  )
  const after = (await free(sellerAgain)) + (await free(cheat)) + (await free(buyer))

  const leaked = [
    'Anna Berger',
    'Tom Okafor',
    'sarah.lindner@example.org',
    'DE89 3704',
    '4111 1111',
    'Regenwurm7',
  ].filter((secret) => text.includes(secret))
  const outcome = {
    honest: {
      sale: honest.sale,
      state: final.sale.state,
      paid: final.sale.paid,
      opened: owned.own!.state,
      files: files.map(({ path }) => path),
      transactions: await gasOf(buyer, final),
    },
    falseComplaint: refusal,
    wrongKey: {
      sale: wrong.sale,
      state: cheated.sale.state,
      wrongKey: cheated.sale.wrongKey,
      transactions: await gasOf(buyer, cheated),
    },
    noDelivery: {
      sale: unanswered.sale,
      state: refunded.sale.state,
      relisted: silent.hash,
      transactions: await gasOf(buyer, refunded),
    },
  }
  return {
    dataset: {
      items: dataset.items,
      skipped: dataset.skipped,
      redacted: dataset.cleaned!.changed,
      hidden: dataset.cleaned!.counts,
    },
    release: {
      cid: release.cid,
      bytes: release.metadata.bytes,
      segments: release.segments,
      rows: release.metadata.rows,
    },
    listing: { asset: offered.asset, publish: offered.publish, list: offered.list },
    preview: { segments: preview.segments, rows: preview.rows.length, proven: true },
    ...outcome,
    leaked,
    conserved: before === after,
    asItShouldBe:
      leaked.length === 0 &&
      before === after &&
      final.sale.state === 'final' &&
      refusal.includes('KeyIsGood') &&
      cheated.sale.wrongKey &&
      refunded.sale.state === 'refunded' &&
      !refunded.sale.wrongKey,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  }
}
