import type { MachineDocument } from '../../../../common/model/machine-document.ts'
import { UNITS_PER_COIN } from '../../../../common/model/money.ts'
import type { Offer } from '../../../../common/model/market.ts'

export const documentOf = ({ hardware }: Offer): MachineDocument | null =>
  hardware.state === 'told' ? hardware.document : null
export const hourPrice = ({ price }: Offer): bigint => price * 3600n

const score = ({ hardware }: Offer): number | null =>
  hardware.state === 'told' ? (hardware.score?.points ?? null) : null

function scorePerCoin(offer: Offer): number | null {
  const points = score(offer)
  return points === null || offer.price === 0n ? null : points / (Number(hourPrice(offer)) / Number(UNITS_PER_COIN))
}

interface Measure {
  /** Null where nobody knows it, which is neither little nor much. */
  readonly of: (offer: Offer) => string | number | bigint | null
  readonly better: 'more' | 'less' | null
}

/** What offers are sorted and compared by, in the order of the columns. */
export const measures = {
  machine: { of: (offer) => documentOf(offer)?.report.processor ?? null, better: null },
  memory: { of: (offer) => documentOf(offer)?.report.memoryBytes ?? null, better: 'more' },
  score: { of: score, better: 'more' },
  scorePerCoin: { of: scorePerCoin, better: 'more' },
  hour: { of: hourPrice, better: 'less' },
  longest: { of: ({ maxSeconds }) => maxSeconds, better: 'more' },
  fulfilment: {
    of: ({ machine: { done, failed, fulfilment } }) => (done + failed === 0 ? null : fulfilment),
    better: 'more',
  },
  paidWork: { of: ({ machine }) => machine.paidSeconds, better: 'more' },
  isolation: {
    of: (offer) => {
      const tier = documentOf(offer)?.isolation
      return tier === undefined ? null : Number(tier === 'sandbox')
    },
    better: 'more',
  },
} as const satisfies Record<string, Measure>
export type MeasureName = keyof typeof measures
export const measureNames = Object.keys(measures) as MeasureName[]

/** What is not known stands last, whichever way the rest is sorted. */
export function byMeasure(name: MeasureName, descending: boolean): (a: Offer, b: Offer) => number {
  const { of }: Measure = measures[name]
  return (a, b) => {
    const [left, right] = [of(a), of(b)]
    if (left === right) return a.id - b.id
    if (left === null || right === null) return left === null ? 1 : -1
    return left < right === descending ? 1 : -1
  }
}

/** Which of the offers are best in something; none where they are alike, or where only one is known. */
export function bestIn(name: MeasureName, offers: readonly Offer[]): ReadonlySet<Offer> {
  const { of, better }: Measure = measures[name]
  const known = offers.filter((offer) => of(offer) !== null).toSorted(byMeasure(name, better === 'more'))
  const [first] = known
  const best = known.filter((offer) => first !== undefined && of(offer) === of(first))
  return new Set(better === null || best.length === known.length ? [] : best)
}
