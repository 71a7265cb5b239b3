import { expect, test } from 'vitest'
import type { Offer } from '../../../../common/model/market.ts'
import { bestIn, byMeasure } from './offer-measures.ts'
import { found, limits, readSearch, sortedBy, wholeList, writeSearch, type OfferSearch } from './offer-search.ts'

interface Given {
  readonly price?: bigint
  readonly done?: number
  readonly failed?: number
  readonly gigabytes?: number
  readonly card?: string
  readonly speed?: number
}
const offer = (
  id: number,
  { price = 10n ** 15n, done = 0, failed = 0, gigabytes, card, speed = 1 }: Given = {},
): Offer => ({
  id,
  owner: `0x${'11'.repeat(20)}`,
  price,
  maxSeconds: 3600,
  state: 'open',
  machine: {
    id,
    owner: `0x${'11'.repeat(20)}`,
    state: 'live',
    spec: `0x${'22'.repeat(32)}`,
    peer: `0x${String(id).padStart(64, '0')}`,
    addresses: [],
    done,
    failed,
    fulfilment: (done + 1) / (done + failed + 2),
    payingBuyers: 0,
    paidSeconds: 0,
  },
  hardware:
    gigabytes === undefined
      ? { state: 'silent' }
      : {
          state: 'told',
          document: {
            version: 1,
            report: {
              processor: 'AMD Ryzen 9',
              physicalCores: 8,
              logicalCores: 16,
              memoryBytes: gigabytes * 1e9,
              graphics: card === undefined ? [] : [{ name: card, memoryBytes: null }],
              system: 'Debian',
              architecture: 'x64',
            },
            benchmark: {},
            isolation: 'sandbox',
          },
          score: { points: 100 * speed, full: null, missing: [] },
        },
})

const small = offer(1, { gigabytes: 16, price: 10n ** 14n })
const large = offer(2, { gigabytes: 64, card: 'NVIDIA RTX 4090', speed: 4, price: 2n * 10n ** 14n, done: 3 })
const silent = offer(3, { failed: 2, price: 1n })
const all = [small, large, silent]
const none = { memory: null, hour: null }
const ids = (search: Partial<OfferSearch>, limit: Partial<Parameters<typeof found>[2]> = {}, marked: string[] = []) =>
  found(all, { ...wholeList, ...search }, { ...none, ...limit }, new Set(marked)).map(({ id }) => id)

test('each filter keeps what is looked for; who does not tell passes none about the hardware', () => {
  expect(ids({})).toEqual([3, 1, 2])
  expect(ids({ words: 'ryzen rtx' })).toEqual([2])
  expect(ids({}, { memory: 16e9 })).toEqual([1, 2])
  expect(ids({}, { memory: 17e9 })).toEqual([2])
  expect(ids({}, { hour: 36n * 10n ** 16n })).toEqual([3, 1])
  expect(ids({ card: true })).toEqual([2])
  expect(ids({ history: 'new' })).toEqual([1])
  // A machine that has only failed is neither.
  expect(ids({ history: 'proven' })).toEqual([2])
  expect(ids({ favourites: true }, {}, [large.machine.peer])).toEqual([2])
})

test('what is not known stands last, whichever way the rest is sorted', () => {
  for (const descending of [true, false]) {
    const order = all.toSorted(byMeasure('memory', descending)).map(({ id }) => id)
    expect(order).toEqual(descending ? [2, 1, 3] : [1, 2, 3])
  }
  // Four times as fast for twice the price.
  expect(all.toSorted(byMeasure('scorePerCoin', true)).map(({ id }) => id)).toEqual([2, 1, 3])
  expect(offer(4, { gigabytes: 1, price: 0n })).toSatisfy(
    (free: Offer) => !bestIn('scorePerCoin', [free, small]).has(free),
  )
})

test('the best of some is marked, and nothing where they are alike or only one is known', () => {
  expect([...bestIn('memory', all)]).toEqual([large])
  expect([...bestIn('hour', [small, large])]).toEqual([small])
  expect(bestIn('longest', all).size).toBe(0)
  expect(bestIn('memory', [small, silent]).size).toBe(0)
  expect(bestIn('machine', all).size).toBe(0)
})

test('a column sorts by what is better first, and the other way round when it is asked again', () => {
  const once = sortedBy(wholeList, 'score')
  expect([once.sort, once.descending]).toEqual(['score', true])
  expect(sortedBy(once, 'score').descending).toBe(false)
  expect(sortedBy(once, 'hour').descending).toBe(false)
})

test('what is looked for goes into the address and comes back; what the address says amiss is as in the whole list', () => {
  expect(writeSearch(wholeList).toString()).toBe('')
  const search: OfferSearch = {
    words: 'rtx 4090',
    memory: '1,5',
    hour: '0.2',
    card: true,
    favourites: true,
    history: 'proven',
    sort: 'score',
    descending: true,
  }
  expect(readSearch(new URLSearchParams(writeSearch(search).toString()))).toEqual(search)
  const cheapestLast = { ...wholeList, descending: true }
  expect(readSearch(writeSearch(cheapestLast))).toEqual(cheapestLast)
  expect(readSearch(new URLSearchParams('history=old&sort=colour'))).toEqual(wholeList)
})

test('numbers are read with either decimal sign, and what is none is said', () => {
  expect(limits.memory.parse('1,5')).toBe(1.5e9)
  expect(limits.memory.parse('')).toBeNull()
  expect(limits.hour.parse('0,2')).toBe(2n * 10n ** 17n)
  expect(limits.hour.parse(' ')).toBeNull()
  for (const field of [limits.memory, limits.hour]) expect(field.safeParse('much').success).toBe(false)
})
