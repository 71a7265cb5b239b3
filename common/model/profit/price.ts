import { UNITS_PER_COIN } from '../money.ts'
import { dearestFrom, priceAt, type ProfitSettings } from './tariff.ts'

type Worth = Pick<ProfitSettings, 'tariff' | 'coinValue'>

/**
 * Units of the coin a second below which the electricity costs more than the work earns; null where something is not
 * known.
 */
export function floorPrice({ tariff, coinValue }: Worth, watts: number | null, time: number): bigint | null {
  if (tariff === null || coinValue === null || watts === null) return null
  return breakEven(priceAt(tariff, time).price, coinValue, watts)
}

/** The same at the dearest hour of the day that begins at a time: an offer stands through all of them. */
export function dayFloorPrice({ tariff, coinValue }: Worth, watts: number | null, time: number): bigint | null {
  if (tariff === null || coinValue === null || watts === null) return null
  return breakEven(dearestFrom(tariff, time), coinValue, watts)
}

/** @param price of a kilowatt-hour, in millionths of the currency */
function breakEven(price: number, coinValue: number, watts: number): bigint {
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

/** Before and after the seconds that are paid for, the machine draws power too: a tenth covers that. */
const UNPAID_TENTHS = 1n

/**
 * A price to ask: what orders were lately placed at, else what others ask, but no less than covers the electricity;
 * without a market, half as much again as the electricity.
 * @param floor what the electricity costs at its dearest while the offer stands
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
  const covering = floor + (floor * UNPAID_TENTHS + 9n) / 10n
  if (anchor.price >= covering) return { price: anchor.price, reasons }
  reasons.push(highest < floor ? 'market-below-cost' : 'raised-to-cost')
  return { price: covering, reasons }
}
