import type { Api } from '../../common/api/index.ts'
import type { OfferRow } from '../../common/model/market.ts'
import type { NetPreset } from '../../common/model/work.ts'
import { act, until } from '../../main/cli/act.ts'
import { confirmBackup } from '../../main/features/wallet/commands/back-up.ts'

export { act, until }

/** A wallet with coins in the market. */
export async function fund(api: Api, passphrase: string): Promise<void> {
  await api.wallet.create({ passphrase })
  await confirmBackup(api, passphrase)
  await api.wallet.faucet({})
  await act(api, { kind: 'deposit', amount: 100n * 10n ** 18n })
  await until('the deposit', async () => ((await api.system.overview({})).balances?.market ?? 0n) > 0n)
}

/** Measures, registers and starts; returns when the customer sees the offer. */
export async function goOnline(provider: Api, customer: Api): Promise<OfferRow> {
  await provider.earn.measure({ quick: true })
  await act(provider, { kind: 'addMachine' })
  const machine = await until('the machine', async () => (await provider.earn.machine({})).registered)
  await provider.earn.start({})
  return until('the offer', async () =>
    (await customer.market.offers({})).find(
      (offer) => offer.machine.id === machine.id && offer.machine.addresses.length > 0,
    ),
  )
}

export async function placeOrder(
  customer: Api,
  offer: OfferRow,
  preset: NetPreset,
  count: number,
  term = 600,
): Promise<number> {
  const known = new Set((await customer.market.orders({})).map(({ order }) => order.id))
  const work = await customer.market.prepareWork({
    kind: 'exact-inference',
    request: { source: 'generated', net: preset, rows: count },
  })
  await act(customer, { kind: 'placeOrder', offer: offer.id, term, maxPrice: offer.price, work: work.hash })
  return until(
    'the order',
    async () => (await customer.market.orders({})).find(({ order }) => !known.has(order.id))?.order.id,
  )
}
