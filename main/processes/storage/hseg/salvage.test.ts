import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { areApart, HsegManifest, type HsegKey } from '../../../../common/model/hseg.ts'
import { salvagePackage } from './salvage.ts'
import { sealPackage } from './seal.ts'
import { unsealPackage } from './unseal.ts'

let folder: string
let key: HsegKey
const at = (...parts: string[]) => join(folder, ...parts)
const rows = Array.from({ length: 5000 }, (_, i) => `${i}\n`).join('')
const flip = (name: string, place: number) => {
  const bytes = readFileSync(at('sealed', name))
  bytes[place]! ^= 1
  writeFileSync(at('sealed', name), bytes)
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-salvage-'))
  mkdirSync(at('plain', 'files'), { recursive: true })
  writeFileSync(at('plain', 'rows.jsonl'), rows)
  writeFileSync(at('plain', 'files', 'a.txt'), 'a')
  ;({ key } = await sealPackage(
    at('plain'),
    at('sealed'),
    { given: null, previous: null, first: 'rows.jsonl' },
    () => {},
  ))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const salvaged = () => salvagePackage(at('sealed'), key, at('out'))

describe('of a damaged package that was paid for', () => {
  test('all but the segment that does not open is kept', async () => {
    flip('segments', 3 * 1024 + 5)
    await expect(unsealPackage(at('sealed'), key, at('other'), () => {})).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    })
    expect(await salvaged()).toEqual({ segments: 24, lost: [3] })
    expect(readFileSync(at('out', 'rows.jsonl'), 'utf8')).toBe(rows.slice(0, 3 * 1008) + rows.slice(4 * 1008))
    expect(readFileSync(at('out', 'files', 'a.txt'), 'utf8')).toBe('a')
  })

  test('a segment whose key is another than was committed to is left out as well', async () => {
    flip('keys', 5 * 64 + 40)
    expect((await salvaged()).lost).toEqual([5])
  })

  test('everything is kept in one file where the manifest does not open', async () => {
    flip('manifest', 9)
    expect(await salvaged()).toEqual({ segments: 24, lost: [] })
    expect(readFileSync(at('out', 'content'), 'utf8')).toBe(`${rows}a`)
  })

  test('nothing is kept with another key', async () => {
    const other = { ...key, key: '00'.repeat(32) }
    await expect(salvagePackage(at('sealed'), other, at('out'))).rejects.toMatchObject({ code: 'WRONG_KEY' })
  })
})

test.each([
  ['the same name twice', ['a', 'a']],
  ['names that one system takes for the same', ['Rows', 'rows']],
  ['a name that is a folder of another', ['a/b', 'a']],
])('a manifest with %s is none', (_, paths) => {
  const files = paths.map((path) => ({ path, bytes: 1, sha256: 'ab'.repeat(32) }))
  expect(HsegManifest.safeParse({ dataset: 'ab'.repeat(32), version: 1, files }).success).toBe(false)
})

test('names are held apart in a time that grows with their length', () => {
  // Each of ten thousand paths names five hundred folders; naming them all takes gigabytes.
  const files = Array.from({ length: 10_000 }, (_, i) => ({ path: `${'f/'.repeat(499)}${i}` }))
  expect(areApart(files)).toBe(true)
  expect(areApart([...files, { path: 'f/f' }])).toBe(false)
  expect(areApart([{ path: 'a' }, { path: 'a!' }, { path: 'a/b' }])).toBe(false)
  expect(areApart([{ path: 'a' }, { path: 'ab' }, { path: 'a.b/c' }])).toBe(true)
})

test('names that one system takes for the same are not sealed', async () => {
  for (const name of ['Rows', 'rows']) writeFileSync(at('plain', name), 'x')
  await expect(
    sealPackage(at('plain'), at('again'), { given: null, previous: null, first: null }, () => {}),
  ).rejects.toMatchObject({ code: 'BAD_INPUT' })
})
