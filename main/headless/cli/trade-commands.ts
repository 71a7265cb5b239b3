import { open } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Option, type Command, type CommandUnknownOpts, type OptionValues } from '@commander-js/extra-typings'
import type { Api } from '../../../common/api/index.ts'
import type { BoughtSale, OfferedAsset } from '../../../common/api/data.ts'
import {
  dateOrders,
  importFormats,
  licenceUses,
  reportReasons,
  type DateOrder,
  type ImportFormat,
} from '../../../common/model/data-names.ts'
import type { Release, ReleaseTerms } from '../../../common/model/dataset.ts'
import { personalInWords } from '../../../common/model/quality.ts'
import { COIN_SYMBOL, formatCoins } from '../../../common/model/money.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { act, until } from './act.ts'
import { ask, coins, command, send, whole } from './commands.ts'
import { modelCalled } from './chat-model-commands.ts'
import { runCalled } from './job-commands.ts'
import { sellRelease } from './sell.ts'
import { upload } from './upload.ts'

interface ListOptions {
  readonly price: bigint
  readonly name?: string
  readonly description: string
  readonly use: ReleaseTerms['licence']['use']
  readonly redistribution: boolean
  readonly term?: number
  readonly royalty: number
  readonly parent?: number
  readonly asset?: number
  readonly agree: boolean
}
interface FileOptions extends ListOptions {
  readonly format?: ImportFormat
  readonly dates?: DateOrder
  readonly country: string
}

const PATIENCE_MS = 24 * 3_600_000
const price = (units: bigint): string => `${formatCoins(units)} ${COIN_SYMBOL}`
const describe = ({ asset, metadata, seller }: OfferedAsset): string =>
  `#${asset.id}  ${price(asset.price).padEnd(14)} ${String(asset.current.count).padStart(8)} rows  ` +
  `${metadata?.name ?? '(the seller is away)'}  by ` +
  `${seller.name ?? seller.account}${asset.rating ? `, ${asset.rating.stars.toFixed(1)} stars` : ''}` +
  (metadata?.report ? `\n    personal data: ${personalInWords(metadata.report.personal)}` : '')

interface Sealed {
  readonly dataset: string
  /** What its report says of personal data that is left; null where it has no texts. */
  readonly personal: string | null
  /** What was taken out of it, by kind. */
  readonly hidden: Readonly<Record<string, number>>
  readonly release: Release
}

async function sealTexts(
  api: Api,
  path: string,
  terms: ReleaseTerms,
  { format, dates, country, asset }: FileOptions,
): Promise<Sealed> {
  const { id, cleaned } = await api.data.create({
    name: terms.name,
    upload: await upload(api, resolve(path)),
    format: format ?? null,
    dateOrder: dates ?? null,
    country,
  })
  return {
    dataset: id,
    personal: cleaned ? personalInWords(cleaned.report.personal) : null,
    hidden: cleaned!.counts,
    release: await api.data.seal({ dataset: id, terms, asset: asset ?? null }),
  }
}

async function sealMedia(api: Api, path: string, terms: ReleaseTerms, { asset }: ListOptions): Promise<Sealed> {
  const { id, hidden } = await api.data.collect({ name: terms.name, upload: await upload(api, resolve(path)) })
  return {
    dataset: id,
    personal: null,
    hidden: { place: hidden.located, 'other metadata': hidden.saying },
    release: await api.data.sealCollection({ collection: id, terms, asset: asset ?? null }),
  }
}

/** Seals something by its name, publishes it, shows the drawn rows and lists it: what the window does in steps. */
async function list(api: Api, name: string, options: ListOptions, seal: (terms: ReleaseTerms) => Promise<Sealed>) {
  const terms: ReleaseTerms = {
    name: options.name ?? name,
    description: options.description,
    licence: { use: options.use, redistribution: options.redistribution, term: options.term ?? null },
    royalty: options.royalty * 100,
    parent: options.parent ?? null,
  }
  const { dataset, hidden, personal, release } = await seal(terms)
  const sealed = { dataset, personal, release: release.id, cid: release.cid, rows: release.version.count, hidden }
  return options.agree
    ? { ...sealed, ...(await sellRelease(api, release, options.price)) }
    : { ...sealed, asset: null, publish: null, list: null }
}
type Listed = Awaited<ReturnType<typeof list>>

/** A command that lists something: its terms are the same whatever it is. */
const listing = <Args extends unknown[], Opts extends OptionValues>(it: Command<Args, Opts, OptionValues>) =>
  it
    .requiredOption('--price <coins>', 'what it costs', coins)
    .option('--agree', 'publish it, and show the rows that the lot draws to everybody', false)
    .option('--name <text>', 'its title; its own name without it')
    .option('--description <text>', 'what it is', '')
    .addOption(new Option('--use <use>', 'the licence').choices(licenceUses).default('train'))
    .option('--redistribution', 'it may be passed on', false)
    .option('--term <days>', 'days that it may be used; without an end otherwise', whole)
    .option('--royalty <percent>', 'what works built on it owe', whole, 5)
    .option('--parent <asset>', 'the asset that it is built on', whole)
    .option('--asset <number>', 'the asset whose next version it is', whole)
