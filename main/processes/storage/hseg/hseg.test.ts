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
import { HsegHeader, HsegPath } from '../../../../common/model/hseg.ts'
import { leafHash } from '../../../core/merkle.ts'
import { openSegment, sealSegment } from '../../../core/segment-cipher.ts'
import { commitOf, masked, segmentLeaf } from '../../../core/segment-proof.ts'
import { extentOf, isPackage, segmentSizeOf } from './layout.ts'
import { openPackage, readRange } from './open.ts'
import { manifestKey } from './opening.ts'
import { inspectPackage } from './public.ts'
import { sealPackage, type SealingOptions } from './seal.ts'
import { unsealPackage, verifyPackage } from './unseal.ts'

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-hseg-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const quiet = () => {}
const seal = (path: string, out: string, options: Partial<SealingOptions> = {}) =>
  sealPackage(at(path), at(out), { given: null, previous: null, first: null, ...options }, quiet)
/** Of a segment of a dataset below 1 MiB. */
const [PLAIN, SEALED] = [1008, 1024]
const HEADER = {
  format: 'HSEG2' as const,
  dataset: 'ab'.repeat(32),
  version: 1,
  segment: 1024,
  bytes: 17,
  manifestBytes: 100,
  keyCommit: 'cd'.repeat(32),
  salt: 'ef'.repeat(32),
}

function chats(bytes: number): void {
  mkdirSync(at('chats', 'friends'), { recursive: true })
  writeFileSync(at('chats', 'friends', 'Ada Lovelace.txt'), randomBytes(bytes))
  writeFileSync(at('chats', '日记.txt'), 'a diary of mine')
  writeFileSync(at('chats', 'empty.txt'), '')
}

test('a segment and its keys are sealed as the specification’s vector says', () => {
  // docs/hseg.md prints the same vector.
  const [key, dataset, own] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)]
  const place = { index: 7, last: true }
  expect({
    sealed: sealSegment(own, dataset, place, Buffer.from('hearth')).toString('hex'),
    commit: commitOf(own).toString('hex'),
    wrapped: masked(own, key, 7).toString('hex'),
    leafHash: leafHash(segmentLeaf(7, commitOf(own), masked(own, key, 7))).toString('hex'),
    manifestKey: manifestKey(key, dataset, 7).toString('hex'),
  }).toMatchInlineSnapshot(`
    {
      "commit": "648aa5c579fb30f38af744d97d6ec840c7a91277a499a0d780f3e7314eca090b",
      "leafHash": "66405e5ab7a080d9e598163a1ccd14893b6468fefff71d6a01be06af6dcd475e",
      "manifestKey": "c8334263282fd797d74721940389a6dc229c3976be59c2e9820e4047ea8fd48a",
      "sealed": "35b76ac82d5fa221de77b8cbd25672d7caf759386d3e",
      "wrapped": "035b45106b767034db2ed6aa1436b77e451ffb5891debf2c81b838e3eda2673f",
    }
  `)
})

test('a segment opens at its own place, in its own dataset, with its own key, and nowhere else', () => {
  const [own, dataset] = [randomBytes(32), randomBytes(32)]
  const sealed = sealSegment(own, dataset, { index: 7, last: false }, Buffer.from('hearth'))
  expect(openSegment(own, dataset, { index: 7, last: false }, sealed).toString()).toBe('hearth')
  const flipped = Buffer.from(sealed)
  flipped[2]! ^= 1
  const wrong: [string, () => unknown][] = [
    ['a flipped bit', () => openSegment(own, dataset, { index: 7, last: false }, flipped)],
    ['swapped', () => openSegment(own, dataset, { index: 8, last: false }, sealed)],
    ['called the last', () => openSegment(own, dataset, { index: 7, last: true }, sealed)],
    ['of another dataset', () => openSegment(own, Buffer.alloc(32, 9), { index: 7, last: false }, sealed)],
    ['another segment’s key', () => openSegment(randomBytes(32), dataset, { index: 7, last: false }, sealed)],
    ['cut', () => openSegment(own, dataset, { index: 7, last: false }, sealed.subarray(0, -1))],
    ['no tag', () => openSegment(own, dataset, { index: 7, last: false }, sealed.subarray(0, 15))],
  ]
  for (const [what, open] of wrong) expect(open, what).toThrow(/segment 7|segment 8/)
})

