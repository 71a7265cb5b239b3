import { send } from './send.ts'
import type { Role } from './partner.ts'
import { keepFunded } from './wallet.ts'

/** Between the end of one order and the next. */
const REST_MS = 90_000
const TERM_SECONDS = 300
/** What it pays for an order at most. */
const MOST = 5n * 10n ** 18n
const WORK = { kind: 'exact-inference', request: { source: 'generated', net: 'small', rows: 400 } }

/** Orders a little of whoever offers it, one order at a time. */
export const customer: Role = (api, self, progress) => {
  let rested = 0
  return async () => {
    progress.ordered = (await api.market.totals({})).orders
    if ((await api.market.orders({ active: true })).length > 0) {
      rested = performance.now() + REST_MS
      return
    }
    if (performance.now() < rested) return
    const offer = (await api.market.offers({})).find(
      ({ machine, price }) =>
        machine.owner !== self.toLowerCase() && machine.addresses.length > 0 && price * BigInt(TERM_SECONDS) <= MOST,
    )
    if (!offer) return
    await keepFunded(api)
    const { hash } = await api.market.prepareWork(WORK)
    const term = Math.min(TERM_SECONDS, offer.maxSeconds)
    await send(api, { kind: 'placeOrder', offer: offer.id, term, maxPrice: offer.price, work: hash })
  }
}
