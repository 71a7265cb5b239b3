import type { RecordingFacts } from '../../../../common/model/collection.ts'
import { decodeBytes, monoOf, recordingBytes, type DecodedAudio } from '../audio/read-audio.ts'
import { rounded } from './rounded.ts'
import { plainSound, type PlainSound } from './tags.ts'

const FRAME_SECONDS = 0.025
const STEPS = 64
/** What a converter with 16 bits cannot go beyond. */
const LIMIT = 0.999
const RUN = 3
/** 40 decibels below, in power. */
const SILENCE = 1e-4

/** Figures of a recording, as `RecordingFacts` defines them. */
export function measureRecording(decoded: DecodedAudio): RecordingFacts {
  const { samples, rate, seconds } = monoOf(decoded)
  const frames = framePowers(samples, Math.max(1, Math.round(FRAME_SECONDS * rate)))
  const sorted = frames.toSorted()
  const [quiet, loud] = [0.1, 0.9].map((share) => sorted[Math.floor(share * (sorted.length - 1))]!) as [number, number]
  return {
    seconds: rounded(seconds),
    rate,
    range: quiet > 0 ? rounded(10 * Math.log10(loud / quiet)) : null,
    clipped: rounded(clippedShare(decoded)),
    silent:
      loud === 0
        ? 1
        : rounded(frames.reduce((count, power) => count + Number(power <= loud * SILENCE), 0) / frames.length),
    envelope: envelope(samples),
  }
}

function framePowers(samples: Float64Array, size: number): Float64Array {
  const count = Math.max(1, Math.floor(samples.length / size))
  return Float64Array.from({ length: count }, (_, frame) => {
    let power = 0
    for (let i = frame * size; i < Math.min(samples.length, (frame + 1) * size); i++) power += samples[i]! ** 2
    return power / size
  })
}

function clippedShare({ channels }: DecodedAudio): number {
  let [clipped, all] = [0, 0]
  for (const channel of channels) {
    let run = 0
    for (let i = 0; i <= channel.length; i++) {
      if (i < channel.length && Math.abs(channel[i]!) >= LIMIT) run++
      else {
        if (run >= RUN) clipped += run
        run = 0
      }
    }
    all += channel.length
  }
  return clipped / all
}

/** The loudest sample of each step, against the loudest of all. */
function envelope(samples: Float64Array): number[] {
  const peaks = Array.from({ length: STEPS }, (_, step) => {
    let peak = 0
    for (
      let i = Math.floor((step * samples.length) / STEPS);
      i < Math.floor(((step + 1) * samples.length) / STEPS);
      i++
    )
      peak = Math.max(peak, Math.abs(samples[i]!))
    return peak
  })
  const most = Math.max(...peaks)
  return peaks.map((peak) => (most === 0 ? 0 : Math.round((100 * peak) / most)))
}

/**
 * A recording with nothing beside the sound, and what it is then: its own bytes where they can be freed of all else,
 * and the sound without loss otherwise.
 * @param file its name, for whoever reads of a failure
 * @throws HearthError DATASET_BROKEN
 */
export async function freed(path: string, file: string): Promise<PlainSound & { readonly decoded: DecodedAudio }> {
  const bytes = await recordingBytes(path, file)
  const plain = plainSound(bytes) ?? { extension: '.wav', bytes: encodeWav(await decodeBytes(bytes, file)) }
  return { ...plain, decoded: await decodeBytes(plain.bytes, file) }
}

/**
 * RIFF WAVE with 16-bit samples (Multimedia Programming Interface and Data Specifications 1.0, Microsoft and IBM 1991).
 */
export function encodeWav({ channels, rate }: DecodedAudio): Buffer {
  const [count, frame] = [channels[0]!.length, 2 * channels.length]
  const wav = Buffer.alloc(44 + count * frame)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8, 'latin1')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(channels.length, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * frame, 28)
  wav.writeUInt16LE(frame, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(count * frame, 40)
  for (const [c, channel] of channels.entries())
    for (let i = 0; i < count; i++)
      wav.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(channel[i]! * 32768))), 44 + i * frame + 2 * c)
  return wav
}
