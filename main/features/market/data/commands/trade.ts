import { personalInWords } from '../../../../../common/model/personal-kinds.ts'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import type { Api } from '../../../../../common/api/index.ts'
import type { BoughtSale, OfferedAsset } from '../../../../../common/api/data.ts'
import { reportReasons } from '../../../../../common/model/data-names.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../../common/model/money.ts'
import { HearthError } from '../../../../../common/errors/index.ts'
import { act, until } from '../../../../cli/act.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, coins, command, send, whole } from '../../../../cli/commands.ts'
import { jobWords } from '../../../../cli/in-words.ts'

const PATIENCE_MS = 24 * 3_600_000
export const price = (units: bigint): string => `${formatCoins(units)} ${COIN_SYMBOL}`
const describe = ({ asset, metadata, seller }: OfferedAsset): string =>
  `#${asset.id}  ${price(asset.price).padEnd(14)} ${String(metadata?.rows ?? '–').padStart(8)} rows  ` +
  `${metadata?.name ?? '(the seller is away)'}  by ` +
  `${seller.name ?? seller.account}${asset.rating ? `, ${asset.rating.stars.toFixed(1)} stars` : ''}` +
  (metadata?.report ? `\n    personal data: ${personalInWords(metadata.report.personal)}` : '')

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
          (item.own.reason && jobWords(item.own.reason)) ?? `the purchase is ${item.own.state}`,
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
export const tradeCommands: CommandGroup = (data) => {
  command(data, 'offers', 'list the data on sale').action(
    ask(
      async (api) => ({ offers: await api.data.offers({}) }),
      ({ offers }) => offers.map(describe).join('\n') || 'nothing',
    ),
  )
  command(data, 'preview <asset>', 'show the rows where the lot has drawn, checked against the chain').action(
    ask(
      async (api, _, [asset]) => ({ rows: (await api.data.preview({ asset: whole(asset) }))?.rows ?? [] }),
      ({ rows }) =>
        rows.map(({ text, isWhole }) => (isWhole ? text : `… ${text} …`)).join('\n') ||
        'this asset has no rows to show',
    ),
  )
  command(data, 'buy <asset>', 'fetch the sealed data, hold it to the chain, pay, and open it with the key')
    .requiredOption('--max <coins>', 'the most that it may cost', coins)
    .option('--out <folder>', 'lay the files down here; they are in the library in any case')
    .action(
      ask(
        async (api, { max, out }, [id]) => {
          const { asset } = await api.data.asset({ asset: whole(id) })
          await api.data.obtain({ asset: asset.id, version: asset.current.version })
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
        const { sold, bought: purchases, kept } = await api.data.overview({})
        return { sold, bought: purchases, kept }
      },
      (it) =>
        [
          ...it.sold.map(
            ({ sale, name, obstacle }) =>
              `sold ${sale.id}  ${sale.state.padEnd(10)} ${price(sale.price)}  ` +
              `${name}${obstacle ? `  (${jobWords(obstacle)})` : ''}`,
          ),
          ...it.bought.map(
            ({ sale, own }) =>
              `bought ${sale.id}  ${sale.state.padEnd(10)} ${price(sale.price)}  ${own?.name ?? ''} ` +
              `${own?.state ?? ''}`,
          ),
          ...it.kept.map(({ name, path }) => `bought on a former network  ${name}  ${path}`),
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
            if (item.obstacle) throw new HearthError('INTERNAL', jobWords(item.obstacle))
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
}
