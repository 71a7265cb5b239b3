import { UNITS_PER_COIN } from '../money.ts'
import { priceAt, type ProfitSettings } from './tariff.ts'

/**
 * Units of the coin a second below which the electricity costs more than the work earns; null where something is not
 * known.
 */
export function floorPrice(
  { tariff, coinValue }: Pick<ProfitSettings, 'tariff' | 'coinValue'>,
  watts: number | null,
  time: number,
): bigint | null {
  if (tariff === null || coinValue === null || watts === null) return null
  const { price } = priceAt(tariff, time)
  if (price <= 0) return 0n
  // milliwatts · micros / kWh → micros a second, 3.6e6 J a kWh; rounded up.
  const numerator = BigInt(Math.round(watts * 1000)) * BigInt(price) * UNITS_PER_COIN
  const denominator = 1000n * 3_600_000n * BigInt(coinValue)
  return (numerator + denominator - 1n) / denominator
}

/** Prices a second on the market: the lowest tenth, the middle, the highest tenth. */
export interface MarketPrices {
  readonly count: number
  readonly p10: bigint
  readonly median: bigint
  readonly p90: bigint
}

export function marketPrices(prices: readonly bigint[]): MarketPrices | null {
  if (prices.length === 0) return null
  const sorted = prices.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const at = (share: number): bigint => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  return { count: sorted.length, p10: at(0.1), median: at(0.5), p90: at(0.9) }
}

export type SuggestionReason =
  | 'orders-median'
  | 'offers-median'
  | 'cost-and-half'
  | 'raised-to-cost'
  | 'market-below-cost'
  | 'cost-unknown'
  | 'nothing-known'

/** Fewer orders than this say little about what is paid. */
const TELLING_ORDERS = 3

/**
 * A price to ask: what orders were lately placed at, else what others ask, never below the electricity; without a
 * market, half as much again as the electricity.
 */
export function suggestPrice(
  floor: bigint | null,
  orders: MarketPrices | null,
  offers: MarketPrices | null,
): { price: bigint | null; reasons: readonly SuggestionReason[] } {
  const anchor =
    orders && orders.count >= TELLING_ORDERS
      ? ({ price: orders.median, reason: 'orders-median' } as const)
      : offers
        ? ({ price: offers.median, reason: 'offers-median' } as const)
        : null
  const reasons: SuggestionReason[] = []
  if (anchor) reasons.push(anchor.reason)
  if (floor === null) {
    reasons.push(anchor ? 'cost-unknown' : 'nothing-known')
    return { price: anchor?.price ?? null, reasons }
  }
  if (!anchor) return { price: (floor * 3n) / 2n, reasons: ['cost-and-half'] }
  const highest = offers?.p90 ?? anchor.price
  if (anchor.price >= floor) return { price: anchor.price, reasons }
  reasons.push(highest < floor ? 'market-below-cost' : 'raised-to-cost')
  return { price: floor, reasons }
}
