import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PowerSpectrum } from './audio/fft.ts'
import { mfcc } from './audio/mfcc.ts'
import { readAudio } from './audio/read-audio.ts'
import { blobsDoh, blobsLog } from './image/blobs.ts'
import { canny, sobel } from './image/edges.ts'
import { plane, readGrey } from './image/plane.ts'
import { frangi } from './image/ridges.ts'
import { imageFeatures } from '../../../common/model/data-names.ts'
import { featureOf } from './image/summary.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-features-'))
const png = join(folder, 'disk.png')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('recordings', () => {
  test('the spectrum of a tone is a line, and Parseval’s theorem holds', () => {
    const signal = Float64Array.from({ length: 64 }, (_, i) => Math.cos((2 * Math.PI * 5 * i) / 64) + 0.25)
    const power = new PowerSpectrum(64).of(signal)
    expect(power[5]).toBeCloseTo(32 ** 2, 9)
    expect(power[0]).toBeCloseTo(16 ** 2, 9)
    const total = power.reduce((sum, value, i) => sum + value * (i === 0 || i === 32 ? 1 : 2), 0)
    expect(total / 64).toBeCloseTo(
      signal.reduce((sum, value) => sum + value ** 2, 0),
      9,
    )
    expect(() => new PowerSpectrum(48)).toThrow(/power of two/)
  })

  // Values of sphinx_fe 0.8 and of librosa’s definition in numpy for the same samples; npm run check:features
  // compares whole recordings.
  const samples = Float64Array.from(
    { length: 1024 },
    (_, i) => Math.round(8000 * Math.sin(i / 7) + 4000 * Math.sin(i / 2.3)) / 32768,
  )
  test.each([
    [
      'sphinx',
      [
        9.48388, 1.66063, -0.07287, -0.16318, 0.17754, 0.49681, 0.21967, -0.4924, -1.12412, -1.17966, -0.72901,
        -0.23691, -0.13873,
      ],
    ],
    [
      'librosa',
      [
        -163.3135, 90.5941, -6.7909, 3.282, 14.8146, 20.6236, 5.7255, -15.274, -26.8499, -20.6889, -5.9092, 4.6955,
        4.8001,
      ],
    ],
  ] as const)('%s: the coefficients are those of the reference', (definition, reference) => {
    mfcc(samples, 16_000, definition)[0]!.forEach((value, i) =>
      expect(Math.abs(value - reference[i]!)).toBeLessThan(1e-4),
    )
  })

  test('silence and a recording shorter than a frame have finite coefficients, and noise is no recording', async () => {
    for (const definition of ['sphinx', 'librosa'] as const)
      for (const length of [1, 300, 2000])
        expect(mfcc(new Float64Array(length), 16_000, definition).flat().every(Number.isFinite)).toBe(true)
    writeFileSync(join(folder, 'noise.wav'), Buffer.from('this is no recording at all, whatever its name says'))
    await expect(readAudio(join(folder, 'noise.wav'))).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(readAudio(join(folder, 'nowhere.wav'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('images', () => {
  beforeAll(async () => {
    const grey = new Uint8Array(64 * 64).map((_, i) =>
      ((i % 64) - 30) ** 2 + (Math.floor(i / 64) - 20) ** 2 < 64 ? 230 : 20,
    )
    await sharp(grey, { raw: { width: 64, height: 64, channels: 1 } })
      .png()
      .toFile(png)
  })

  test('blobs are found where the disk is, and as large as it is', async () => {
    const image = await readGrey(png)
    for (const [find, radius] of [
      [blobsLog, Math.SQRT2],
      [blobsDoh, 1],
    ] as const) {
      const [blob, ...others] = find(image)
      expect(others).toHaveLength(0)
      expect(Math.abs(blob!.row - 20) + Math.abs(blob!.column - 30)).toBeLessThanOrEqual(2)
      expect(Math.abs(blob!.sigma * radius - 8)).toBeLessThan(3)
    }
  })

  test('edges lie on the rim, thin and closed; an even image has none', async () => {
    const image = await readGrey(png)
    const edges = [...canny(image).data].flatMap((value, at) =>
      value ? [Math.hypot((at % 64) - 30, Math.floor(at / 64) - 20)] : [],
    )
    expect(edges.length).toBeGreaterThan(40)
    expect(edges.every((radius) => radius > 6 && radius < 10)).toBe(true)
    const even = plane(16, 16, new Float64Array(256).fill(0.5))
    for (const response of [sobel(even), canny(even), frangi(even)])
      expect(response.data.every((value) => Math.abs(value) < 1e-12)).toBe(true)
  })

  test('every feature answers for a tiny image, and a text is no image', async () => {
    for (const kind of imageFeatures)
      expect(featureOf(plane(2, 3, Float64Array.of(0, 1, 0, 1, 0, 1)), kind)).toMatchObject({
        kind,
        rows: 2,
        columns: 3,
      })
    writeFileSync(join(folder, 'text.png'), 'not an image')
    await expect(readGrey(join(folder, 'text.png'))).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })
})
