import { soundEnd } from './end-tags.ts'

/** What a file of unknown length has in place of one. */
const OPEN = 0xffffffff
const NAMES: ReadonlySet<string> = new Set(['fmt ', 'fact', 'data'])

const nameAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + 4)

/** Whether chunks stand one behind the other from a place to the end, as they do behind an empty one. */
function areChunks(bytes: Buffer, from: number): boolean {
  let at = from
  while (at + 8 <= bytes.length && /^[A-Za-z0-9 _]{4}$/.test(nameAt(bytes, at))) {
    const length = bytes.readUInt32LE(at + 4)
    at += 8 + length + (length % 2)
  }
  return at >= bytes.length && at <= bytes.length + 1
}

/**
 * Of the chunks of a RIFF WAVE file, or an RF64 one (EBU Tech 3306), only those that make the sound, with their true
 * lengths. A recorder that was cut off, and one that writes into a pipe, leave the length of the sound open.
 * @returns null where no sound is to be found
 */
export function wavSound(bytes: Buffer): Buffer | null {
  if (bytes.length < 12 || nameAt(bytes, 8) !== 'WAVE') return null
  const found = new Map<string, Buffer>()
  let long: number | null = null
  for (let at = 12; at + 8 <= bytes.length && !found.has('data');) {
    const [name, said] = [nameAt(bytes, at), bytes.readUInt32LE(at + 4)]
    const from = at + 8
    const isOpen = name === 'data' && (said === OPEN || (said === 0 && !areChunks(bytes, from)))
    const length = isOpen ? (long ?? (soundEnd(bytes) ?? bytes.length) - from) : said
    const end = Math.min(bytes.length, from + length)
    if (name === 'ds64' && said >= 24) long = Number(bytes.readBigUInt64LE(from + 8))
    if (NAMES.has(name) && !found.has(name)) found.set(name, bytes.subarray(from, end))
    // Some programs leave out the byte that makes a length even.
    at = end + ((end - from) % 2 && !NAMES.has(nameAt(bytes, end)) ? 1 : 0)
  }
  if (!found.has('fmt ') || !found.has('data')) return null
  const chunks = [...found].flatMap(([name, content]) => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32LE(content.length, 4)
    return [head, content, Buffer.alloc(content.length % 2)]
  })
  const header = Buffer.from('RIFF    WAVE', 'latin1')
  header.writeUInt32LE(4 + chunks.reduce((sum, chunk) => sum + chunk.length, 0), 4)
  return Buffer.concat([header, ...chunks])
}
