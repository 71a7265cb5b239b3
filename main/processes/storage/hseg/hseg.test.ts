import { createHash, randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HsegPath, type HsegKey } from '../../../../common/model/hseg.ts'
import { isPackage } from './layout.ts'
import { openPackage, readRange, unsealPackage } from './open.ts'
import { sealPackage } from './seal.ts'
import { openSegment, PLAIN_SEGMENT, SEALED_SEGMENT, sealSegment, segmentKey } from './segment.ts'

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-hseg-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const quiet = () => {}
const seal = (path: string, out: string, previous: { folder: string; key: HsegKey } | null = null) =>
  sealPackage(at(path), at(out), null, previous, quiet)

function chats(bytes: number): void {
  mkdirSync(at('chats', 'friends'), { recursive: true })
  writeFileSync(at('chats', 'friends', 'Ada Lovelace.txt'), randomBytes(bytes))
  writeFileSync(at('chats', '日记.txt'), 'a diary of mine')
  writeFileSync(at('chats', 'empty.txt'), '')
}

describe('a segment', () => {
  // docs/hseg1.md prints the same vector.
  const [key, dataset, id] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(16, 3)]
  test('is sealed as the specification’s vector says', () => {
    expect(segmentKey(key, dataset, id).toString('hex')).toMatchInlineSnapshot(
      `"d9a0a4ac0d5072aef6d034a14fe4e70ba6159fd0b532a087a2930e5aa9489f2c"`,
    )
    expect(
      sealSegment(segmentKey(key, dataset, id), dataset, { index: 7, last: true }, Buffer.from('hearth')).toString(
        'hex',
      ),
    ).toMatchInlineSnapshot(`"0332366690db78cf39919fe61ef590e042627b1c7b5e"`)
  })

  test('opens at its own place, in its own dataset, with its own key, and nowhere else', () => {
    const own = segmentKey(key, dataset, id)
    const sealed = sealSegment(own, dataset, { index: 7, last: false }, Buffer.from('hearth'))
    expect(openSegment(own, dataset, { index: 7, last: false }, sealed).toString()).toBe('hearth')
    const flipped = Buffer.from(sealed)
    flipped[2]! ^= 1
    const wrong: [string, () => unknown][] = [
      ['a flipped bit', () => openSegment(own, dataset, { index: 7, last: false }, flipped)],
      ['swapped', () => openSegment(own, dataset, { index: 8, last: false }, sealed)],
      ['called the last', () => openSegment(own, dataset, { index: 7, last: true }, sealed)],
      ['of another dataset', () => openSegment(own, Buffer.alloc(32, 9), { index: 7, last: false }, sealed)],
      [
        'another segment’s key',
        () => openSegment(segmentKey(key, dataset, Buffer.alloc(16, 4)), dataset, { index: 7, last: false }, sealed),
      ],
      ['cut', () => openSegment(own, dataset, { index: 7, last: false }, sealed.subarray(0, -1))],
    ]
    for (const [what, open] of wrong) expect(open, what).toThrow(/segment 7|segment 8/)
  })
})

