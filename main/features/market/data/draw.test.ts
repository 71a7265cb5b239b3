import { keccak256, toUtf8Bytes } from 'ethers'
import { describe, expect, test } from 'vitest'
import { drawSize, type AssetMetadata, type DrawPreview } from '../../../../common/model/data-market.ts'
import { drawnFrom, drawnSegments, drawOf, showsDrawn } from './draw.ts'

const KEY = '5a'.repeat(32)
const draw = (text: string): string => keccak256(toUtf8Bytes(text))

describe('the segments that a lot draws', () => {
  test.each([1, 9, 10, 57, 1000, 1_000_000])(
    'are a tenth of %i at most, and twenty, all different and in order',
    (count) => {
      for (const seed of ['a', 'b', 'c']) {
        const rows = drawnSegments(draw(seed), count)
        expect(rows).toHaveLength(drawSize(count))
        expect(rows.length).toBeLessThanOrEqual(Math.max(1, count / 10))
        expect(new Set(rows).size).toBe(rows.length)
        expect(rows.every((row, i) => row >= 0 && row < count && (i === 0 || row > rows[i - 1]!))).toBe(true)
      }
      expect(drawSize(0)).toBe(0)
    },
  )

  test('fall everywhere alike', () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 500; i++)
      for (const row of drawnSegments(draw(String(i)), 1000)) tenths[Math.floor(row / 100)]!++
    // 10,000 draws, 1,000 expected a tenth; χ² with 9 degrees of freedom stays below 27.9 in 999 of 1,000 runs, and the
    // seeds are fixed.
    const chi = tenths.reduce((sum, found) => sum + (found - 1000) ** 2 / 1000, 0)
    expect(chi, `chi squared ${chi}`).toBeLessThan(27.9)
  })

  test('junk in a tenth of the segments is met with the computed chance', () => {
    let met = 0
    for (let i = 0; i < 1000; i++) if (drawnSegments(draw(`junk ${i}`), 1000).some((row) => row % 10 === 3)) met++
    // 1 − 0.9²⁰ = 0.878 and a hair, since none is drawn twice.
    expect(met / 1000).toBeGreaterThan(0.85)
    expect(met / 1000).toBeLessThan(0.91)
  })

  test('depend on the block, the asset and the version', () => {
    expect(
      new Set([drawOf(draw('x'), 1, 1), drawOf(draw('y'), 1, 1), drawOf(draw('x'), 2, 1), drawOf(draw('x'), 1, 2)])
        .size,
    ).toBe(4)
  })
})

const shown = (numbers: readonly number[]): DrawPreview => ({
  format: 'HEARTH-LOT-2',
  dataset: KEY,
  segments: numbers.map((number) => ({
    number,
    last: false,
    key: KEY,
    wrapped: KEY,
    sealed: '',
    lefts: 0,
    path: [],
  })),
})

test('a lot draws from all of a text, from the rows of pictures and recordings, and from nothing else', () => {
  const files = [
    { path: 'data.jsonl', bytes: 2017 },
    { path: 'files/1.jpg', bytes: 90_000 },
  ]
  const from = (kind: AssetMetadata['kind']) => drawnFrom({ kind, files }, 92, 1024)
  expect([from('text'), from('media'), from('files'), from('adapter'), from('model')]).toEqual([92, 3, 0, 0, 0])
})

describe('a preview', () => {
  const drawn = draw('drawn')
  const numbers = drawnSegments(drawn, 137)

  test('shows what the lot has drawn, and may show more to the end of a row', () => {
    expect(showsDrawn(shown(numbers), { draw: drawn, count: 137 })).toBe(true)
    expect(showsDrawn(shown([...numbers, numbers.at(-1)! + 1]), { draw: drawn, count: 137 })).toBe(true)
  })

  test('of anything else does not', () => {
    expect(showsDrawn(shown(numbers.slice(1)), { draw: drawn, count: 137 })).toBe(false)
    expect(showsDrawn(shown(numbers), { draw: draw('another'), count: 137 })).toBe(false)
    expect(showsDrawn(shown(numbers), { draw: drawn, count: 1370 })).toBe(false)
    expect(showsDrawn(shown(numbers), { draw: null, count: 137 })).toBe(false)
  })
})
