import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeBounded } from '../audio/decode-bounded.ts'
import { decodeBytes } from '../audio/read-audio.ts'
import { readGrey } from '../image/plane.ts'
import { measurePicture, saidBeside, writePicture } from './picture.ts'
import { encodeWav } from './recording.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-bounds-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A check sum over bits, the highest first (RFC 9639, 9.1.8 and 9.3). */
function sumOf(bytes: Uint8Array, polynomial: number, bits: number): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << (bits - 8)
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum >> (bits - 1) ? polynomial : 0)) & (2 ** bits - 1)
  }
  return sum
}

/** Silence in eight channels: each frame has 34 bytes and half a million samples. */
function silentFlac(frames: number): Buffer {
  const info = Buffer.alloc(34)
  info.writeUInt16BE(65_535, 0)
  info.writeUInt16BE(65_535, 2)
  // 44,100 a second, eight channels, 16 bits, of unknown length.
  info.writeUInt32BE((44_100 << 12) | (7 << 9) | (15 << 4), 10)
  const frame = (number: number): Buffer => {
    const head = Buffer.from([0xff, 0xf8, 0x79, 0x78, number & 0x7f, 0xff, 0xfe])
    const body = Buffer.concat([head, Buffer.from([sumOf(head, 0x07, 8)]), Buffer.alloc(24)])
    const sum = Buffer.alloc(2)
    sum.writeUInt16BE(sumOf(body, 0x8005, 16))
    return Buffer.concat([body, sum])
  }
  return Buffer.concat([
    Buffer.from('fLaC', 'latin1'),
    Buffer.from([0x80, 0, 0, 34]),
    info,
    ...Array.from({ length: frames }, (_, i) => frame(i % 128)),
  ])
}

describe('a recording', () => {
  test('that would fill the memory is given up on the way', async () => {
    const bytes = silentFlac(100)
    expect(bytes.length).toBeLessThan(5_000)
    const { channelData } = await decodeBounded(silentFlac(2), 2 ** 24)
    expect(channelData.map(({ length }) => length)).toEqual(Array(8).fill(2 * 65_535))
    await expect(decodeBounded(bytes, 2 ** 24)).rejects.toThrow(/holds more than 16777216 samples/)
  })

  test('is what it was, read piece by piece', async () => {
    const tone = Float64Array.from({ length: 50_000 }, (_, i) => Math.round(20_000 * Math.sin(i / 9)) / 32_768)
    const { channels, rate } = await decodeBytes(
      encodeWav({ channels: [tone, tone.map((it) => -it)], rate: 8000 }),
      'a',
    )
    expect(rate).toBe(8000)
    expect(channels.map(({ length }) => length)).toEqual([50_000, 50_000])
    for (const [i, value] of tone.entries()) expect(Math.abs((channels[0]?.[i] ?? 9) - value)).toBeLessThan(1e-6)
  })

  test('whose tables claim more than can be held is not begun', async () => {
    const table = Buffer.alloc(24)
    table.write('ftyp', 4, 'latin1')
    const sizes = Buffer.alloc(20)
    sizes.write('stsz', 4, 'latin1')
    sizes.writeUInt32BE(0xffff_ffff, 16)
    await expect(decodeBounded(Buffer.concat([table, sizes]))).rejects.toThrow(/holds more than/)
  })

  test('is one by its bytes: a score that a program plays is none', async () => {
    const score = Buffer.alloc(2048)
    score.write('Extended Module: ', 0, 'latin1')
    await expect(decodeBytes(score, 'a.mp3')).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })
})

describe('a picture', () => {
  const drawn = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'

  test('that is drawn by a program is refused, whatever it is called', async () => {
    for (const [name, content] of [
      ['a.jpg', drawn],
      ['b.png', `<?xml version="1.0"?>${drawn}`],
      ['c.webp', '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>'],
      ['d.gif', 'P6 9 9 255 '],
    ] as const) {
      const path = join(folder, name)
      writeFileSync(path, content)
      for (const read of [measurePicture, saidBeside, readGrey])
        await expect(read(path), name).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
      await expect(writePicture(path, join(folder, 'out.png'), '.png')).rejects.toMatchObject({
        code: 'DATASET_BROKEN',
      })
    }
  })

  test('of every kind that is taken is read, also under the name of another', async () => {
    const base = sharp({ create: { width: 9, height: 7, channels: 3, background: '#a05010' } })
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
      const path = join(folder, `${format}.jpg`)
      writeFileSync(path, await base.clone().toFormat(format).toBuffer())
      expect(await measurePicture(path), format).toMatchObject({ width: 9, height: 7 })
    }
  })

  test('of more pixels than anybody’s camera has is not decoded', async () => {
    const path = join(folder, 'a.png')
    const wide = { width: 16_000, height: 5_000, channels: 3, background: '#000000' } as const
    writeFileSync(path, await sharp({ create: wide }).png().toBuffer())
    await expect(measurePicture(path)).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })
})
