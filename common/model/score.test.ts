import { expect, test } from 'vitest'
import type { BenchmarkResult } from './benchmark-result.ts'
import { FLOOR, scoreOf, scoreParts } from './score.ts'

const figure = (median: number) => ({ median, low: median, high: median, repetitions: 5, drift: 1 })
const reference: BenchmarkResult = {
  threads: 1,
  parts: {
    int8: figure(scoreParts.compute.reference),
    memory: figure(scoreParts.bandwidth.reference),
    decode: figure(scoreParts.decode.reference),
    training: figure(scoreParts.training.reference),
  },
  full: null,
  watts: null,
  throttled: false,
  backends: [{ backend: 'cpu', exact: true, message: null, parts: {} }],
}

test('the reference is worth 1000, and says what it was not measured in', () => {
  expect(scoreOf(reference).points).toBeCloseTo(1000, 9)
  expect(scoreOf(reference).missing).toEqual([])
  const { decode: _, ...others } = reference.parts
  expect(scoreOf({ ...reference, parts: others })).toMatchObject({ missing: ['decode'] })
  expect(scoreOf({ ...reference, parts: others }).points).toBeCloseTo(1000, 9)
})

test('twice the speed in everything is twice the score; in one part it counts by its share of the weight', () => {
  const twice = {
    ...reference,
    parts: Object.fromEntries(Object.entries(reference.parts).map(([part, { median }]) => [part, figure(2 * median)])),
  }
  expect(scoreOf(twice).points).toBeCloseTo(2000, 9)
  const faster = { ...reference, parts: { ...reference.parts, int8: figure(2 * scoreParts.compute.reference) } }
  expect(scoreOf(faster).points).toBeCloseTo(1000 * 2 ** 0.35, 9)
})

test('a graphics card counts when it is exact, a wrong one does not, and nothing exact is the floor', () => {
  const card = (exact: boolean) => ({
    backend: 'webgpu' as const,
    exact,
    message: null,
    parts: { fp32: figure(10 * scoreParts.compute.reference) },
  })
  expect(scoreOf({ ...reference, backends: [...reference.backends, card(true)] }).points).toBeGreaterThan(1000)
  expect(scoreOf({ ...reference, backends: [...reference.backends, card(false)] }).points).toBeCloseTo(1000, 9)
  expect(scoreOf({ ...reference, backends: [card(false)] }).points).toBe(FLOOR)
})

test('the full-power score takes over what was measured at all cores', () => {
  const full = scoreOf({
    ...reference,
    full: { threads: 8, parts: { int8: figure(8 * scoreParts.compute.reference) } },
  })
  expect(full.points).toBeCloseTo(1000, 9)
  expect(full.full).toBeCloseTo(1000 * 8 ** 0.35, 9)
})
