import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keccak256, toUtf8Bytes } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawSize, type DrawPreview, type VersionRow } from '../../../../common/model/data-market.ts'
import { openRows, rowTree } from '../../../processes/curation/rows/row-tree.ts'
import { drawnRows, drawOf, previewFits } from './draw.ts'

const KEY = '5a'.repeat(32)
const draw = (text: string): string => keccak256(toUtf8Bytes(text))

describe('the rows that a lot draws', () => {
  test.each([1, 9, 10, 57, 1000, 1_000_000])(
    'are a tenth of %i rows at most, and twenty, all different and in order',
    (count) => {
      for (const seed of ['a', 'b', 'c']) {
        const rows = drawnRows(draw(seed), count)
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
    for (let i = 0; i < 500; i++) for (const row of drawnRows(draw(String(i)), 1000)) tenths[Math.floor(row / 100)]!++
    // 10,000 draws, 1,000 expected a tenth; χ² with 9 degrees of freedom stays below 27.9 in 999 of 1,000 runs, and the
    // seeds are fixed.
    const chi = tenths.reduce((sum, found) => sum + (found - 1000) ** 2 / 1000, 0)
    expect(chi, `chi squared ${chi}`).toBeLessThan(27.9)
  })

  test('junk in a tenth of the rows is met with the computed chance', () => {
    let met = 0
    for (let i = 0; i < 1000; i++) if (drawnRows(draw(`junk ${i}`), 1000).some((row) => row % 10 === 3)) met++
    // 1 − 0.9²⁰ = 0.878 and a hair, since rows are not drawn twice.
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

describe('a preview', () => {
  let folder: string
  let file: string
  let version: VersionRow
  let preview: DrawPreview
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-lot-'))
    file = join(folder, 'data.jsonl')
    await writeFile(file, Array.from({ length: 137 }, (_, i) => JSON.stringify({ text: `row ${i}` })).join('\n'))
    const { tree, count } = await rowTree(file, KEY)
    version = {
      version: 1,
      content: draw('c'),
      metadata: draw('m'),
      preview: draw('p'),
      keyCommit: draw('k'),
      salt: draw('s'),
      rows: `0x${tree.root}`,
      count,
      drawBlock: 5,
      draw: draw('drawn'),
      time: 0,
    }
    preview = await openRows(file, KEY, drawnRows(version.draw!, count))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('of what the lot has drawn fits', () => expect(previewFits(preview, version)).toBe(true))

  test('of anything else does not', async () => {
    const [first, ...others] = preview.rows
    expect(previewFits({ ...preview, rows: others }, version)).toBe(false)
    expect(previewFits({ ...preview, rows: [{ ...first!, row: '{"text":"better"}' }, ...others] }, version)).toBe(false)
    expect(previewFits({ ...preview, rows: [{ ...first!, salt: '00'.repeat(32) }, ...others] }, version)).toBe(false)
    expect(previewFits({ ...preview, rows: [...preview.rows].reverse() }, version)).toBe(false)
    expect(previewFits(preview, { ...version, draw: draw('another') })).toBe(false)
    expect(previewFits(preview, { ...version, draw: null })).toBe(false)
    expect(previewFits(preview, { ...version, rows: draw('root') })).toBe(false)
    const chosen = await openRows(file, KEY, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].slice(0, preview.rows.length))
    expect(previewFits(chosen, version)).toBe(false)
  })

  test('tells nothing of the rows beside it: equal rows have different leaves', async () => {
    const same = join(folder, 'same.jsonl')
    await writeFile(same, '{"text":"ok"}\n{"text":"ok"}\n{"text":"ok"}\n{"text":"ok"}\n')
    const { rows } = await openRows(same, KEY, [0, 1])
    expect(rows[0]!.path[0]).not.toBe(rows[1]!.path[0])
    expect((await rowTree(same, KEY)).tree.root).not.toBe((await rowTree(same, '6b'.repeat(32))).tree.root)
  })
})
