import * as z from 'zod'
import { Schedule, wallClock } from '../idle-policy/schedule.ts'

/** Millionths of the currency for a kilowatt-hour. Below zero where the grid pays for being relieved. */
const Price = z.int().min(-100_000_000).max(100_000_000)

/** A price from one time to another, in milliseconds since 1970. */
export const FeedEntry = z.strictObject({ from: z.int(), to: z.int(), price: Price })
export type FeedEntry = z.infer<typeof FeedEntry>

/** What electricity costs its owner. */
export const Tariff = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flat'), price: Price }),
  /** Two rates by the hours of the week: `high` where a cell is "1". */
  z.strictObject({ kind: z.literal('two-rate'), low: Price, high: Price, highHours: Schedule }),
  /** Prices that change from hour to hour; `fallback` stands where the feed has a gap. */
  z.strictObject({ kind: z.literal('dynamic'), fallback: Price, feed: z.array(FeedEntry).max(3_000) }),
])
export type Tariff = z.infer<typeof Tariff>

export const ProfitSettings = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  tariff: Tariff.nullable(),
  /** Watts of the rest of the machine while it works; the sensors tell processor and cards alone. */
  baseWatts: z.number().min(0).max(2_000),
  /** Watts of processor and cards at work, for machines that tell none. */
  assumedWatts: z.number().min(1).max(5_000).nullable(),
  /** Millionths of the currency that a coin is worth to the owner. */
  coinValue: z.int().min(1).max(1e12).nullable(),
  /** Stands back while the price is below what the electricity costs. */
  neverBelowCost: z.boolean(),
})
export type ProfitSettings = z.infer<typeof ProfitSettings>

export const defaultProfit: ProfitSettings = {
  currency: 'EUR',
  tariff: null,
  baseWatts: 0,
  assumedWatts: null,
  coinValue: null,
  neverBelowCost: false,
}

/** Every zone on earth changes the hour at a quarter of one, and so may a rate. */
const QUARTER = 900_000
const DAY = 86_400_000

/** The price at a time; `told` is false where a feed has a gap and the fallback stands in. */
export function priceAt(tariff: Tariff, time: number): { price: number; told: boolean } {
  switch (tariff.kind) {
    case 'flat':
      return { price: tariff.price, told: true }
    case 'two-rate': {
      const { day, hour } = wallClock(time, tariff.highHours.timeZone)
      return { price: tariff.highHours.hours[day]![hour] === '1' ? tariff.high : tariff.low, told: true }
    }
    case 'dynamic': {
      const entry = entryAt(tariff.feed, time)
      return entry ? { price: entry.price, told: true } : { price: tariff.fallback, told: false }
    }
  }
}

/** Binary search: feeds are sorted and do not overlap. */
function entryAt(feed: readonly FeedEntry[], time: number): FeedEntry | undefined {
  let [low, high] = [0, feed.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (feed[middle]!.to <= time) low = middle + 1
    else high = middle
  }
  const entry = feed[low]
  return entry && entry.from <= time ? entry : undefined
}

/** The dearest price of the day that begins at a time. */
export function dearestFrom(tariff: Tariff, time: number): number {
  const quarters = Array.from({ length: DAY / QUARTER }, (_, i) => priceAt(tariff, time + i * QUARTER).price)
  return Math.max(...quarters)
}

function nextEdge(tariff: Tariff, time: number): number {
  const quarter = (Math.floor(time / QUARTER) + 1) * QUARTER
  if (tariff.kind !== 'dynamic') return quarter
  const following = tariff.feed.find(({ from, to }) => from > time || to > time)
  const edge = following ? (following.from > time ? following.from : following.to) : Infinity
  return Math.min(quarter, edge)
}

/**
 * What a constant power costs over a span, in billionths of the currency, exact at every change of the price.
 * @param from milliseconds since 1970
 */
export function energyCost(tariff: Tariff, from: number, to: number, watts: number): { cost: bigint; told: boolean } {
  let [nanos, told] = [0, true]
  for (let at = from; at < to;) {
    const end = Math.min(to, nextEdge(tariff, at))
    const piece = priceAt(tariff, at)
    // watts · ms / 3.6e9 kWh · micros · 1000 nanos
    nanos += (watts * (end - at) * piece.price) / 3.6e6
    told &&= piece.told
    at = end
  }
  return { cost: BigInt(Math.round(nanos)), told }
}
