import { behindId3 } from './end-tags.ts'

/** Kilobits a second by version, layer and index (ISO/IEC 11172-3, 2.4.2.3 and 13818-3, 2.4.2.3). */
const RATES = {
  '1 1': [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1 2': [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1 3': [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2 1': [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2 2': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2 3': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const
const SAMPLES_A_SECOND = [44_100, 48_000, 32_000]
/** By the two bits of the version: 2.5, none, 2, 1. */
const SLOWER = [4, 0, 2, 1]
const I = 0x49
const TAGS = ['ID3', 'TAG', 'APETAGEX', 'LYRICSBEGIN']

interface Frame {
  readonly length: number
  /** Version, layer and samples a second: frames of one stream have it in common. */
  readonly kind: number
}

function frameAt(bytes: Buffer, at: number): Frame | null {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return null
  const [second, third] = [bytes[at + 1]!, bytes[at + 2]!]
  const slower = SLOWER[(second >> 3) & 3]
  const layer = 4 - ((second >> 1) & 3)
  if (!slower || layer === 4) return null
  const rate = RATES[`${slower === 1 ? 1 : 2} ${layer as 1 | 2 | 3}`][(third >> 4) - 1]
  const samples = SAMPLES_A_SECOND[(third >> 2) & 3]
  if (rate === undefined || samples === undefined) return null
  const padding = (third >> 1) & 1
  const slots = (rate * 1000 * slower) / samples
  const length =
    layer === 1
      ? 4 * (Math.floor(12 * slots) + padding)
      : Math.floor((layer === 3 && slower > 1 ? 72 : 144) * slots) + padding
  return { length, kind: (second & 0x1e) * 4 + ((third >> 2) & 3) }
}

const beginsTag = (bytes: Buffer, at: number): boolean =>
  TAGS.some((tag) => bytes.toString('latin1', at, at + tag.length) === tag)

/** A frame is one where another of its kind follows, or the end: two bytes alone may stand in a picture. */
function isFollowed(bytes: Buffer, at: number, { length, kind }: Frame): boolean {
  const next = at + length
  return next === bytes.length || frameAt(bytes, next)?.kind === kind || (next < bytes.length && beginsTag(bytes, next))
}

/**
 * The frames of an MPEG audio stream one after the other, without whatever stands before, between and behind them: tags
 * of a title that was joined to it, lyrics, pictures.
 * @returns null where so much stands there that frames may be lost
 */
export function mpegFrames(bytes: Buffer): Buffer | null {
  const kept: Buffer[] = []
  const most = bytes.length / 10 + 4096
  let [strange, begun, at] = [0, 0, 0]
  const end = (): void => void (at > begun && kept.push(bytes.subarray(begun, at)))
  while (at < bytes.length && strange <= most) {
    const frame = frameAt(bytes, at)
    if (frame && isFollowed(bytes, at, frame)) {
      at += frame.length
      continue
    }
    end()
    const tagged = bytes[at] === I ? behindId3(bytes, at) : at
    const isTag = tagged > at && tagged <= bytes.length
    strange += isTag ? 0 : 1
    at = begun = isTag ? tagged : at + 1
  }
  end()
  const sound = Buffer.concat(kept)
  return sound.length === 0 || strange > most ? null : sound
}
