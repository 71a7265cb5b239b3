import { HearthError } from '../../../../common/errors/index.ts'

const damaged = (what: string): HearthError => new HearthError('DATASET_BROKEN', `a recording is damaged: ${what}`)

/** A recording's bytes without what they say beside the sound: titles, names, places, pictures, software. @throws HearthError DATASET_BROKEN */
export function withoutTags(bytes: Buffer, format: 'wav' | 'mp3' | 'flac'): Buffer {
  switch (format) {
    case 'wav':
      return plainWav(bytes)
    case 'mp3':
      return plainMp3(bytes)
    case 'flac':
      return plainFlac(bytes)
  }
}

/** Of RIFF's chunks only those that make the sound. */
function plainWav(bytes: Buffer): Buffer {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') throw damaged('it does not begin as a WAVE file does')
  const kept: Buffer[] = []
  for (let at = 12; at + 8 <= bytes.length; ) {
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

/** ID3v2 and APEv2 before and behind the frames (id3.org, wiki.hydrogenaud.io), ID3v1 at the end. */
function plainMp3(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length]
  while (to - from >= 10 && bytes.toString('latin1', from, from + 3) === 'ID3') {
    // Sizes have seven bits a byte; a footer is announced by a flag.
    const size = bytes.subarray(from + 6, from + 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)
    from += 10 + size + (bytes[from + 5]! & 0x10 ? 10 : 0)
  }
  if (from > to) throw damaged('its tag is longer than the file')
  for (let shorter = true; shorter; ) {
    shorter = false
    if (to - from >= 128 && bytes.toString('latin1', to - 128, to - 125) === 'TAG') [to, shorter] = [to - 128, true]
    if (to - from >= 32 && bytes.toString('latin1', to - 32, to - 24) === 'APETAGEX') {
      const size = bytes.readUInt32LE(to - 20) + (bytes.readUInt32LE(to - 12) & 0x80000000 ? 32 : 0)
      if (size > to - from) throw damaged('its tag is longer than the file')
      ;[to, shorter] = [to - size, true]
    }
  }
  if (to === from) throw damaged('there is nothing in it but tags')
  return bytes.subarray(from, to)
}

const STREAMINFO = 0
const SEEKTABLE = 3

/** Of FLAC's metadata blocks (RFC 9639, section 8) only those that players need. */
function plainFlac(bytes: Buffer): Buffer {
  const start = bytes.indexOf('fLaC', 0, 'latin1')
  if (start < 0) throw damaged('it does not begin as a FLAC file does')
  const kept: Buffer[] = []
  let at = start + 4
  for (let last = false; ; ) {
    if (last) {
      kept.at(-1)![0]! |= 0x80
      return Buffer.concat([Buffer.from('fLaC', 'latin1'), ...kept, bytes.subarray(at)])
    }
    if (at + 4 > bytes.length) throw damaged('it ends within its metadata')
    const [first, length] = [bytes[at]!, bytes.readUIntBE(at + 1, 3)]
    if (at + 4 + length > bytes.length) throw damaged('it ends within its metadata')
    const type = first & 0x7f
    if (type === STREAMINFO || type === SEEKTABLE) {
      const block = Buffer.from(bytes.subarray(at, at + 4 + length))
      block[0] = type
      kept.push(block)
    }
    last = (first & 0x80) !== 0
    at += 4 + length
    if (last && kept.length === 0) throw damaged('it does not say how it was recorded')
  }
}
