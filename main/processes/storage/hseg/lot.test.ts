import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AbiCoder, sha256 } from 'ethers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DrawPreview } from '../../../../common/model/data-market.ts'
import type { HsegKey } from '../../../../common/model/hseg.ts'
import { sealSegment } from '../../../core/segment-cipher.ts'
import { commitOf, leadsTo, masked, openShown, segmentLeaf } from '../../../core/segment-proof.ts'
import { flawOf } from './flaw.ts'
import { holdsShown, showSegments } from './lot.ts'
import { openPackage } from './open.ts'
import { inspectPackage } from './public.ts'
import { sealPackage } from './seal.ts'
import { verifyPackage } from './unseal.ts'

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-lot-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const quiet = () => {}
const sealBytes = (plain: Buffer | string, name = 'sealed') => {
  writeFileSync(at('rows.jsonl'), plain)
  return sealPackage(at('rows.jsonl'), at(name), { given: null, previous: null, first: 'rows.jsonl' }, quiet)
}
/** Lines of exactly so many bytes, their ends included. */
const lines = (count: number, bytes: number): string =>
  Array.from({ length: count }, (_, i) => `${String(i).padEnd(bytes - 1, 'x')}\n`).join('')
const show = (key: HsegKey, drawn: readonly number[], rows = Infinity): Promise<DrawPreview> =>
  showSegments(at('sealed'), key, drawn, rows)
const numbersOf = ({ segments }: DrawPreview): number[] => segments.map(({ number }) => number)
const sealedBytes = ({ segments }: DrawPreview): number =>
  segments.reduce((sum, { sealed }) => sum + Buffer.from(sealed, 'base64').length, 0)

