import type { QualityReport } from './quality.ts'

/** A dataset that somebody else offers. */
export interface Comparable {
  readonly seller: string
  readonly price: bigint
  readonly items: number
  /** How many others have paid for it. */
  readonly sold: number
  /** The language of most of its items, ISO 639-1. */
  readonly language: string | null
}

/** What comparable data costs, in units for a thousand items, and what that makes of one's own. */
export interface Worth {
  readonly sellers: number
  /** Whether these prices were paid, or only asked. */
  readonly paid: boolean
  readonly low: bigint
  readonly median: bigint
  readonly high: bigint
  readonly suggestion: bigint
}

/** Fewer say too little of a language, or of what was paid. */
const ENOUGH = 3
const THOUSAND = 1000n

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
const middle = (sorted: readonly bigint[]): bigint => sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n

/**
 * A price by what others ask or were paid. Each seller counts once, by the median of theirs: whoever lists a hundred
 * datasets at a fancy price moves it no further than by one. @returns null where nothing is comparable
 */
export function worthOf(items: number, language: string | null, offered: readonly Comparable[]): Worth | null {
  const usable = offered.filter(({ price, items: count }) => price > 0n && count > 0)
  const alike = usable.filter((it) => language !== null && it.language === language)
  const near = sellersOf(alike) >= ENOUGH ? alike : usable
  const bought = near.filter(({ sold }) => sold > 0)
  const paid = sellersOf(bought) >= ENOUGH
  const prices = pricesBySeller(paid ? bought : near)
  const [low, high] = [prices[0], prices.at(-1)]
  if (low === undefined || high === undefined) return null
  const median = middle(prices)
  return { sellers: prices.length, paid, low, median, high, suggestion: (median * BigInt(items)) / THOUSAND }
}

const sellersOf = (offered: readonly Comparable[]): number => new Set(offered.map(({ seller }) => seller)).size

/** For a thousand items, one a seller, the lowest first. */
function pricesBySeller(offered: readonly Comparable[]): bigint[] {
  const bySeller = Map.groupBy(offered, ({ seller }) => seller)
  return [...bySeller.values()]
    .map((theirs) => middle(theirs.map(({ price, items }) => (price * THOUSAND) / BigInt(items)).toSorted(compare)))
    .toSorted(compare)
}

/** Of a report: the language of most items; null where most are too short to tell. */
export function languageOf({ languages }: Pick<QualityReport, 'languages'>): string | null {
  const [most] = Object.entries(languages).toSorted(([, a], [, b]) => b - a)
  return most === undefined || most[0] === 'und' ? null : most[0]
}

export const drawbacks = ['few', 'duplicates', 'repetitive', 'short', 'timeless', 'oneAuthor', 'personal'] as const
export type Drawback = (typeof drawbacks)[number]

// Rules of thumb, by which nothing is decided: they are words beside the figures of the report.
const FEW = 1000
const MANY_DUPLICATES = 0.1
/** Bits a letter; English has about 4, and scripts of many letters more. */
const LITTLE_ENTROPY = 3
const SHORT = 20
const MOSTLY = 0.5

/** What makes data worth less to whoever trains on it. */
export function drawbacksOf(report: QualityReport): Drawback[] {
  const holds: Readonly<Record<Drawback, boolean>> = {
    few: report.items < FEW,
    duplicates: report.duplicates.share > MANY_DUPLICATES,
    repetitive: report.entropy < LITTLE_ENTROPY,
    short: report.length.median < SHORT,
    timeless: report.span.withoutTime > report.items * MOSTLY,
    oneAuthor: report.turns.authors === 1,
    personal: Object.values(report.personal.counts).some((count) => count > 0),
  }
  return drawbacks.filter((drawback) => holds[drawback])
}