const describeListed = ({ cid, rows, hidden, personal, asset }: Listed): string =>
  [
    `${cid}: ${rows} rows`,
    ...(Object.keys(hidden).length > 0
      ? [
          `hidden: ${Object.entries(hidden)
            .map(([kind, count]) => `${count} ${kind}`)
            .join(', ')}`,
        ]
      : []),
    ...(personal === null ? [] : [`left in it: ${personal}`]),
    asset === null
      ? 'Nothing has left this machine. Look at it in the window, or run this again with --agree.'
      : `on the market as asset ${asset}`,
  ].join('\n')

const bought = async (api: Api, sale: number): Promise<BoughtSale> => {
  const found = (await api.data.overview({})).bought.find((item) => item.sale.id === sale)
  if (!found) throw new HearthError('NOT_FOUND', `you made no purchase ${sale}`)
  return found
}

/** Waits for a purchase to be opened, and lays its files down. */
async function collect(api: Api, sale: number, out: string) {
  const { own } = await until(
    'the data',
    async () => {
      const item = await bought(api, sale)
      if (item.own && ['cheated', 'damaged', 'ended'].includes(item.own.state))
        throw new HearthError(
          item.own.state === 'damaged' ? 'FILE_DAMAGED' : 'WRONG_KEY',
          item.own.reason ?? `the purchase is ${item.own.state}`,
        )
      return item.own?.state === 'owned' && item
    },
    PATIENCE_MS,
  )
  const files = await api.data.files({ sale })
  for (const { path } of files) {
    const name = path.replaceAll('/', '_')
    await using target = await open(join(resolve(out), name), 'wx')
    for (let offset = 0, total = 1; offset < total;) {
      const piece = await api.data.readFile({ sale, path, offset })
      const bytes = Buffer.from(piece.chunk, 'base64')
      if (bytes.length === 0) break
      await target.write(bytes)
      offset += bytes.length
      total = piece.total
    }
  }
  return { sale, name: own!.name, out: resolve(out), files: files.map(({ path }) => path) }
}

