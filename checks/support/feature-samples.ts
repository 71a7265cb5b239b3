import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { Random } from '../../native/trainer/random.ts'

/** Two seconds of a sweep, a beating tone and noise, 16 kHz, 16 bit. */
export async function writeRecording(path: string): Promise<void> {
  const [rate, random] = [16_000, new Random('recording')]
  const samples = Int16Array.from({ length: 2 * rate + 137 }, (_, i) => {
    const t = i / rate
    const value =
      0.4 * Math.sin(2 * Math.PI * (200 * t + 300 * t * t)) +
      (Math.sin(6 * Math.PI * t) > 0 ? 0.2 * Math.sin(3600 * Math.PI * t) : 0) +
      0.1 * (random.unit() - 0.5)
    return Math.round(value * 26_000)
  })
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.byteLength, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(2 * rate, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.byteLength, 40)
  await writeFile(path, Buffer.concat([head, new Uint8Array(samples.buffer)]))
}

/** 96 × 128 pixels with disks of many sizes, bars, dark lines, a slope and noise. */
export async function writePicture(path: string): Promise<void> {
  const [rows, columns, random] = [96, 128, new Random('picture')]
  const rgb = new Uint8Array(rows * columns * 3)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let value = 60 + column / 4 + 12 * random.unit()
      for (const [r, c, radius, light] of [
        [24, 24, 6, 150],
        [60, 40, 12, 110],
        [30, 90, 3, 160],
        [75, 100, 9, -50],
      ] as const)
        if ((row - r) ** 2 + (column - c) ** 2 < radius ** 2) value += light
      if (Math.abs(row - column * 0.7) < 1.2) value -= 40
      if (row > 40 && row < 52 && column > 70 && column < 110) value += 70
      for (let channel = 0; channel < 3; channel++)
        rgb[(row * columns + column) * 3 + channel] = Math.max(0, Math.min(255, value + 8 * channel))
    }
  await sharp(rgb, { raw: { width: columns, height: rows, channels: 3 } })
    .png()
    .toFile(path)
}
