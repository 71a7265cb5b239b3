import { expect, test } from 'vitest'
import type { QualityReport } from './quality.ts'
import { drawbacksOf, languageOf, worthOf, type Comparable } from './worth.ts'

const offer = (seller: string, price: bigint, more: Partial<Comparable> = {}): Comparable => ({
  seller,
  price,
  items: 1000,
  sold: 0,
  language: 'en',
  ...more,
})

test('own data is worth the median of what others ask for as much', () => {
  const worth = worthOf(500, 'en', [offer('a', 10n), offer('b', 30n), offer('c', 1000n, { items: 10_000 })])
  expect(worth).toEqual({ sellers: 3, paid: false, low: 10n, median: 30n, high: 100n, suggestion: 15n })
})

test('a seller with a hundred fancy prices counts once', () => {
  const honest = [offer('a', 10n), offer('b', 12n), offer('c', 14n)]
  const flood = Array.from({ length: 100 }, () => offer('greedy', 10n ** 20n))
  expect(worthOf(1000, 'en', [...honest, ...flood])).toMatchObject({ sellers: 4, median: 12n })
})

test('what was paid goes before what is asked, and the same language before others, where there is enough of it', () => {
  const asked = ['a', 'b', 'c'].map((seller) => offer(seller, 900n))
  const sold = ['d', 'e', 'f'].map((seller) => offer(seller, 100n, { sold: 2 }))
  expect(worthOf(1000, 'en', [...asked, ...sold])).toMatchObject({ paid: true, median: 100n, sellers: 3 })
  expect(worthOf(1000, 'en', [...asked, ...sold.slice(1)])).toMatchObject({ paid: false, sellers: 5 })
  const german = ['g', 'h', 'i'].map((seller) => offer(seller, 7n, { language: 'de' }))
  expect(worthOf(1000, 'de', [...asked, ...german])).toMatchObject({ median: 7n })
  expect(worthOf(1000, 'de', [...asked, ...german.slice(1)])).toMatchObject({ sellers: 5 })
  expect(worthOf(1000, null, [...asked, ...german])).toMatchObject({ sellers: 6 })
})

test('nothing comparable is no price', () => {
  expect(worthOf(1000, 'en', [])).toBeNull()
  expect(worthOf(1000, 'en', [offer('a', 0n), offer('b', 5n, { items: 0 })])).toBeNull()
})

const good: QualityReport = {
  version: 2,
  items: 5000,
  characters: 500_000,
  length: { median: 80, p10: 20, p90: 300, longest: 900 },
  entropy: 4.2,
  languages: { en: 0.9, und: 0.1 },
  duplicates: { exact: 1, near: 2, share: 0.001 },
  personal: { counts: { email: 0 }, items: 0, perThousand: 0 },
  turns: { authors: 4, balance: 0.9 },
  span: { from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z', withoutTime: 0 },
  skipped: {},
}

test('each drawback is told of the report that has it, and of no other', () => {
  expect(drawbacksOf(good)).toEqual([])
  const bad = {
    few: { items: 999 },
    duplicates: { duplicates: { exact: 4800, near: 0, share: 0.96 } },
    repetitive: { entropy: 1.9 },
    short: { length: { ...good.length, median: 12 } },
    timeless: { span: { from: null, to: null, withoutTime: 5000 } },
    oneAuthor: { turns: { authors: 1, balance: null } },
    personal: { personal: { counts: { email: 3 }, items: 3, perThousand: 0.01 } },
  } as const
  for (const [drawback, change] of Object.entries(bad)) expect(drawbacksOf({ ...good, ...change })).toEqual([drawback])
})

test('the language is that of most items', () => {
  expect(languageOf(good)).toBe('en')
  expect(languageOf({ languages: { und: 0.8, en: 0.2 } })).toBeNull()
  expect(languageOf({ languages: {} })).toBeNull()
})