describe('what a lot shows', () => {
  test('stands under the root, opens to what was sealed, and lies in the package', async () => {
    const plain = Buffer.from(lines(3000, 100))
    const { key, root, segments } = await sealBytes(plain)
    for (const drawn of [[0], [segments - 1], [7, 3, 200, 3], Array.from({ length: 20 }, (_, i) => i * 14)]) {
      const preview = await show(key, drawn)
      expect(DrawPreview.parse(preview)).toEqual(preview)
      for (const { number, last, bytes } of openShown(preview, root)) {
        expect(bytes.equals(plain.subarray(number * 1008, (number + 1) * 1008)), `${number}`).toBe(true)
        expect(last).toBe(number === segments - 1)
      }
      expect(numbersOf(preview)).toEqual([...new Set(drawn)].toSorted((a, b) => a - b))
      expect(await holdsShown(at('sealed'), preview)).toBe(true)
      // Nothing that is shown opens more than what is shown.
      expect(JSON.stringify(preview)).not.toContain(key.key)
    }
  })

  test('goes on behind a drawn segment until a whole row has been seen, and before it where the rows end', async () => {
    // A row of 2500 bytes: three segments at most hold its beginning and its end, and two rows begin in 5000 bytes.
    const { key, root, segments } = await sealBytes(lines(60, 2500))
    for (let drawn = 0; drawn < segments; drawn++) {
      const preview = await show(key, [drawn])
      const text = Buffer.concat(openShown(preview, root).map(({ bytes }) => bytes)).toString()
      const [first = 0] = numbersOf(preview)
      expect(numbersOf(preview)).toEqual(numbersOf(preview).map((_, i) => first + i))
      expect(first === drawn || numbersOf(preview).at(-1) === segments - 1).toBe(true)
      const whole = first === 0 ? /^[^\n]*\n/ : /\n[^\n]*\n/
      expect(whole.test(text), `${drawn}`).toBe(true)
      // One less would not have shown one.
      expect(whole.test(first < drawn ? text.slice(1008) : text.slice(0, 1008 * (preview.segments.length - 1)))).toBe(
        false,
      )
    }
  })

  test('shows nothing of what lies behind the rows, unless it was drawn', async () => {
    const rows = lines(60, 2500)
    const end = Math.ceil(rows.length / 1008)
    const { key, root, segments } = await sealBytes(`${rows}# A title\n\nRIFF\n${'x'.repeat(20_000)}`)
    for (const drawn of [end - 1, end - 2]) {
      const preview = await show(key, [drawn], rows.length)
      expect(numbersOf(preview).at(-1)).toBe(end - 1)
      const text = Buffer.concat(openShown(preview, root).map(({ bytes }) => bytes)).toString()
      expect(text.split('\n')).toContain(rows.split('\n').at(-2))
    }
    expect(numbersOf(await show(key, [segments - 1], rows.length))).toEqual([segments - 1])
  })

  test('ends after 64 KiB a draw where no line ends', async () => {
    const { key } = await sealBytes(Buffer.alloc(2 ** 20, 'x'))
    const preview = await show(key, [5])
    // Of 2 KiB.
    expect(numbersOf(preview)).toEqual(Array.from({ length: 33 }, (_, i) => 5 + i))
  })

  test('gives away no more than a tenth of a dataset behind what was drawn', async () => {
    const { key } = await sealBytes(Buffer.alloc(300 * 1024, 'x'))
    const preview = await show(key, [5, 200])
    expect(numbersOf(preview)).toEqual([...Array.from({ length: 32 }, (_, i) => 5 + i), 200])
  })

  test('never is more than 640 KiB or a block of 1 MiB, and the drawn ones always come', async () => {
    for (const [bytes, segment] of [
      [2 ** 20 - 1, 1024],
      [2 ** 21, 4096],
      [2 ** 24, 2 ** 15],
    ] as const) {
      rmSync(at('sealed'), { recursive: true, force: true })
      const { key, segments, header, root } = await sealBytes(Buffer.alloc(bytes, 'x'))
      expect(header.segment).toBe(segment)
      const drawn = Array.from({ length: 20 }, (_, i) => Math.floor((i * segments) / 20))
      const preview = await show(key, drawn)
      expect(sealedBytes(preview)).toBeLessThanOrEqual(640 * 1024)
      expect(JSON.stringify(preview).length).toBeLessThanOrEqual(2 ** 20)
      expect(DrawPreview.parse(preview)).toEqual(preview)
      for (const number of drawn) expect(numbersOf(preview)).toContain(number)
      expect(preview.segments.length > 20).toBe(segment < 2 ** 15)
      expect(openShown(preview, root)).toHaveLength(preview.segments.length)
    }
  })

  test('is nothing where the lot has drawn what is not there, or the key is another', async () => {
    const { key, segments } = await sealBytes(lines(100, 100))
    await expect(show(key, [segments])).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(show({ ...key, key: '00'.repeat(32) }, [0])).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
    const empty = await sealBytes('', 'empty')
    expect(empty).toMatchObject({ segments: 0, root: createHash('sha256').digest('hex') })
    await expect(showSegments(at('empty'), empty.key, [0], 0)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

describe('a package holds what a lot showed', () => {
  test('only where each segment, its key and its place are the same', async () => {
    const { key } = await sealBytes(lines(3000, 100))
    const preview = await show(key, [3, 200, 297])
    const [, shown, last] = preview.segments as [unknown, DrawPreview['segments'][0], DrawPreview['segments'][0]]
    const flipped = Buffer.from(shown.sealed, 'base64')
    flipped[500]! ^= 1
    const others: [string, Partial<DrawPreview['segments'][0]>][] = [
      ['another byte', { sealed: flipped.toString('base64') }],
      ['fewer bytes', { sealed: flipped.subarray(0, -1).toString('base64') }],
      ['called the last', { last: true }],
      ['another number', { number: 201 }],
      ['a number beyond all', { number: 298 }],
      ['a number far beyond', { number: 2 ** 24 - 1 }],
      ['another key', { key: last.key }],
      ['another wrapped key', { wrapped: last.wrapped }],
    ]
    expect(await holdsShown(at('sealed'), preview)).toBe(true)
    for (const [what, change] of others)
      expect(
        await holdsShown(at('sealed'), { ...preview, segments: preview.segments.with(1, { ...shown, ...change }) }),
        what,
      ).toBe(false)
    const notLast = preview.segments.with(2, { ...last, last: false })
    expect(last.last).toBe(true)
    expect(await holdsShown(at('sealed'), { ...preview, segments: notLast })).toBe(false)
    expect(await holdsShown(at('sealed'), { ...preview, dataset: '00'.repeat(32) })).toBe(false)
  })

  test('and not what was shown of a second ciphertext under the same keys', async () => {
    const { key, root, segments, header } = await sealBytes(lines(3000, 100))
    const dataset = Buffer.from(header.dataset, 'hex')
    // The seller keeps the keys that it committed to, and shows good rows while the package holds junk.
    cpSync(at('sealed'), at('junk'), { recursive: true })
    const junk = readFileSync(at('junk', 'segments'))
    {
      await using sealed = await openPackage(at('sealed'), key)
      for (let index = 0; index < segments; index++) {
        const place = { index, last: index === segments - 1 }
        const length = (await sealed.plain(index)).length
        junk.set(sealSegment(await sealed.keyOf(index), dataset, place, randomBytes(length)), index * header.segment)
      }
    }
    writeFileSync(at('junk', 'segments'), junk)
    expect((await inspectPackage(at('junk'))).root).toBe(root)
    const preview = await show(key, [3, 200])
    expect(openShown(preview, root)).toHaveLength(2)
    expect(await holdsShown(at('junk'), preview)).toBe(false)
    expect(await holdsShown(at('sealed'), preview)).toBe(true)
  })
})

describe('what anybody sees of a package', () => {
  const rootOf = (keys: Buffer): string => {
    // By the recursion of RFC 6962, which the app does not use.
    const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const over = (from: number, to: number): Buffer => {
      if (to - from === 1) {
        const number = Buffer.alloc(4)
        number.writeUInt32BE(from)
        return sha(Buffer.of(0), number, keys.subarray(64 * from, 64 * to))
      }
      const split = 2 ** Math.ceil(Math.log2((to - from) / 2))
      return sha(Buffer.of(1), over(from, from + split), over(from + split, to))
    }
    return over(0, keys.length / 64).toString('hex')
  }

  test('is its header, and the root over its keys', async () => {
    for (const count of [1, 2, 3, 8, 13, 700]) {
      rmSync(at('sealed'), { recursive: true, force: true })
      const { header, root } = await sealBytes(randomBytes(1008 * (count - 1) + 1))
      expect(await inspectPackage(at('sealed'))).toEqual({ header, root, segments: count })
      expect(rootOf(readFileSync(at('sealed', 'keys')))).toBe(root)
    }
  })

  test.each([
    ['segments', 'cut off', -1],
    ['segments', 'grown', 1],
    ['keys', 'cut off', -64],
    ['keys', 'cut off by a byte', -1],
    ['keys', 'grown', 64],
    ['manifest', 'cut off', -1],
    ['manifest', 'grown', 1],
  ])('is refused where its %s are %s', async (name, _, by) => {
    await sealBytes(lines(100, 100))
    truncateSync(at('sealed', name), readFileSync(at('sealed', name)).length + by)
    await expect(inspectPackage(at('sealed'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    rmSync(at('sealed', name))
    await expect(inspectPackage(at('sealed'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    mkdirSync(at('sealed', name))
    await expect(inspectPackage(at('sealed'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
  })

  test('changes with any key', async () => {
    const { root } = await sealBytes(lines(100, 100))
    const keys = readFileSync(at('sealed', 'keys'))
    for (const place of [0, 32, 64 * 5 + 31, keys.length - 1]) {
      const other = Buffer.from(keys)
      other[place]! ^= 1
      writeFileSync(at('sealed', 'keys'), other)
      expect((await inspectPackage(at('sealed'))).root).not.toBe(root)
    }
  })
})

describe('a flaw', () => {
  const abi = AbiCoder.defaultAbiCoder()
  /** As a contract recomputes it. */
  const proves = (flaw: NonNullable<Awaited<ReturnType<typeof flawOf>>>, root: string, key: HsegKey): boolean => {
    const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const mask = sha256(abi.encode(['bytes32', 'uint256'], [`0x${key.key}`, flaw.number]))
    const own = (BigInt(`0x${flaw.wrapped}`) ^ BigInt(mask)).toString(16).padStart(64, '0')
    const number = flaw.number.toString(16).padStart(8, '0')
    let node = sha(Buffer.of(0), Buffer.from(number + flaw.commit + flaw.wrapped, 'hex'))
    flaw.path.forEach((neighbour, k) => {
      const other = Buffer.from(neighbour, 'hex')
      node = (flaw.lefts >> k) & 1 ? sha(Buffer.of(1), other, node) : sha(Buffer.of(1), node, other)
    })
    return node.toString('hex') === root && sha256(`0x${own}`) !== `0x${flaw.commit}`
  }
  const spoil = (place: number): void => {
    const keys = readFileSync(at('sealed', 'keys'))
    keys[place]! ^= 1
    writeFileSync(at('sealed', 'keys'), keys)
  }

  test('is none where every wrapped key leads to its commitment', async () => {
    const { key } = await sealBytes(lines(300, 100))
    expect(await flawOf(at('sealed'), key)).toBe(null)
    await expect(flawOf(at('sealed'), { ...key, key: '00'.repeat(32) })).rejects.toMatchObject({ code: 'WRONG_KEY' })
  })

  test.each([
    ['a wrapped key', 0, 40],
    ['a wrapped key', 17, 63],
    ['a commitment', 29, 0],
    ['a commitment', 5, 31],
  ])('in %s of segment %i is found, and proven', async (_, number, place) => {
    const { key, segments } = await sealBytes(lines(300, 100))
    expect(segments).toBe(30)
    spoil(64 * number + place)
    // One further on: the first is the one that is told.
    if (number < 29) spoil(64 * 29 + 1)
    const { root } = await inspectPackage(at('sealed'))
    const flaw = await flawOf(at('sealed'), key)
    expect(flaw?.number).toBe(number)
    expect(proves(flaw!, root, key)).toBe(true)
    const leaf = segmentLeaf(number, Buffer.from(flaw!.commit, 'hex'), Buffer.from(flaw!.wrapped, 'hex'))
    expect(leadsTo(root, leaf, flaw!.lefts, flaw!.path)).toBe(true)
    expect(proves(flaw!, createHash('sha256').digest('hex'), key)).toBe(false)
    await expect(verifyPackage(at('sealed'), key, quiet)).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      details: { segment: number },
    })
  })

  test('is a key that was wrapped for another place, as much as junk', async () => {
    const { key } = await sealBytes(lines(300, 100))
    const secret = Buffer.from(key.key, 'hex')
    const keys = readFileSync(at('sealed', 'keys'))
    const own = randomBytes(32)
    keys.set(commitOf(own), 64 * 9)
    keys.set(masked(own, secret, 8), 64 * 9 + 32)
    writeFileSync(at('sealed', 'keys'), keys)
    const flaw = await flawOf(at('sealed'), key)
    expect(flaw?.number).toBe(9)
    expect(proves(flaw!, (await inspectPackage(at('sealed'))).root, key)).toBe(true)
  })
})
