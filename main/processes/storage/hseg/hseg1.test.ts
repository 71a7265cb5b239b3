import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keccak256 } from 'ethers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseHsegKey, type HsegKey } from '../../../../common/model/hseg.ts'
import { isPackage } from './layout.ts'
import { openPackage, readRange } from './open.ts'
import { inspectPackage } from './public.ts'
import { sealPackage } from './seal.ts'
import { unsealPackage, verifyPackage } from './unseal.ts'

const SEGMENT = 2 ** 20
const PLAIN = SEGMENT - 16
let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-hseg1-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const quiet = () => {}

interface Made {
  readonly key: HsegKey
  readonly secret: Buffer
  readonly dataset: Buffer
}

/**
 * Sealed by the words of docs/hseg.md alone, as no app does any more.
 * @param own numbers of segments with keys of their own
 * @param named how many segments the manifest names
 */
function sealHseg1(name: string, files: Record<string, Buffer>, own: readonly number[] = [], named = Infinity): Made {
  const [secret, dataset, salt] = [randomBytes(32), randomBytes(32), randomBytes(32)]
  const plain = Buffer.concat(Object.values(files))
  const ids = Array.from({ length: Math.ceil(plain.length / PLAIN) }, () => randomBytes(16))
  const keys = ids.map((id, i) => (own.includes(i) ? randomBytes(32) : derived(secret, dataset, id)))
  const segments = sealAll(plain, dataset, (i) => keys[i]!)
  const manifest = sealAll(
    Buffer.from(
      JSON.stringify({
        dataset: dataset.toString('hex'),
        version: 1,
        files: Object.entries(files).map(([path, bytes]) => ({
          path,
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        })),
        segments: ids.slice(0, named).map((id, i) => ({
          id: id.toString('base64url'),
          ...(own.includes(i) ? { key: keys[i]!.toString('base64url') } : {}),
        })),
      }),
    ),
    dataset,
    (i) => derived(secret, dataset, createHash('sha256').update(`manifest/${i}`).digest().subarray(0, 16)),
  )
  mkdirSync(at(name))
  writeFileSync(at(name, 'segments'), segments)
  writeFileSync(at(name, 'manifest'), manifest)
  const header = {
    format: 'HSEG1',
    dataset: dataset.toString('hex'),
    version: 1,
    bytes: segments.length,
    manifestBytes: manifest.length,
    keyCommit: keccak256(Buffer.concat([secret, salt])).slice(2),
    salt: salt.toString('hex'),
  }
  writeFileSync(at(name, 'header.json'), JSON.stringify(header))
  const key = { format: 'HSEG1-KEY', dataset: header.dataset, version: 1, key: secret.toString('hex') } as const
  return { key, secret, dataset }
}
const derived = (secret: Buffer, dataset: Buffer, id: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, dataset, Buffer.concat([Buffer.from('hearth/hseg1/segment'), id]), 32))

function sealAll(plain: Buffer, dataset: Buffer, keyOf: (index: number) => Buffer): Buffer {
  const count = Math.ceil(plain.length / PLAIN)
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => {
      const nonce = Buffer.alloc(12)
      nonce.writeUInt32BE(i, 7)
      nonce[11] = i === count - 1 ? 1 : 0
      const cipher = createCipheriv('aes-256-gcm', keyOf(i), nonce).setAAD(dataset)
      return Buffer.concat([
        cipher.update(plain.subarray(i * PLAIN, (i + 1) * PLAIN)),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    }),
  )
}