describe('a sealed package', () => {
  test('gives every file back, and shows nothing but sizes', async () => {
    chats(3 * PLAIN_SEGMENT + 777)
    const { key, segments, header } = await seal('chats', 'sealed')
    expect(segments).toBe(4)
    expect(readFileSync(at('sealed', 'segments')).length).toBe(header.bytes)
    expect(header.bytes).toBe(3 * SEALED_SEGMENT + 777 + 15 + 16)
    const shown = readdirSync(at('sealed'))
      .map((name) => readFileSync(at('sealed', name)).toString('latin1'))
      .join()
    for (const secret of ['Lovelace', 'friends', 'a diary', '日记', key.key])
      expect(shown.includes(Buffer.from(secret).toString('latin1')), secret).toBe(false)
    expect(await unsealPackage(at('sealed'), key, at('out'), quiet)).toEqual({
      files: 3,
      bytes: 3 * PLAIN_SEGMENT + 777 + 15,
    })
    for (const name of ['friends/Ada Lovelace.txt', '日记.txt', 'empty.txt'])
      expect(readFileSync(at('out', name)).equals(readFileSync(at('chats', name)))).toBe(true)
  })

  test('is read at any place by opening only what holds it', async () => {
    chats(2 * PLAIN_SEGMENT)
    const plain = readFileSync(at('chats', 'friends', 'Ada Lovelace.txt'))
    const { key } = await seal('chats', 'sealed')
    const sealed = await openPackage(at('sealed'), key)
    // Files lie in the order of their names: the empty one, friends/…, the diary.
    const from = PLAIN_SEGMENT - 5
    const read: Buffer[] = []
    for await (const piece of readRange(sealed, from, 10)) read.push(piece)
    expect(Buffer.concat(read).equals(plain.subarray(from, from + 10))).toBe(true)
  })

  test('one segment’s key opens that segment alone, as a preview shows', async () => {
    chats(2 * PLAIN_SEGMENT)
    const { key, header } = await seal('chats', 'sealed')
    const sealed = await openPackage(at('sealed'), key)
    const dataset = Buffer.from(header.dataset, 'hex')
    expect(openSegment(sealed.keyOf(1), dataset, { index: 1, last: false }, await sealed.sealed(1))).toHaveLength(
      PLAIN_SEGMENT,
    )
    expect(() =>
      openSegment(sealed.keyOf(1), dataset, { index: 0, last: false }, Buffer.alloc(SEALED_SEGMENT)),
    ).toThrow()
  })

  test('a later version takes over what did not change, and the earlier key does not open what is new', async () => {
    writeFileSync(at('log.jsonl'), randomBytes(3 * PLAIN_SEGMENT + 100))
    const first = await seal('log.jsonl', 'v1')
    writeFileSync(at('log.jsonl'), Buffer.concat([readFileSync(at('log.jsonl')), randomBytes(PLAIN_SEGMENT)]))
    const second = await seal('log.jsonl', 'v2', { folder: at('v1'), key: first.key })
    expect(second).toMatchObject({ segments: 5, reused: 3, header: { version: 2, dataset: first.header.dataset } })
    expect(
      readFileSync(at('v2', 'segments'))
        .subarray(0, 3 * SEALED_SEGMENT)
        .equals(readFileSync(at('v1', 'segments')).subarray(0, 3 * SEALED_SEGMENT)),
    ).toBe(true)
    await unsealPackage(at('v2'), second.key, at('out'), quiet)
    expect(readFileSync(at('out', 'log.jsonl')).equals(readFileSync(at('log.jsonl')))).toBe(true)
    await expect(openPackage(at('v2'), first.key)).rejects.toMatchObject({ code: 'WRONG_KEY' })
  })

  test.each([
    [
      'a flipped bit',
      () => {
        const bytes = readFileSync(at('sealed', 'segments'))
        bytes[SEALED_SEGMENT + 9]! ^= 4
        writeFileSync(at('sealed', 'segments'), bytes)
      },
    ],
    [
      'two segments swapped',
      () => {
        const bytes = readFileSync(at('sealed', 'segments'))
        writeFileSync(
          at('sealed', 'segments'),
          Buffer.concat([
            bytes.subarray(SEALED_SEGMENT, 2 * SEALED_SEGMENT),
            bytes.subarray(0, SEALED_SEGMENT),
            bytes.subarray(2 * SEALED_SEGMENT),
          ]),
        )
      },
    ],
    ['cut off', () => truncateSync(at('sealed', 'segments'), SEALED_SEGMENT)],
    [
      'bytes added',
      () =>
        writeFileSync(
          at('sealed', 'segments'),
          Buffer.concat([readFileSync(at('sealed', 'segments')), Buffer.alloc(10)]),
        ),
    ],
    ['the manifest cut off', () => truncateSync(at('sealed', 'manifest'), 20)],
    [
      'the header rolled back',
      () =>
        writeFileSync(
          at('sealed', 'header.json'),
          readFileSync(at('sealed', 'header.json'), 'utf8').replace('"version": 1', '"version": 2'),
        ),
    ],
    ['a header that is no JSON', () => writeFileSync(at('sealed', 'header.json'), '{')],
  ])('%s is noticed, and leaves nothing behind', async (_, spoil) => {
    chats(2 * PLAIN_SEGMENT)
    const { key } = await seal('chats', 'sealed')
    spoil()
    await expect(unsealPackage(at('sealed'), key, at('out'), quiet)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    expect(readdirSync(folder).toSorted()).toEqual(['chats', 'sealed'])
  })

  test('another key is told apart from damage', async () => {
    chats(10)
    const { key } = await seal('chats', 'sealed')
    await expect(unsealPackage(at('sealed'), { ...key, key: 'ab'.repeat(32) }, at('out'), quiet)).rejects.toMatchObject(
      { code: 'WRONG_KEY' },
    )
  })

  test('nothing is overwritten, and links are not followed', async () => {
    chats(10)
    const { key } = await seal('chats', 'sealed')
    await expect(seal('chats', 'sealed')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(unsealPackage(at('sealed'), key, at('chats'), quiet)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    cpSync(at('chats'), at('linked'), { recursive: true })
    symlinkSync('/etc/passwd', at('linked', 'passwd'))
    await expect(seal('linked', 'other')).rejects.toThrow(/link or a special file/)
    expect(existsSync(at('other'))).toBe(false)
    await expect(seal('nowhere', 'other')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('names cannot lead out of the folder', () => {
    for (const path of [
      '../x',
      '/etc/passwd',
      'a//b',
      'a/../../b',
      'C:\\x',
      'a\0b',
      'con',
      'NUL.txt',
      'a/',
      'dots./x',
      '',
    ])
      expect(HsegPath.safeParse(path).success, path).toBe(false)
    for (const path of ['a', 'a/b.txt', '日记/2024.json', '.hidden', 'con-text'])
      expect(HsegPath.safeParse(path).success, path).toBe(true)
  })
})

test('a dataset of empty files is a dataset', async () => {
  writeFileSync(at('nothing'), '')
  const { key, segments } = await seal('nothing', 'sealed')
  expect(segments).toBe(0)
  await unsealPackage(at('sealed'), key, at('out'), quiet)
  expect(
    createHash('sha256')
      .update(readFileSync(at('out', 'nothing')))
      .digest('hex'),
  ).toBe(createHash('sha256').digest('hex'))
})

test('a folder is a package only with its three files and nothing else', async () => {
  chats(10)
  await seal('chats', 'sealed')
  expect(await isPackage(at('sealed'))).toBe(true)
  expect(await isPackage(at('chats'))).toBe(false)
  expect(await isPackage(at('nowhere'))).toBe(false)
  writeFileSync(at('sealed', 'notes.txt'), 'plain')
  expect(await isPackage(at('sealed'))).toBe(false)
  rmSync(at('sealed', 'notes.txt'))
  writeFileSync(at('sealed', 'header.json'), '{"format":"HSEG1"')
  expect(await isPackage(at('sealed'))).toBe(false)
})
