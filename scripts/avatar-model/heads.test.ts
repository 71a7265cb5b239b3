import { expect, test } from 'vitest'
import { Random } from '../../native/trainer/random.ts'
import { carry, compare, HALF, lookAtLast, lookBack, SIZE, speed, type Head } from './heads.ts'
import { CONSTANT, FLAG, WIDTH } from './stream.ts'

/** Free dimensions for the tests, and what the normalisation divides by; rows are given as it leaves them. */
const [A, B, TO] = [60, 61, 62]
const DIVISOR = 0.1
const stream = (length: number, fill: (row: Float64Array, at: number) => void): Float64Array[] =>
  Array.from({ length }, (_, at) => {
    const row = new Float64Array(WIDTH).fill(CONSTANT.value, CONSTANT.at, CONSTANT.at + CONSTANT.dimensions)
    fill(row, at)
    return row
  })

/** What a head's query at the last token looks at: causal attention with rotary embedding, written out. */
function shares(head: Pick<Head, 'q' | 'k'>, rows: readonly Float64Array[]): number[] {
  const project = (weight: Head['q'], row: Float64Array, at: number): number[] => {
    const flat = Array.from({ length: SIZE }, (_, i) =>
      row.reduce((sum, value, j) => sum + (value / DIVISOR) * weight(i, j), 0),
    )
    return flat.map((value, i) => {
      const angle = at * speed(i % HALF)
      return i < HALF
        ? value * Math.cos(angle) - flat[i + HALF]! * Math.sin(angle)
        : value * Math.cos(angle) + flat[i - HALF]! * Math.sin(angle)
    })
  }
  const query = project(head.q, rows.at(-1)!, rows.length - 1)
  const powers = rows.map((row, at) =>
    Math.exp(project(head.k, row, at).reduce((sum, value, i) => sum + value * query[i]!, 0) / Math.sqrt(SIZE) - 450),
  )
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}

test.each([1, 2])('a head looks %i tokens back by the rotary embedding alone', (places) => {
  for (const length of [3, 40, 150])
    expect(
      shares(
        lookBack(places, DIVISOR),
        stream(length, () => {}),
      ).at(-1 - places),
    ).toBeGreaterThan(0.99)
})

test('a head looks at the last token with one of its flags, however far', () => {
  const head = lookAtLast(
    new Map([
      [A, 1],
      [B, 1],
    ]),
    {
      logit: 450,
      fall: [
        { pair: 8, each: 0.5 },
        { pair: 9, each: 0.4 },
      ],
    },
    DIVISOR,
  )
  const rows = stream(400, (row, at) => {
    if (at === 20) row[A] = FLAG
    if (at === 60) row[B] = FLAG
  })
  expect(shares(head, rows)[60]).toBeGreaterThan(0.999)
  expect(shares(head, rows.slice(0, 60))[20]).toBeGreaterThan(0.999)
})

test('a head weighs tokens by what stands in a dimension', () => {
  const head = lookAtLast(new Map([[A, 1]]), { logit: 120, fall: [{ pair: 10, each: 0.2 }] }, DIVISOR, {
    at: B,
    nat: 0.02,
  })
  const rows = stream(50, (row, at) => {
    if (at >= 10 && at < 14) row[A] = FLAG
    if (at === 11) row[B] = 0.02 * 3
  })
  const wanted = [10, 11, 12, 13].map((at) => Math.exp((at === 11 ? 3 : 0) - 0.2 * (13 - at)))
  const total = wanted.reduce((sum, value) => sum + value, 0)
  for (const [i, value] of wanted.entries()) expect(shares(head, rows)[10 + i]).toBeCloseTo(value / total, 3)
})

test('a head finds what has the same in a dimension, and copies it', () => {
  const random = new Random('compare')
  const compared = [
    ...Array.from({ length: 12 }, (_, d) => ({ query: 100 + d, key: 120 + d, logit: 90 })),
    { query: 'all' as const, key: 150, logit: -30 },
  ]
  const head: Head = { ...compare(compared, DIVISOR), ...carry([[140, TO, 1, 2]]) }
  const directions = Array.from({ length: 30 }, () => Array.from({ length: 12 }, () => random.normal() / Math.sqrt(12)))
  const rows = stream(32, (row, at) => {
    row.set(directions[(at % 31) % 30]!, at === 31 ? 100 : 120)
    // The same once more, where it is not to be looked for.
    if (at === 30) row[150] = 1
  })
  const found = shares(head, rows)
  expect(found.indexOf(Math.max(...found))).toBe(0)
  expect(found[0]).toBeGreaterThan(0.99)
  expect([head.v(0, 140), head.v(0, 141), head.o(0, TO), head.o(1, TO)]).toEqual([1, 0, 2, 0])
  expect(() =>
    compare(
      Array.from({ length: 45 }, () => compared[0]!),
      DIVISOR,
    ),
  ).toThrow('44 dimensions')
})
