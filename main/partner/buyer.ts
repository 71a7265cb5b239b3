import { send } from './send.ts'
import type { Role } from './partner.ts'
import { keepFunded } from './wallet.ts'

/** What it pays for data at most. */
const MOST = 20n * 10n ** 18n

/** Buys whatever others list, once each, and pays out what opens. */
export const buyer: Role = (api, self, progress) => async () => {
  const { bought } = await api.data.overview({})
  progress.bought = bought.length
  for (const { sale, own } of bought)
    if (sale.state === 'delivered' && own?.state === 'owned') await send(api, { kind: 'finaliseSale', id: sale.id })
  const known = new Set(bought.map(({ sale }) => sale.asset))
  const offer = (await api.data.offers({})).find(
    ({ asset, metadata, mine }) =>
      !mine &&
      metadata !== null &&
      asset.state === 'listed' &&
      asset.owner !== self.toLowerCase() &&
      asset.price <= MOST &&
      !known.has(asset.id),
  )
  if (!offer) return
  await keepFunded(api)
  const { id: asset, current, price } = offer.asset
  await send(api, { kind: 'buyAsset', asset, version: current.version, maxPrice: price })
}
