import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { encodeWav } from '../../main/processes/curation/media/recording.ts'
import { Random } from '../../native/trainer/random.ts'

const RATE = 16_000

/** A picture of soft shapes and hard lines, different for each seed; its file says who made it and where. */
export async function writePhoto(
  path: string,
  seed: string,
  { width = 320, height = 240, blur = 0, brighter = 1 } = {},
): Promise<void> {
  const random = new Random(`photo ${seed}`)
  const pixels = Buffer.alloc(width * height * 3)
  const bands = Array.from({ length: 5 }, () => ({ x: random.unit() * 6, y: random.unit() * 6, at: random.unit() * 6 }))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wave = bands.reduce((sum, { x: a, y: b, at }) => sum + Math.sin((a * x) / 40 + (b * y) / 40 + at), 0)
      const line = (x + 2 * y) % 23 === 0 ? 60 : 0
      for (let c = 0; c < 3; c++)
        pixels[(y * width + x) * 3 + c] = Math.max(
          0,
          Math.min(255, Math.round(brighter * (120 + 22 * wave + line - 8 * c))),
        )
    }
  let image = sharp(pixels, { raw: { width, height, channels: 3 } })
  if (blur > 0) image = image.blur(blur)
  await image
    .withExif({
      IFD0: { Artist: 'Anna Berger', Make: 'Testcam' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '52/1 31/1 12/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '13/1 24/1 18/1',
      },
    })
    .toFile(path)
}

/** Speech-like sound: a glottal pulse train through three resonances that move from vowel to vowel, with pauses. */
export function speech(
  { pitch, tract }: { readonly pitch: number; readonly tract: number },
  seed: string,
  seconds: number,
): Float64Array {
  const random = new Random(`speech ${seed}`)
  const samples = new Float64Array(Math.round(seconds * RATE))
  const vowels = [
    [730, 1090, 2440],
    [270, 2290, 3010],
    [300, 870, 2240],
    [530, 1840, 2480],
    [570, 840, 2410],
  ] as const
  for (let from = 0; from < samples.length;) {
    const [length, pause] = [Math.round((0.12 + 0.15 * random.unit()) * RATE), Math.round(0.05 * RATE * random.unit())]
    const formants = vowels[random.below(vowels.length)]!.map((hertz) => hertz * tract)
    const states = formants.map(() => [0, 0] as [number, number])
    const period = RATE / (pitch * (0.95 + 0.1 * random.unit()))
    for (let i = 0, phase = 0; i < length && from + i < samples.length; i++) {
      phase += 1
      let value = random.normal() * 0.002
      if (phase >= period) [phase, value] = [phase - period, 1]
      for (const [k, hertz] of formants.entries()) {
        // A two-pole resonance of 90 hertz.
        const radius = Math.exp((-Math.PI * 90) / RATE)
        const [a, b] = states[k]!
        const next = value + 2 * radius * Math.cos((2 * Math.PI * hertz) / RATE) * a - radius * radius * b
        states[k] = [next, a]
        value = next * (1 - radius)
      }
      samples[from + i] = value
    }
    from += length + pause
  }
  const most = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)
  return samples.map((sample, i) => (0.5 * sample) / most + 0.0005 * Math.sin(i * 1.7))
}

/** A WAVE file; `said` stands in a chunk beside the sound, as recorders write titles and places. */
export async function writeRecordingOf(path: string, samples: Float64Array, said: string | null = null): Promise<void> {
  const wav = encodeWav({ channels: [samples], rate: RATE })
  if (said === null) return writeFile(path, wav)
  const text = Buffer.from(said.padEnd(said.length + (said.length % 2)), 'latin1')
  const list = Buffer.concat([Buffer.from('LIST'), Buffer.alloc(4), Buffer.from('INFOICMT'), Buffer.alloc(4), text])
  list.writeUInt32LE(list.length - 8, 4)
  list.writeUInt32LE(text.length, 16)
  const whole = Buffer.concat([wav, list])
  whole.writeUInt32LE(whole.length - 8, 4)
  await writeFile(path, whole)
}
