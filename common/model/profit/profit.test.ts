import { describe, expect, test } from 'vitest'
import { readFeed } from './feed.ts'
import { dayFloorPrice, floorPrice, marketPrices, suggestPrice } from './price.ts'
import { energyCost, priceAt, type Tariff } from './tariff.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const day = (row: string): string[] => Array.from({ length: 7 }, () => row)
const feedFrom = (start: number, prices: readonly number[], gap = -1): Tariff => ({
  kind: 'dynamic',
  fallback: 300_000,
  feed: prices.flatMap((price, i) =>
    i === gap ? [] : [{ from: start + i * HOUR, to: start + (i + 1) * HOUR, price }],
  ),
})
const march = Date.UTC(2026, 2, 28, 20, 7)
const october = Date.UTC(2026, 9, 24, 20, 7)

/** The reference: a minute at a time, each at the price of its first millisecond. */
function simulated(tariff: Tariff, from: number, minutes: number, watts: number): number {
  let nanos = 0
  for (let i = 0; i < minutes; i++) nanos += (watts * 60 * priceAt(tariff, from + i * MINUTE).price) / 3600
  return nanos
}

describe('what electricity costs', () => {
  const tariffs: Readonly<Record<string, Tariff>> = {
    flat: { kind: 'flat', price: 312_500 },
    'two rates': {
      kind: 'two-rate',
      low: 180_000,
      high: 340_000,
      highHours: { hours: day(`${'0'.repeat(6)}${'1'.repeat(15)}000`), timeZone: 'Europe/Berlin' },
    },
    'two rates in Kathmandu': {
      kind: 'two-rate',
      low: 180_000,
      high: 340_000,
      highHours: { hours: day('01'.repeat(12)), timeZone: 'Asia/Kathmandu' },
    },
    'dynamic, sometimes below zero': feedFrom(
      Date.UTC(2026, 2, 28, 0),
      Array.from({ length: 72 }, (_, i) => ((i * 7919) % 600_000) - 200_000),
    ),
    'dynamic with a gap': feedFrom(
      Date.UTC(2026, 2, 28, 0),
      Array.from({ length: 72 }, (_, i) => 100_000 + i),
      23,
    ),
    'always below zero': { kind: 'flat', price: -42_000 },
  }
  test.each(Object.keys(tariffs))(
    '%s: as a minute-by-minute simulation over two days has it, across both changes of the clock',
    (name) => {
      for (const from of [march, october]) {
        const minutes = 2_880
        const { cost } = energyCost(tariffs[name]!, from, from + minutes * MINUTE, 287.5)
        expect(Math.abs(Number(cost) - simulated(tariffs[name]!, from, minutes, 287.5))).toBeLessThanOrEqual(1)
      }
    },
  )

  test('is exact where a price changes in mid-span, whatever the span is cut into', () => {
    const tariff = tariffs['dynamic, sometimes below zero']!
    const whole = energyCost(tariff, march, march + 10 * HOUR + 12_345, 150).cost
    let sum = 0n
    for (let at = march; at < march + 10 * HOUR + 12_345; at += 7_777)
      sum += energyCost(tariff, at, Math.min(at + 7_777, march + 10 * HOUR + 12_345), 150).cost
    expect(Number(whole - sum)).toBeLessThan(5_000)
    expect(Number(whole - sum)).toBeGreaterThan(-5_000)
  })

  test('a gap in a feed costs the fallback and is said', () => {
    const tariff = tariffs['dynamic with a gap']!
    expect(priceAt(tariff, Date.UTC(2026, 2, 28, 23, 30))).toEqual({ price: 300_000, told: false })
    expect(energyCost(tariff, Date.UTC(2026, 2, 28, 22), Date.UTC(2026, 2, 29, 1), 100).told).toBe(false)
    expect(energyCost(tariff, Date.UTC(2026, 2, 28, 3), Date.UTC(2026, 2, 28, 6), 100).told).toBe(true)
  })
})

