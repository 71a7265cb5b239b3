import decode, { type AudioData } from '@audio/decode'

/** Of all channels together: an hour and a half of speech, or three quarters of an hour of music in stereo. */
export const MOST_SAMPLES = 2 ** 28
/** Of what a decoder gets at once. Silence grows a hundred thousandfold in FLAC, so that more could not be held. */
const PIECE = 4096
/** What a frame of AAC holds, and its usual channels. */
const MP4_FRAME_SAMPLES = 2 * 1024

type Kind = 'wav' | 'mp3' | 'flac' | 'opus' | 'oga' | 'm4a' | 'aac'

/** What a recording is, by its bytes: what else the library could play, such as scores of trackers, is none. */
function kindOf(bytes: Buffer): Kind | null {
  const at = (from: number, to: number): string => bytes.toString('latin1', from, to)
  if (['RIFF', 'RF64', 'BW64'].includes(at(0, 4))) return 'wav'
  if (at(0, 4) === 'fLaC') return 'flac'
  if (at(0, 4) === 'OggS') return oggKind(at(0, 128))
  if (at(4, 8) === 'ftyp') return 'm4a'
  const [first = 0, second = 0] = bytes
  if (first === 0xff && (second & 0xf6) === 0xf0) return 'aac'
  return at(0, 3) === 'ID3' || (first === 0xff && (second & 0xe0) === 0xe0) ? 'mp3' : null
}

const oggKind = (head: string): Kind =>
  head.includes('OpusHead') ? 'opus' : head.includes('\x7fFLAC') ? 'flac' : 'oga'

/** Samples that an MP4's tables claim; its tables may stand last, so it is decoded in one piece. */
function mp4Samples(bytes: Buffer): number {
  let frames = 0
  for (let at = bytes.indexOf('stsz'); at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf('stsz', at + 4))
    frames += bytes.readUInt32BE(at + 12)
  for (let at = bytes.indexOf('trun'); at >= 0 && at + 12 <= bytes.length; at = bytes.indexOf('trun', at + 4))
    frames += bytes.readUInt32BE(at + 8)
  return frames * MP4_FRAME_SAMPLES
}

const tooLong = (most: number): Error => new Error(`it holds more than ${most} samples; cut it into parts`)

/**
 * Decodes a recording piece by piece, and stops where it grows beyond what can be held.
 * @throws Error where it is of no kind that is known, damaged or too long
 */
export async function decodeBounded(bytes: Buffer, most = MOST_SAMPLES): Promise<AudioData> {
  const kind = kindOf(bytes)
  if (kind === null) throw new Error('it is of no kind that is known')
  if (kind === 'm4a' && mp4Samples(bytes) > most) throw tooLong(most)
  const piece = kind === 'm4a' ? bytes.length : PIECE
  const decoder = await decode[kind]()
  const parts: AudioData[] = []
  let samples = 0
  const take = (part: AudioData): void => {
    const [first] = part.channelData
    if (!first) return
    samples += first.length * part.channelData.length
    if (samples > most) throw tooLong(most)
    parts.push(part)
  }
  try {
    for (let at = 0; at < bytes.length; at += piece) take(await decoder(bytes.subarray(at, at + piece)))
    take(await decoder())
  } catch (error) {
    decoder.free()
    throw error
  }
  return joined(parts)
}

/** One array a channel. What seemed to have one channel at first has it in all that are found later. */
function joined(parts: readonly AudioData[]): AudioData {
  const count = Math.max(0, ...parts.map(({ channelData }) => channelData.length))
  const length = parts.reduce((sum, { channelData: [first] }) => sum + (first?.length ?? 0), 0)
  const channelData = Array.from({ length: count }, (_, channel) => {
    const whole = new Float32Array(length)
    let at = 0
    for (const part of parts) {
      const own = part.channelData[channel % part.channelData.length]
      if (own) whole.set(own, at)
      at += own?.length ?? 0
    }
    return whole
  })
  return { channelData, sampleRate: parts[0]?.sampleRate ?? 0 }
}
