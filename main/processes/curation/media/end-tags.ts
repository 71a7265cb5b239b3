const latin1 = (bytes: Buffer, from: number, length: number): string =>
  from < 0 ? '' : bytes.toString('latin1', from, from + length)

/** A size of seven bits a byte (ID3v2, 3.1 and 6.2). */
const synchsafe = (bytes: Buffer, at: number): number =>
  bytes.subarray(at, at + 4).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)

/** Where an ID3v2 tag that begins at a place ends; the place itself where none does. */
export function behindId3(bytes: Buffer, at: number): number {
  if (bytes.length - at < 10 || latin1(bytes, at, 3) !== 'ID3') return at
  // A footer is announced by a flag.
  return at + 10 + synchsafe(bytes, at + 6) + (bytes[at + 5]! & 0x10 ? 10 : 0)
}

/** Fields of fixed width (id3.org/ID3v1), with those that some players added before them. */
function beforeId3v1(bytes: Buffer, to: number): number {
  if (latin1(bytes, to - 128, 3) !== 'TAG') return to
  return latin1(bytes, to - 355, 4) === 'TAG+' ? to - 355 : to - 128
}

/** wiki.hydrogenaud.io: a footer with the size of all but the header. */
function beforeApe(bytes: Buffer, to: number): number | null {
  if (latin1(bytes, to - 32, 8) !== 'APETAGEX') return to
  const size = bytes.readUInt32LE(to - 20) + (bytes.readUInt32LE(to - 12) & 0x80000000 ? 32 : 0)
  return size < 32 || size > to ? null : to - size
}

const LONGEST_LYRICS3V1 = 5200

/** id3.org/Lyrics3v2, and the first version, whose length nothing tells. */
function beforeLyrics3(bytes: Buffer, to: number): number {
  const [end, begin] = [latin1(bytes, to - 9, 9), 'LYRICSBEGIN']
  if (end === 'LYRICSEND') {
    const after = Math.max(0, to - LONGEST_LYRICS3V1)
    const at = bytes.subarray(after, to).lastIndexOf(begin, undefined, 'latin1')
    return at < 0 ? to : after + at
  }
  const size = latin1(bytes, to - 15, 6)
  if (end !== 'LYRICS200' || !/^\d{6}$/.test(size)) return to
  const from = to - 15 - Number(size)
  return latin1(bytes, from, begin.length) === begin ? from : to
}

/** An ID3v2 tag that stands at the end, with the footer that it should have, or without. */
function beforeId3v2(bytes: Buffer, to: number): number {
  if (latin1(bytes, to - 10, 3) === '3DI') {
    const from = to - 20 - synchsafe(bytes, to - 4)
    if (latin1(bytes, from, 3) === 'ID3') return from
  }
  const from = bytes.subarray(0, to).lastIndexOf('ID3', undefined, 'latin1')
  return from > 0 && behindId3(bytes, from) === to ? from : to
}

const MOST_TAGS = 16

/** Where the sound ends and tags begin, whichever they are; null where one is damaged, or they have no end. */
export function soundEnd(bytes: Buffer): number | null {
  let to = bytes.length
  for (let tags = 0; tags < MOST_TAGS; tags++) {
    const ape = beforeApe(bytes, beforeId3v1(bytes, to))
    if (ape === null) return null
    const next = beforeId3v2(bytes, beforeLyrics3(bytes, ape))
    if (next === to) return to
    to = next
  }
  return null
}
