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
  const from = behindId3(bytes)
  const starts = (text: string): boolean => bytes.toString('latin1', from, from + text.length) === text
  const plain = starts('RIFF')
    ? plainWav(bytes.subarray(from))
    : starts('fLaC')
      ? plainFlac(bytes.subarray(from))
      : isMpegFrame(bytes, from)
        ? plainMp3(bytes, from)
        : null
  return plain && { extension: starts('RIFF') ? '.wav' : starts('fLaC') ? '.flac' : '.mp3', bytes: plain }
}

/** ID3v2 tags (id3.org) stand before any kind of sound. */
function behindId3(bytes: Buffer): number {
  let from = 0
  while (bytes.length - from >= 10 && bytes.toString('latin1', from, from + 3) === 'ID3') {
    // Sizes have seven bits a byte; a footer is announced by a flag.
    const size = bytes.subarray(from + 6, from + 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)
    from += 10 + size + (bytes[from + 5]! & 0x10 ? 10 : 0)
  }
  return from
}

/** Eleven bits that are set, and a layer (ISO/IEC 11172-3). */
const isMpegFrame = (bytes: Buffer, at: number): boolean =>
  at + 4 <= bytes.length && bytes[at] === 0xff && (bytes[at + 1]! & 0xe0) === 0xe0 && (bytes[at + 1]! & 0x06) !== 0

/** Of RIFF's chunks only those that make the sound. */
function plainWav(bytes: Buffer): Buffer | null {
  if (bytes.length < 12 || bytes.toString('latin1', 8, 12) !== 'WAVE') return null
  const kept: Buffer[] = []
  for (let at = 12; at + 8 <= bytes.length;) {
    const [name, length] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)]
    // A recorder that was cut off leaves the length of its last chunk open.
    const end = Math.min(bytes.length, at + 8 + length)
    if (name === 'fmt ' || name === 'data' || name === 'fact') {
      const chunk = Buffer.from(bytes.subarray(at, end))
      chunk.writeUInt32LE(end - at - 8, 4)
      kept.push(chunk, Buffer.alloc((end - at) % 2))
    }
    at = end + ((end - at) % 2)
  }
  const header = Buffer.from(bytes.subarray(0, 12))
  header.writeUInt32LE(4 + kept.reduce((sum, chunk) => sum + chunk.length, 0), 4)
  return Buffer.concat([header, ...kept])
}

/** APEv2 (wiki.hydrogenaud.io) and ID3v1 stand behind the frames. */
function plainMp3(bytes: Buffer, from: number): Buffer | null {
  let to = bytes.length
  for (let shorter = true; shorter;) {
    shorter = false
    if (to - from >= 128 && bytes.toString('latin1', to - 128, to - 125) === 'TAG') [to, shorter] = [to - 128, true]
    if (to - from >= 32 && bytes.toString('latin1', to - 32, to - 24) === 'APETAGEX') {
      const size = bytes.readUInt32LE(to - 20) + (bytes.readUInt32LE(to - 12) & 0x80000000 ? 32 : 0)
      if (size < 32 || size > to - from) return null
      ;[to, shorter] = [to - size, true]
    }
  }
  return to > from ? bytes.subarray(from, to) : null
}

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
  if (kept.length === 0) return null
  kept.at(-1)![0]! |= 0x80
  return Buffer.concat([bytes.subarray(0, 4), ...kept, bytes.subarray(at)])
}