describe('how large segments are', () => {
  const MIB = 2 ** 20
  test.each([
    [0, 2 ** 10, 0],
    [1, 2 ** 10, 1],
    [2 ** 10 - 16, 2 ** 10, 1],
    [2 ** 10 - 15, 2 ** 10, 2],
    [300 * 1024, 2 ** 10, 305],
    [MIB - 1, 2 ** 10, 1041],
    [MIB, 2 ** 11, 517],
    [16 * MIB - 1, 2 ** 14, 1026],
    [16 * MIB, 2 ** 15, 513],
    [20 * MIB, 2 ** 15, 641],
    [10 * 2 ** 30, 2 ** 15, 327_841],
    [2 ** 24 * (2 ** 15 - 16), 2 ** 15, 2 ** 24],
  ])('%i bytes are sealed in segments of %i', (plainBytes, segment, count) => {
    expect(segmentSizeOf(plainBytes)).toBe(segment)
    expect(Math.ceil(plainBytes / (segment - 16))).toBe(count)
    const header = { ...HEADER, segment, bytes: plainBytes + 16 * count }
    expect(extentOf(header)).toEqual({ segment, plain: segment - 16, count, plainBytes })
  })

  test.each([
    ['a last segment that holds nothing', { segment: 1024, bytes: 1024 + 16 }],
    ['a last segment shorter than its tag', { segment: 1024, bytes: 1024 + 15 }],
    ['segments too large for so little', { segment: 2048, bytes: 5000 }],
    ['segments too small for so much', { segment: 1024, bytes: 20 * MIB }],
    ['more segments than there can be', { segment: 2 ** 15, bytes: 2 ** 39 + 17 }],
  ])('%s: no sealing comes to that', (_, sizes) => {
    expect(() => extentOf({ ...HEADER, ...sizes })).toThrow(expect.objectContaining({ code: 'FILE_DAMAGED' }))
  })

  test.each([1000, 512, 2 ** 16, 2 ** 20, 0, -1024])('a header with segments of %i is none', (segment) => {
    expect(HsegHeader.safeParse({ ...HEADER, segment }).success).toBe(false)
    expect(HsegHeader.safeParse({ ...HEADER, segment: 1024 }).success).toBe(true)
  })

  test('more than 512 GiB are refused in words before anything is written', async () => {
    writeFileSync(at('vast'), '')
    truncateSync(at('vast'), 2 ** 24 * (2 ** 15 - 16) + 1)
    await expect(seal('vast', 'sealed')).rejects.toThrow(/512 GiB at most/)
    expect(readdirSync(folder)).toEqual(['vast'])
  })

  test.each([0, 1, 1008, 1009, 2016, 300 * 1024, 2 ** 20, 20 * MIB])('%i bytes come back', async (bytes) => {
    const plain = randomBytes(bytes)
    writeFileSync(at('file'), plain)
    const { key, header, segments, root } = await seal('file', 'sealed', { first: 'file' })
    expect(await inspectPackage(at('sealed'))).toEqual({ header, segments, root })
    expect(readFileSync(at('sealed', 'keys'))).toHaveLength(64 * segments)
    expect(await verifyPackage(at('sealed'), key, quiet)).toEqual({ files: 1, bytes })
    await unsealPackage(at('sealed'), key, at('out'), quiet)
    expect(readFileSync(at('out', 'file')).equals(plain)).toBe(true)
  })
})