/** Data on the market, from either side. */
export function addTradeCommands(data: CommandUnknownOpts): void {
  listing(
    command(
      data,
      'list <file>',
      'clean an export, seal it and put it on the market; without --agree it only says what would leave',
    ),
  )
    .option('--media', 'the file is a picture, a recording, or an archive of them', false)
    .addOption(new Option('--format <name>', 'what the file is, where its name does not tell').choices(importFormats))
    .addOption(
      new Option('--dates <order>', 'the order of day and month, where the file does not tell').choices(dateOrders),
    )
    .option('--country <code>', 'where phone numbers without a country’s code are from', 'US')
    .action(
      ask((api, options, [file]) => {
        return list(api, basename(file), options, (terms) =>
          (options.media ? sealMedia : sealTexts)(api, file, terms, options),
        )
      }, describeListed),
    )
  listing(
    command(data, 'list-adapter <run>', 'seal an adapter that was trained here, and put it on the market'),
  ).action(
    ask(async (api, options, [wanted]) => {
      const { id: run, name } = await runCalled(api, wanted)
      return list(api, name, options, async (terms) => ({
        dataset: run,
        personal: null,
        hidden: {},
        release: await api.data.sealAdapter({ run, terms, asset: options.asset ?? null }),
      }))
    }, describeListed),
  )
  listing(command(data, 'list-model <model>', 'seal a model that avatars speak with, and put it on the market')).action(
    ask(async (api, options, [id]) => {
      const model = await modelCalled(api, id)
      return list(api, model.name, options, async (terms) => ({
        dataset: model.id,
        personal: null,
        hidden: {},
        release: await api.data.sealModel({ model: model.id, terms, asset: options.asset ?? null }),
      }))
    }, describeListed),
  )
  command(data, 'offers', 'list the data on sale').action(
    ask(
      async (api) => ({ offers: await api.data.offers({}) }),
      ({ offers }) => offers.map(describe).join('\n') || 'nothing',
    ),
  )
  command(data, 'preview <asset>', 'show the rows drawn by lot, checked against the chain').action(
    ask(
      async (api, _, [asset]) => ({ rows: (await api.data.preview({ asset: whole(asset) }))?.rows ?? [] }),
      ({ rows }) => rows.map(({ index, row }) => `${index + 1}  ${row}`).join('\n') || 'this asset has no rows to show',
    ),
  )
  command(data, 'buy <asset>', 'pay for an asset, wait for its key, fetch, open and check it')
    .requiredOption('--max <coins>', 'the most that it may cost', coins)
    .option('--out <folder>', 'lay the files down here; they are in the library in any case')
    .action(
      ask(
        async (api, { max, out }, [id]) => {
          const { asset } = await api.data.asset({ asset: whole(id) })
          const before = new Set((await api.data.overview({})).bought.map(({ sale }) => sale.id))
          const { hash } = await act(api, {
            kind: 'buyAsset',
            asset: asset.id,
            version: asset.current.version,
            maxPrice: max,
          })
          const { sale } = await until('the sale', async () =>
            (await api.data.overview({})).bought.find((item) => !before.has(item.sale.id)),
          )
          return out === undefined
            ? { sale: sale.id, hash, out: null }
            : { hash, ...(await collect(api, sale.id, out)) }
        },
        ({ sale, out }) => `purchase ${sale}${out === null ? ': hearth data collect waits for it' : ` in ${out}`}`,
      ),
    )
  command(data, 'collect <sale>', 'wait for a purchase and write its files')
    .requiredOption('--out <folder>', 'where they go')
    .action(
      ask(
        (api, options, [sale]) => collect(api, whole(sale), String(options.out)),
        ({ out, files }) => `${out}: ${files.join(', ')}`,
      ),
    )
  command(data, 'sales', 'list sales and purchases').action(
    ask(
      async (api) => {
        const { sold, bought: purchases } = await api.data.overview({})
        return { sold, bought: purchases }
      },
      (it) =>
        [
          ...it.sold.map(
            ({ sale, name, obstacle }) =>
              `sold ${sale.id}  ${sale.state.padEnd(10)} ${price(sale.price)}  ` +
              `${name}${obstacle ? `  (${obstacle})` : ''}`,
          ),
          ...it.bought.map(
            ({ sale, own }) =>
              `bought ${sale.id}  ${sale.state.padEnd(10)} ${price(sale.price)}  ${own?.name ?? ''} ` +
              `${own?.state ?? ''}`,
          ),
        ].join('\n') || 'nothing yet',
    ),
  )
  command(data, 'deliver <sale>', 'wait until the running host has delivered a key').action(
    ask(
      async (api, _, [id]) => {
        const sale = await until(
          'the delivery',
          async () => {
            const item = (await api.data.overview({})).sold.find((it) => it.sale.id === whole(id))
            if (!item) throw new HearthError('NOT_FOUND', `you made no sale ${whole(id)}`)
            if (item.obstacle) throw new HearthError('INTERNAL', item.obstacle)
            return item.sale.state !== 'paid' && item.sale
          },
          120_000,
        )
        return { sale: sale.id, state: sale.state }
      },
      ({ state }) => state,
    ),
  )
  command(
    data,
    'complain <sale>',
    'prove on the chain that a delivered key is wrong; the host does it by itself as well',
  ).action(send((_, [id]) => ({ kind: 'complainSale', id: whole(id) })))
  command(data, 'finalise <sale>', 'release the payment').action(
    send((_, [id]) => ({ kind: 'finaliseSale', id: whole(id) })),
  )
  command(data, 'rate <sale> <stars>', 'rate a purchase with one to five stars').action(
    send((_, [id, stars]) => ({ kind: 'rateSale', sale: whole(id), stars: whole(stars) })),
  )
  command(data, 'unlist <asset>', 'take an asset off the market').action(
    send((_, [id]) => ({ kind: 'unlistAsset', id: whole(id) })),
  )
  command(data, 'flag <asset>', 'report an asset publicly')
    .addOption(new Option('--reason <reason>', 'why').choices(reportReasons).makeOptionMandatory())
    .action(send((options, [id]) => ({ kind: 'reportAsset', asset: whole(id), reason: options.reason })))
  const request = command(data, 'request', 'ask for data with a bounty')
  command(request, 'ls', 'list the requests').action(
    ask(
      async (api) => ({ requests: await api.data.requests({}) }),
      ({ requests }) =>
        requests
          .map(
            ({ request: it, brief }) =>
              `${it.id}  ${it.state.padEnd(10)} ${price(it.bounty)}  ${brief?.title ?? ''}  answers: ` +
              `${it.answers.join(', ') || 'none'}`,
          )
          .join('\n') || 'nothing',
    ),
  )
  command(request, 'open <title>', 'open a request with a bounty')
    .requiredOption('--bounty <coins>', 'what it is worth', coins)
    .option('--text <text>', 'more about it', '')
    .action(
      ask(
        async (api, { bounty, text }, [title]) => {
          const { brief } = await api.data.prepareRequest({ title: title, text })
          return act(api, { kind: 'openRequest', bounty, brief })
        },
        ({ hash }) => hash!,
      ),
    )
  command(request, 'answer <request> <asset>', 'offer an asset for the bounty of a request').action(
    send((_, [id, asset]) => ({ kind: 'answerRequest', request: whole(id), asset: whole(asset) })),
  )
  command(request, 'take <request> <asset>', 'take an answer').action(
    ask(
      async (api, _, [id, asset]) => {
        const { current } = (await api.data.asset({ asset: whole(asset) })).asset
        return act(api, { kind: 'acceptAnswer', request: whole(id), asset: whole(asset), version: current.version })
      },
      ({ hash }) => hash!,
    ),
  )
  command(request, 'withdraw <request>', 'withdraw a request and its bounty').action(
    send((_, [id]) => ({ kind: 'withdrawRequest', id: whole(id) })),
  )
}
