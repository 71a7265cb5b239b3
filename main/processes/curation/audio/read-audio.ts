import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import decode from '@audio/decode'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'

const MOST_BYTES = 512 * 2 ** 20

/** One channel: the mean of all that a recording has. @throws HearthError DATASET_BROKEN */
export async function readAudio(path: string): Promise<{ samples: Float64Array; rate: number; seconds: number }> {
  const file = basename(path)
  const { size } = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  if (size > MOST_BYTES) throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes; cut it into parts of ${MOST_BYTES} at most`, { file })
  const decoded = await decode(await readFile(path)).catch((error: unknown) => {
    throw new HearthError('DATASET_BROKEN', `${file} cannot be read as a recording: ${messageOf(error)}`, { file }, { cause: error })
  })
  const { channelData, sampleRate } = decoded
  const length = channelData[0]?.length ?? 0
  if (length === 0 || !(sampleRate > 0)) throw new HearthError('DATASET_BROKEN', `${file} holds no sound`, { file })
  const samples = new Float64Array(length)
  for (const channel of channelData) {
    // The decoder widens positive 16-bit samples by 32768 / 32767; everybody else divides both signs by 32768.
    const positive = channel.every((value) => value <= 0 || Math.abs(value * 32767 - Math.round(value * 32767)) < 2e-3) ? 32767 / 32768 : 1
    for (let i = 0; i < length; i++) samples[i]! += (channel[i]! * (channel[i]! > 0 ? positive : 1)) / channelData.length
  }
  return { samples, rate: sampleRate, seconds: length / sampleRate }
}