describe('a sealed package', () => {
  test('gives every file back, and shows nothing but sizes', async () => {
    chats(3 * PLAIN + 777)
    const { key, segments, header } = await seal('chats', 'sealed')
    expect(segments).toBe(4)
    expect(readFileSync(at('sealed', 'segments')).length).toBe(header.bytes)
    expect(header.bytes).toBe(3 * SEALED + 777 + 15 + 16)
    const shown = readdirSync(at('sealed'))
      .map((name) => readFileSync(at('sealed', name)).toString('latin1'))
      .join()
    for (const secret of ['Lovelace', 'friends', 'a diary', '日记', key.key])
      expect(shown.includes(Buffer.from(secret).toString('latin1')), secret).toBe(false)
    expect(await unsealPackage(at('sealed'), key, at('out'), quiet)).toEqual({
      files: 3,
      bytes: 3 * PLAIN + 777 + 15,
    })
    for (const name of ['friends/Ada Lovelace.txt', '日记.txt', 'empty.txt'])
      expect(readFileSync(at('out', name)).equals(readFileSync(at('chats', name)))).toBe(true)
  })

  test('is read at any place by opening only what holds it', async () => {
    chats(2000 * PLAIN)
    const plain = readFileSync(at('chats', 'friends', 'Ada Lovelace.txt'))
    const { key } = await seal('chats', 'sealed')
    await using sealed = await openPackage(at('sealed'), key)
    // Files lie in the order of their names: the empty one, friends/…, the diary.
    const window = (2 ** 20 / sealed.extent.segment) * sealed.extent.plain
    for (const from of [PLAIN - 5, window - 5, window]) {
      const read: Buffer[] = []
      for await (const piece of readRange(sealed, from, 10)) read.push(piece)
      expect(Buffer.concat(read).equals(plain.subarray(from, from + 10))).toBe(true)
    }
    // A segment elsewhere is damaged: what does not need it is read all the same.
    flip('segments', 10)
    await using damaged = await openPackage(at('sealed'), key)
    for await (const piece of readRange(damaged, window, 10))
      expect(piece.equals(plain.subarray(window, window + 10))).toBe(true)
  })

  test('the file that stands first does so whatever its name, and its segments are counted', async () => {
    chats(3 * PLAIN)
    writeFileSync(at('chats', 'zz.jsonl'), 'z'.repeat(2 * PLAIN + 1))
    const { key } = await seal('chats', 'sealed', { first: 'zz.jsonl' })
    await using sealed = await openPackage(at('sealed'), key)
    expect(sealed.manifest.files.map(({ path }) => path)).toEqual([
      'zz.jsonl',
      'empty.txt',
      'friends/Ada Lovelace.txt',
      '日记.txt',
    ])
    expect((await sealed.plain(1)).toString()).toBe('z'.repeat(PLAIN))
    await unsealPackage(at('sealed'), key, at('out'), quiet)
    expect(readFileSync(at('out', 'friends', 'Ada Lovelace.txt'))).toEqual(
      readFileSync(at('chats', 'friends', 'Ada Lovelace.txt')),
    )
    await expect(seal('chats', 'other', { first: 'zz' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('every segment has a key of its own, which follows from nothing', async () => {
    writeFileSync(at('same'), Buffer.alloc(40 * PLAIN))
    const first = await seal('same', 'v1')
    await using sealed = await openPackage(at('v1'), first.key)
    const keys = await Promise.all(Array.from({ length: 40 }, async (_, i) => (await sealed.keyOf(i)).toString('hex')))
    expect(new Set(keys).size).toBe(40)
    // The same key over the same bytes draws other keys of segments.
    const given = { key: first.key, salt: first.header.salt }
    const again = await seal('same', 'v2', { given })
    expect(again.key).toEqual(first.key)
    await using other = await openPackage(at('v2'), first.key)
    for (const [i, key] of keys.entries()) expect((await other.keyOf(i)).toString('hex')).not.toBe(key)
  })

  test('a later version takes over what did not change, and the earlier key does not open what is new', async () => {
    const plain = randomBytes(3 * PLAIN + 100)
    writeFileSync(at('log.jsonl'), plain)
    const first = await seal('log.jsonl', 'v1')
    writeFileSync(at('log.jsonl'), Buffer.concat([plain, randomBytes(PLAIN)]))
    const second = await seal('log.jsonl', 'v2', { previous: { folder: at('v1'), key: first.key } })
    expect(second).toMatchObject({ segments: 5, reused: 3, header: { version: 2, dataset: first.header.dataset } })
    const [old, fresh] = ['v1', 'v2'].map((name) => ({
      segments: readFileSync(at(name, 'segments')),
      keys: readFileSync(at(name, 'keys')),
    })) as [{ segments: Buffer; keys: Buffer }, { segments: Buffer; keys: Buffer }]
    expect(fresh.segments.subarray(0, 3 * SEALED).equals(old.segments.subarray(0, 3 * SEALED))).toBe(true)
    for (let i = 0; i < 4; i++) {
      const [was, is] = [old, fresh].map(({ keys }) => keys.subarray(64 * i, 64 * (i + 1)))
      expect(is!.subarray(0, 32).equals(was!.subarray(0, 32)), `commit ${i}`).toBe(i < 3)
      expect(is!.subarray(32).equals(was!.subarray(32)), `wrapped ${i}`).toBe(false)
    }
    await unsealPackage(at('v2'), second.key, at('out'), quiet)
    expect(readFileSync(at('out', 'log.jsonl')).equals(readFileSync(at('log.jsonl')))).toBe(true)
    await expect(openPackage(at('v2'), first.key)).rejects.toMatchObject({ code: 'WRONG_KEY' })
    expect(masked(fresh.keys.subarray(64 * 4 + 32), Buffer.from(first.key.key, 'hex'), 4)).not.toEqual(
      masked(fresh.keys.subarray(64 * 4 + 32), Buffer.from(second.key.key, 'hex'), 4),
    )
  })

  test('a segment that was the last, or is now, is sealed anew', async () => {
    writeFileSync(at('log'), Buffer.alloc(2 * PLAIN, 'a'))
    const first = await seal('log', 'v1')
    writeFileSync(at('log'), Buffer.alloc(3 * PLAIN, 'a'))
    const second = await seal('log', 'v2', { previous: { folder: at('v1'), key: first.key } })
    expect(second).toMatchObject({ segments: 3, reused: 1 })
    writeFileSync(at('log'), Buffer.alloc(2 * PLAIN, 'a'))
    const third = await seal('log', 'v3', { previous: { folder: at('v2'), key: second.key } })
    expect(third).toMatchObject({ segments: 2, reused: 1, header: { version: 3 } })
    for (const [name, { key }] of [
      ['v2', second],
      ['v3', third],
    ] as const)
      await verifyPackage(at(name), key, quiet)
  })

  test('nothing is taken over of a version whose segments have another size', async () => {
    const plain = Buffer.alloc(2 ** 20 - 1, 'a')
    writeFileSync(at('log'), plain)
    const first = await seal('log', 'v1')
    writeFileSync(at('log'), Buffer.concat([plain, plain]))
    const second = await seal('log', 'v2', { previous: { folder: at('v1'), key: first.key } })
    expect(second).toMatchObject({ reused: 0, header: { version: 2, segment: 2048, dataset: first.header.dataset } })
    await verifyPackage(at('v2'), second.key, quiet)
  })

  const change = (name: string, by: (bytes: Buffer<ArrayBuffer>) => Uint8Array) =>
    writeFileSync(at('sealed', name), by(readFileSync(at('sealed', name))))
  const flip = (name: string, place: number) =>
    change(name, (bytes) => {
      bytes[place]! ^= 4
      return bytes
    })
  const swap = (name: string, size: number) =>
    change(name, (bytes) =>
      Buffer.concat([bytes.subarray(size, 2 * size), bytes.subarray(0, size), bytes.subarray(2 * size)]),
    )
  const grow = (name: string) => change(name, (bytes) => Buffer.concat([bytes, Buffer.alloc(10)]))
  const header = (by: (header: HsegHeader) => object) =>
    change('header.json', (bytes) => Buffer.from(JSON.stringify(by(HsegHeader.parse(JSON.parse(bytes.toString()))))))
  test.each<[string, () => void]>([
    ['a flipped bit', () => flip('segments', SEALED + 9)],
    ['a flipped bit of a tag', () => flip('segments', SEALED - 1)],
    ['two segments swapped', () => swap('segments', SEALED)],
    ['cut off', () => truncateSync(at('sealed', 'segments'), SEALED)],
    ['bytes added', () => grow('segments')],
    ['no segments', () => rmSync(at('sealed', 'segments'))],
    ['a flipped bit of a commitment', () => flip('keys', 64 + 5)],
    ['a flipped bit of a wrapped key', () => flip('keys', 64 + 40)],
    ['two keys swapped', () => swap('keys', 64)],
    ['keys cut off', () => truncateSync(at('sealed', 'keys'), 64)],
    ['keys added', () => grow('keys')],
    ['no keys', () => rmSync(at('sealed', 'keys'))],
    ['keys and segments swapped', () => (swap('keys', 64), swap('segments', SEALED))],
    ['a flipped bit of the manifest', () => flip('manifest', 30)],
    ['the manifest cut off', () => truncateSync(at('sealed', 'manifest'), 20)],
    ['the header rolled back', () => header((it) => ({ ...it, version: 2 }))],
    ['another dataset’s', () => header((it) => ({ ...it, dataset: '00'.repeat(32) }))],
    [
      'the last segment left out',
      () => {
        truncateSync(at('sealed', 'segments'), 2 * SEALED)
        truncateSync(at('sealed', 'keys'), 2 * 64)
        header((it) => ({ ...it, bytes: 2 * SEALED }))
      },
    ],
    ['a header of other segments', () => header((it) => ({ ...it, segment: 2048 }))],
    ['a header of HSEG1', () => header((it) => ({ ...it, format: 'HSEG1', segment: undefined }))],
    ['a header with more in it', () => header((it) => ({ ...it, note: '' }))],
    ['a header of another format', () => header((it) => ({ ...it, format: 'HSEG3' }))],
    ['a header that is no JSON', () => writeFileSync(at('sealed', 'header.json'), '{')],
    [
      'a header that is endless',
      () =>
        writeFileSync(
          at('sealed', 'header.json'),
          `${readFileSync(at('sealed', 'header.json'), 'utf8')}${' '.repeat(2 ** 20)}`,
        ),
    ],
  ])('%s is noticed, and leaves nothing behind', async (_, spoil) => {
    chats(2 * PLAIN)
    const { key } = await seal('chats', 'sealed')
    spoil()
    await expect(unsealPackage(at('sealed'), key, at('out'), quiet)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    await expect(verifyPackage(at('sealed'), key, quiet)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    expect(readdirSync(folder).toSorted()).toEqual(['chats', 'sealed'])
  })

  test('every flipped bit of a package is noticed', async () => {
    chats(2 * PLAIN)
    const { key } = await seal('chats', 'sealed')
    for (const name of ['keys', 'manifest', 'segments', 'header.json']) {
      const bytes = readFileSync(at('sealed', name))
      const step = name === 'segments' ? 61 : 1
      for (let place = 0; place < bytes.length; place += step) {
        flip(name, place)
        await expect(verifyPackage(at('sealed'), key, quiet), `${name} ${place}`).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:FILE_DAMAGED|WRONG_KEY)$/) as string,
        })
        flip(name, place)
      }
    }
    await verifyPackage(at('sealed'), key, quiet)
  })

  test('a sealing that is given up, or whose files change, leaves nothing behind', async () => {
    writeFileSync(at('large'), randomBytes(3 * 2 ** 20))
    const options = { given: null, previous: null, first: null }
    const giveUp = (bytes: number) => {
      if (bytes > 2 ** 20) throw new Error('nobody waits for this any more')
    }
    await expect(sealPackage(at('large'), at('sealed'), options, giveUp)).rejects.toThrow(/nobody waits/)
    const grow = () => writeFileSync(at('large'), 'more', { flag: 'a' })
    await expect(sealPackage(at('large'), at('sealed'), options, grow)).rejects.toThrow(/changed while it was read/)
    expect(readdirSync(folder)).toEqual(['large'])
  })

  test('a manifest that its own key sealed, but that says something else, is noticed', async () => {
    chats(2 * PLAIN)
    const { key, header: sound } = await seal('chats', 'sealed')
    const [secret, dataset] = [key.key, sound.dataset].map((hex) => Buffer.from(hex, 'hex')) as [Buffer, Buffer]
    const place = { index: 0, last: true }
    const bytes = readFileSync(at('sealed', 'manifest'))
    const plain = openSegment(manifestKey(secret, dataset, 0), dataset, place, bytes).toString()
    for (const [what, from, to] of [
      ['the same', '', ''],
      ['another dataset', key.dataset, '0'.repeat(64)],
      ['another version', '"version":1', '"version":2'],
      ['a larger file', `"bytes":${2 * PLAIN}`, `"bytes":${2 * PLAIN + 1}`],
      ['a smaller file', `"bytes":${2 * PLAIN}`, `"bytes":${2 * PLAIN - 1}`],
      ['a file less', /,\{"path":"日记[^}]*\}/, ''],
      ['a way out', '日记.txt', '../日.txt'],
      ['something more', '"version":1', '"version":1,"note":1'],
    ] as const) {
      const changed = Buffer.from(plain.replace(from, to))
      const sealed = sealSegment(manifestKey(secret, dataset, 0), dataset, place, changed)
      writeFileSync(at('sealed', 'manifest'), sealed)
      header((it) => ({ ...it, manifestBytes: sealed.length }))
      const verified = verifyPackage(at('sealed'), key, quiet)
      if (what === 'the same') await verified
      else await expect(verified, what).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    }
  })

  test('the segment is named whose key is not the one that was committed to', async () => {
    chats(2 * PLAIN)
    const { key } = await seal('chats', 'sealed')
    flip('keys', 64 + 40)
    await expect(verifyPackage(at('sealed'), key, quiet)).rejects.toMatchObject({
      message: expect.stringMatching(/segment 1 /),
      details: { segment: 1 },
    })
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

test('a folder is a package only with its files and nothing else', async () => {
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
