import { join } from 'node:path'
import type { Api } from '../../common/api/index.ts'
import type { ReleaseTerms } from '../../common/model/dataset.ts'
import { upload } from '../../main/cli/upload.ts'
import { sellRelease } from '../../main/features/market/data/commands/sell-release.ts'
import { newRun, openJob, over } from '../../main/headless/demo/jobs.ts'
import { act, fund, goOnline, placeOrder, until } from './market.ts'
import type { HearthProcess, World } from './processes.ts'

const PRICE = 35n * 10n ** 17n

interface Wanted {
  /** Rows of the order that is over, and of the one that is under way. */
  readonly rows: readonly [number, number]
  /** How many letters a run is trained on; all of them where null. */
  readonly letters: number | null
  /** Whether the customer buys what the provider sells. */
  readonly buys?: boolean
  /** What an avatar is asked. */
  readonly questions: readonly string[]
  /** What things are called. */
  readonly names: { readonly chat: string; readonly release: string; readonly about: string }
}

/** Numbers are those of the chain and of the customer's or the provider's own data folder. */
export interface LivedIn {
  readonly providerHost: HearthProcess
  readonly customerHost: HearthProcess
  readonly provider: Api
  readonly customer: Api
  readonly order: number
  readonly run: string
  readonly job: number
  readonly dataset: string
  readonly asset: number
  readonly chat: number
  readonly avatar: number
  readonly sale: number
}

/** A provider and a customer who have ordered, trained, sold, bought and talked: screens with something on them. */
export async function livedIn(
  world: World,
  { rows, letters, names, questions, buys = false }: Wanted,
): Promise<LivedIn> {
  const { rpcUrl } = (await world.chain()).ready
  const [providerHost, customerHost] = await Promise.all([
    world.serve('provider', rpcUrl!),
    world.serve('customer', rpcUrl!),
  ])
  const [provider, customer] = await Promise.all([world.api(providerHost), world.api(customerHost)])
  await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
  const first = await placeOrder(customer, await goOnline(provider, customer), 'large', rows[0])
  await until(
    'the first order',
    async () => (await customer.market.order({ id: first })).order.state === 'completed',
    120_000,
  )
  const next = await until('the next offer', async () => (await customer.market.offers({}))[0])
  const order = await placeOrder(customer, next, 'large', rows[1])
  await until(
    'some rows',
    async () => ((await customer.market.order({ id: order })).job?.unitsFetched ?? 0) > rows[1] / 6,
    120_000,
  )
  const run = await newRun(customer, letters)
  const { id: job } = await openJob(customer, run)
  await over(customer, job)
  const dataset = await provider.data.create({
    name: names.chat,
    upload: null,
    format: null,
    dateOrder: null,
    country: 'DE',
  })
  const terms: ReleaseTerms = {
    name: names.release,
    description: names.about,
    licence: { use: 'train', redistribution: false, term: null },
    royalty: 500,
    parent: null,
  }
  const { asset } = await sellRelease(
    provider,
    await provider.data.seal({ dataset: dataset.id, terms, asset: null }),
    PRICE,
  )
  await until('the preview', () => customer.data.preview({ asset }).catch(() => null), 60_000)
  if (buys) await act(customer, { kind: 'buyAsset', asset, version: 1, maxPrice: PRICE })
  await customer.avatar.import({
    name: names.chat,
    upload: await upload(customer, join(import.meta.dirname, '../../resources/demo/chat.txt')),
    format: null,
    dateOrder: null,
    label: 'private',
  })
  const ada = await customer.chat.trySample()
  const chat = await customer.chat.add({ avatar: ada.id })
  for (const text of questions) {
    await customer.chat.send({
      chat: chat.id,
      parent: (await customer.chat.get({ chat: chat.id })).messages.at(-1)!.id,
      text,
    })
    await until(
      'an answer',
      async () => ((await customer.chat.get({ chat: chat.id })).messages.at(-1)!.state === 'whole' ? true : null),
      60_000,
    )
  }
  return {
    providerHost,
    customerHost,
    provider,
    customer,
    order,
    run,
    job,
    dataset: dataset.id,
    asset,
    chat: chat.id,
    avatar: ada.id,
    sale: 1,
  }
}
