import { behindId3, soundEnd } from './end-tags.ts'
import { areFlacFrames } from './flac-frames.ts'
import { mpegFrames } from './mp3-frames.ts'
import { wavSound } from './wav-chunks.ts'

/** A recording's own bytes with nothing but its sound. */
export interface PlainSound {
  readonly extension: '.wav' | '.mp3' | '.flac'
  readonly bytes: Buffer
}

/**
 * Takes off what a recording says beside its sound: titles, names, places, pictures, software. What it is, its first
 * bytes say and not its name. Null where it is of another kind, or so damaged that something might stay.
 */
export function plainSound(bytes: Buffer): PlainSound | null {
  let from = 0
  for (let next = behindId3(bytes, from); next > from; next = behindId3(bytes, from)) from = next
  const starts = (...magics: string[]): boolean => magics.includes(bytes.toString('latin1', from, from + 4))
  const rest = bytes.subarray(from)
  if (starts('RIFF', 'RF64', 'BW64')) return named('.wav', wavSound(rest))
  const to = soundEnd(rest)
  if (to === null) return null
  const sound = rest.subarray(0, to)
  return starts('fLaC') ? named('.flac', plainFlac(sound)) : named('.mp3', mpegFrames(sound))
}

const named = (extension: PlainSound['extension'], bytes: Buffer | null): PlainSound | null =>
  bytes && { extension, bytes }

const STREAMINFO = 0
const SEEKTABLE = 3

/** Of FLAC's metadata blocks (RFC 9639, section 8) only those that players need. */
function plainFlac(bytes: Buffer): Buffer | null {
  const kept: Buffer[] = []
  let at = 4
  for (let last = false; !last;) {
    if (at + 4 > bytes.length) return null
    const [first, length] = [bytes[at]!, bytes.readUIntBE(at + 1, 3)]
    if (at + 4 + length > bytes.length) return null
    const type = first & 0x7f
    if (type === STREAMINFO || type === SEEKTABLE) {
      const block = Buffer.from(bytes.subarray(at, at + 4 + length))
      block[0] = type
      kept.push(block)
    }
    last = (first & 0x80) !== 0
    at += 4 + length
  }
  // Decoders pass over a note behind the last frame; it would leave with the sound.
  if (kept.length === 0 || !areFlacFrames(bytes.subarray(at))) return null
  kept.at(-1)![0]! |= 0x80
  return Buffer.concat([bytes.subarray(0, 4), ...kept, bytes.subarray(at)])
}
