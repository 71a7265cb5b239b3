import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { plainSound } from '../media/tags.ts'
import { decodeBounded } from './decode-bounded.ts'

const MOST_BYTES = 512 * 2 ** 20
/** Telephones have 8,000 samples a second and laboratories 384,000; anything else is a damaged header. */
const LEAST_RATE = 1000
const MOST_RATE = 768_000

export interface DecodedAudio {
  /** One array a channel, −1 to 1, all of one length. */
  readonly channels: readonly Float64Array[]
  /** Samples a second. */
  readonly rate: number
}

/** @throws HearthError DATASET_BROKEN where it is too long to be held */
export async function recordingBytes(path: string, file: string): Promise<Buffer> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  if (size > MOST_BYTES)
    throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes; cut it into parts of ${MOST_BYTES} at most`, {
      file,
    })
  return readFile(path)
}

/** @throws HearthError DATASET_BROKEN */
export async function decodeAudio(path: string): Promise<DecodedAudio> {
  const file = basename(path)
  return decodeBytes(await recordingBytes(path, file), file)
}

/** @param file its name, for whoever reads of a failure. @throws HearthError DATASET_BROKEN */
export async function decodeBytes(bytes: Buffer, file: string): Promise<DecodedAudio> {
  const broken = (why: string, cause?: unknown) =>
    new HearthError('DATASET_BROKEN', `${file} ${why}`, { file }, { cause })
  // Decoders stumble over tags where they do not expect them, and over lengths that were left open.
  const sound = plainSound(bytes)?.bytes ?? bytes
  const { channelData, sampleRate } = await decodeBounded(sound).catch((error: unknown) => {
    throw broken(`cannot be read as a recording: ${messageOf(error)}`, error)
  })
  const length = channelData[0]?.length ?? 0
  if (length === 0) throw broken('holds no sound')
  if (!(sampleRate >= LEAST_RATE && sampleRate <= MOST_RATE))
    throw broken(`says that it has ${sampleRate} samples a second`)
  const channels = channelData.map((channel) => {
    if (channel.length !== length) throw broken('has channels of different lengths')
    if (!channel.every(Number.isFinite)) throw broken('holds samples that are no numbers')
    // The decoder widens positive 16-bit samples by 32768 / 32767; everybody else divides both signs by 32768.
    const positive = channel.every((value) => value <= 0 || Math.abs(value * 32767 - Math.round(value * 32767)) < 2e-3)
      ? 32767 / 32768
      : 1
    return Float64Array.from(channel, (value) => value * (value > 0 ? positive : 1))
  })
  return { channels, rate: sampleRate }
}

/** One channel: the mean of all that a recording has. */
export function monoOf({ channels, rate }: DecodedAudio): { samples: Float64Array; rate: number; seconds: number } {
  const samples = new Float64Array(channels[0]!.length)
  for (const channel of channels) for (let i = 0; i < samples.length; i++) samples[i]! += channel[i]! / channels.length
  return { samples, rate, seconds: samples.length / rate }
}

/** @throws HearthError DATASET_BROKEN */
export const readAudio = async (path: string): Promise<ReturnType<typeof monoOf>> => monoOf(await decodeAudio(path))