describe('a package of before', () => {
  const fixture = join(import.meta.dirname, 'fixtures', 'hseg1')
  const key = parseHsegKey(readFileSync(`${fixture}.key.json`, 'utf8'))

  test('that the app sealed then opens', async () => {
    expect(await isPackage(fixture)).toBe(true)
    expect(await verifyPackage(fixture, key, quiet)).toEqual({ files: 3, bytes: 54 })
    await unsealPackage(fixture, key, at('out'), quiet)
    expect(readFileSync(at('out', 'rows.jsonl'), 'utf8')).toBe('{"text":"first line"}\n{"text":"second line"}\n')
    expect(readFileSync(at('out', 'letters', 'one.txt'), 'utf8')).toBe('a letter\n')
    expect(readFileSync(at('out', 'empty.txt'), 'utf8')).toBe('')
  })

  test('binds no keys of segments, which is said', async () => {
    await expect(inspectPackage(fixture)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('has its three files and nothing else', async () => {
    cpSync(fixture, at('copy'), { recursive: true })
    expect(await isPackage(at('copy'))).toBe(true)
    writeFileSync(at('copy', 'keys'), '')
    expect(await isPackage(at('copy'))).toBe(false)
  })

  test('gives its dataset and nothing else to a version of today', async () => {
    mkdirSync(at('garden'))
    writeFileSync(at('garden', 'empty.txt'), '')
    const next = await sealPackage(
      at('garden'),
      at('v2'),
      { given: null, previous: { folder: fixture, key }, first: null },
      quiet,
    )
    expect(next).toMatchObject({ reused: 0, header: { format: 'HSEG2', dataset: key.dataset, version: 2 } })
  })
})

describe('segments of 1 MiB', () => {
  const files = { 'a/one': randomBytes(PLAIN + 9), 'two.txt': Buffer.from('short'), zero: Buffer.alloc(0) }

  test('open, with keys that follow from ids and with their own', async () => {
    const { key } = sealHseg1('sealed', { ...files, x: randomBytes(PLAIN) }, [1])
    await unsealPackage(at('sealed'), key, at('out'), quiet)
    for (const [name, bytes] of Object.entries(files)) expect(readFileSync(at('out', name)).equals(bytes)).toBe(true)
    await using sealed = await openPackage(at('sealed'), key)
    expect(sealed.extent).toMatchObject({ count: 3, segment: SEGMENT })
    const read: Buffer[] = []
    for await (const piece of readRange(sealed, PLAIN - 5, 10)) read.push(piece)
    expect(Buffer.concat(read).equals(files['a/one'].subarray(PLAIN - 5, PLAIN + 5))).toBe(true)
  })

  const change = (name: string, by: (bytes: Buffer<ArrayBuffer>) => Uint8Array) =>
    writeFileSync(at('sealed', name), by(readFileSync(at('sealed', name))))
  const header = (by: (header: Record<string, unknown>) => object) =>
    change('header.json', (bytes) =>
      Buffer.from(JSON.stringify(by(JSON.parse(bytes.toString()) as Record<string, unknown>))),
    )
  const flip = (name: string, place: number) =>
    change(name, (bytes) => {
      bytes[place]! ^= 4
      return bytes
    })
  test.each<[string, () => void]>([
    ['a flipped bit', () => flip('segments', SEGMENT + 9)],
    [
      'two segments swapped',
      () =>
        change('segments', (it) =>
          Buffer.concat([it.subarray(SEGMENT, 2 * SEGMENT), it.subarray(0, SEGMENT), it.subarray(2 * SEGMENT)]),
        ),
    ],
    ['cut off', () => truncateSync(at('sealed', 'segments'), SEGMENT)],
    ['bytes added', () => change('segments', (bytes) => Buffer.concat([bytes, Buffer.alloc(10)]))],
    ['a flipped bit of the manifest', () => flip('manifest', 30)],
    ['the manifest cut off', () => truncateSync(at('sealed', 'manifest'), 20)],
    [
      'the last segment left out',
      () => {
        truncateSync(at('sealed', 'segments'), SEGMENT)
        header((it) => ({ ...it, bytes: SEGMENT }))
      },
    ],
    ['the header rolled back', () => header((it) => ({ ...it, version: 2 }))],
    ['another dataset’s', () => header((it) => ({ ...it, dataset: '00'.repeat(32) }))],
    ['called HSEG2', () => header((it) => ({ ...it, format: 'HSEG2', segment: 2048 }))],
  ])('%s is noticed, and leaves nothing behind', async (_, spoil) => {
    const { key } = sealHseg1('sealed', { ...files, x: randomBytes(PLAIN) })
    spoil()
    await expect(unsealPackage(at('sealed'), key, at('out'), quiet)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    expect(readdirSync(folder)).toEqual(['sealed'])
  })

  test('a manifest that names fewer segments than there are is refused', async () => {
    const { key } = sealHseg1('sealed', { ...files }, [], 1)
    await expect(openPackage(at('sealed'), key)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
  })

  test('another key is told apart from damage', async () => {
    const { key } = sealHseg1('sealed', files)
    await expect(verifyPackage(at('sealed'), { ...key, key: 'ab'.repeat(32) }, quiet)).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
  })
})