describe('a feed of prices', () => {
  test('is read from JSON and CSV, with offsets, ends and prices below zero', () => {
    const json = readFeed(
      '[{"start":"2026-11-21T00:00:00+01:00","price":0.31},{"start":"2026-11-21T01:00:00+01:00","price":-0.02}]',
    )
    expect(json).toEqual([
      { from: Date.UTC(2026, 10, 20, 23), to: Date.UTC(2026, 10, 21, 0), price: 310_000 },
      { from: Date.UTC(2026, 10, 21, 0), to: Date.UTC(2026, 10, 21, 1), price: -20_000 },
    ])
    expect(
      readFeed('start,end,price\r\n2026-11-21T00:00:00Z,2026-11-21T00:15:00Z,0.2\r\n2026-11-21T03:00:00Z,,0.3\r\n')[0]!
        .to,
    ).toBe(Date.UTC(2026, 10, 21, 0, 15))
  })

  test.each([
    ['', /columns start and price/],
    ['[]', /holds no prices/],
    ['[{"start":', /no JSON/],
    ['start,price\n2026-11-21T00:00:00Z,', /row 1: price/],
    ['start,price\n2026-11-21 00:00,0.3', /row 1: start/],
    ['start,price\n2026-11-21T01:00:00Z,0.3\n2026-11-21T00:00:00Z,0.3', /row 2 begins/],
    ['start,end,price\n2026-11-21T00:00:00Z,2026-11-21T02:00:00Z,0.3\n2026-11-21T01:00:00Z,,0.3', /row 1 ends after/],
    ['start,price\n2026-11-21T00:00:00Z,9999', /row 1: price/],
  ])('is refused where it is wrong: %j', (text, message) => expect(() => readFeed(text)).toThrow(message))
})

describe('the price to ask', () => {
  const settings = { tariff: { kind: 'flat', price: 300_000 } as Tariff, coinValue: 2_000_000 }
  const prices = (...values: number[]) => marketPrices(values.map((value) => BigInt(value)))!

  test(
    'is never below the electricity: 300 W at 0.30 for coins worth 2 cost 12.5 millionths of a coin ' + 'a second',
    () => {
      expect(floorPrice(settings, 300, 0)).toBe(12_500_000_000_000n)
      expect(floorPrice({ ...settings, tariff: { kind: 'flat', price: -10 } }, 300, 0)).toBe(0n)
      expect(floorPrice({ ...settings, coinValue: null }, 300, 0)).toBeNull()
      expect(floorPrice(settings, null, 0)).toBeNull()
    },
  )

  test('follows what is paid before what is asked', () => {
    expect(suggestPrice(5n, prices(8, 9, 10), prices(20, 30, 40))).toEqual({ price: 9n, reasons: ['orders-median'] })
    expect(suggestPrice(5n, prices(8), prices(20, 30, 40))).toEqual({ price: 30n, reasons: ['offers-median'] })
    expect(suggestPrice(null, null, prices(20, 30, 40))).toEqual({
      price: 30n,
      reasons: ['offers-median', 'cost-unknown'],
    })
  })

  test('covers the energy of a whole day that is worked at it, with what is drawn beside the seconds that are paid', () => {
    const tariff: Tariff = {
      kind: 'two-rate',
      low: 100_000,
      high: 400_000,
      highHours: { hours: day(`${'0'.repeat(6)}${'1'.repeat(16)}00`), timeZone: 'UTC' },
    }
    const rates = { tariff, coinValue: 2_000_000 }
    const night = Date.UTC(2026, 10, 30, 2)
    // At night the break-even price is that of the low rate; the offer made then stands through the day.
    const [atNight, atNoon] = [night, night + 10 * HOUR]
    expect(dayFloorPrice(rates, 300, atNight)).toBe(floorPrice(rates, 300, atNoon))
    expect(floorPrice(rates, 300, atNight)! * 4n).toBeGreaterThanOrEqual(dayFloorPrice(rates, 300, atNight)!)
    const { price } = suggestPrice(dayFloorPrice(rates, 300, atNight), null, prices(1, 2, 3))
    const { cost } = energyCost(tariff, atNoon, atNoon + HOUR, 300)
    // Of eleven seconds that the machine draws power, ten are paid for.
    const worth = (price! * 3273n * 2_000_000n * 1000n) / 10n ** 18n
    expect(worth).toBeGreaterThanOrEqual(cost)
    expect(suggestPrice(100n, prices(105, 105, 105), null).price).toBe(110n)
    expect(suggestPrice(100n, prices(110, 110, 110), null).price).toBe(110n)
  })

  test('says where the market pays less than the electricity costs', () => {
    expect(suggestPrice(25n, null, prices(10, 20, 40))).toEqual({
      price: 28n,
      reasons: ['offers-median', 'raised-to-cost'],
    })
    expect(suggestPrice(50n, null, prices(10, 20, 40))).toEqual({
      price: 55n,
      reasons: ['offers-median', 'market-below-cost'],
    })
    expect(suggestPrice(10n, null, null)).toEqual({ price: 15n, reasons: ['cost-and-half'] })
    expect(suggestPrice(null, null, null)).toEqual({ price: null, reasons: ['nothing-known'] })
  })
})
