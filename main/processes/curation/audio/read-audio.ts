import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import decode from '@audio/decode'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'

const MOST_BYTES = 512 * 2 ** 20

export interface DecodedAudio {
  /** One array a channel, −1 to 1, all of one length. */
  readonly channels: readonly Float64Array[]
  /** Samples a second. */
  readonly rate: number
}

/** @throws HearthError DATASET_BROKEN */
export async function decodeAudio(path: string): Promise<DecodedAudio> {
  const file = basename(path)
  const { size } = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  if (size > MOST_BYTES)
    throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes; cut it into parts of ${MOST_BYTES} at most`, {
      file,
    })
  const { channelData, sampleRate } = await decode(await readFile(path)).catch((error: unknown) => {
    throw new HearthError(
      'DATASET_BROKEN',
      `${file} cannot be read as a recording: ${messageOf(error)}`,
      { file },
      { cause: error },
    )
  })
  if ((channelData[0]?.length ?? 0) === 0 || !(sampleRate > 0))
    throw new HearthError('DATASET_BROKEN', `${file} holds no sound`, { file })
  const channels = channelData.map((channel) => {
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
