import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BlobStore } from './blob-store.ts'
import { openSealed, sealedSize, sealFile } from './sealed-file.ts'

const MIB = 2 ** 20
let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'hearth-sealed-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('a sealed file', () => {
  test.each([0, 1, MIB - 17, MIB - 16, MIB - 15, 3 * MIB + 5])(
    'of %i bytes opens to what it was, and its size is foreseen',
    async (size) => {
      const plain = randomBytes(size)
      await writeFile(at('plain'), plain)
      const { bytes, key } = await sealFile(at('plain'), at('sealed'))
      expect((await stat(at('sealed'))).size).toBe(bytes)
      expect(bytes).toBe(sealedSize(size))
      await openSealed(at('sealed'), at('opened'), key)
      expect((await readFile(at('opened'))).equals(plain)).toBe(true)
    },
  )

  const spoils: readonly (readonly [string, (sealed: Buffer) => Buffer])[] = [
    ['with a flipped bit', (sealed) => (sealed.writeUInt8(sealed.readUInt8(70) ^ 1, 70), sealed)],
    [
      'with a flipped bit in its last tag',
      (sealed) => (sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1), sealed),
    ],
    ['cut at a segment', (sealed) => sealed.subarray(0, 2 * MIB)],
    ['cut in a segment', (sealed) => sealed.subarray(0, 2 * MIB + 100)],
    [
      'with two segments swapped',
      (sealed) => Buffer.concat([sealed.subarray(MIB, 2 * MIB), sealed.subarray(0, MIB), sealed.subarray(2 * MIB)]),
    ],
    ['with something behind its end', (sealed) => Buffer.concat([sealed, Buffer.alloc(40)])],
    ['that is empty', () => Buffer.alloc(0)],
  ]
  test.each(spoils)('%s is refused and leaves no plain file', async (_what, spoil) => {
    await writeFile(at('plain'), randomBytes(2 * MIB + 500))
    const { key } = await sealFile(at('plain'), at('sealed'))
    await writeFile(at('spoilt'), spoil(await readFile(at('sealed'))))
    await expect(openSealed(at('spoilt'), at('none'), key)).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
    await expect(stat(at('none'))).rejects.toThrow('ENOENT')
  })

  test('opens with no other key', async () => {
    await writeFile(at('plain'), 'secret')
    await sealFile(at('plain'), at('sealed'))
    await expect(openSealed(at('sealed'), at('none'), randomBytes(32).toString('hex'))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    })
    expect((await readFile(at('sealed'))).includes('secret')).toBe(false)
  })
})

describe('the shelf', () => {
  test('takes a file in chunks, again and out of order, and keeps only one whose hash is right', async () => {
    const [there, here] = [new BlobStore(at('there')), new BlobStore(at('here'))]
    await writeFile(at('plain'), randomBytes(100_000))
    const file = await there.add(at('plain'))
    const chunk = (from: number, to: number) => there.read(file.hash, from, to - from)
    expect(await here.put(file, 0, null)).toBe(0)
    expect(await here.put(file, 0, await chunk(0, 60_000))).toBe(60_000)
    expect(await here.put(file, 0, await chunk(0, 60_000))).toBe(60_000)
    expect(await here.put(file, 90_000, await chunk(90_000, file.bytes))).toBe(60_000)
    await expect(here.put(file, 60_000, Buffer.alloc(file.bytes))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
    await expect(here.put(file, 60_000, Buffer.alloc(file.bytes - 60_000))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    })
    expect(await here.put(file, 0, await chunk(0, file.bytes))).toBe(file.bytes)
    expect(await here.has(file.hash)).toBe(true)
    await openSealed(here.path(file.hash), at('opened'), file.key)
    expect((await readFile(at('opened'))).equals(await readFile(at('plain')))).toBe(true)
  })

  test('takes no name that is not a hash', () => {
    expect(() => new BlobStore(folder).path('../keystore.json')).toThrow('not a file’s hash')
  })
})
