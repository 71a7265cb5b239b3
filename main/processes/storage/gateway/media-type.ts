import { lookup } from 'mrmime'

/** How far a file is looked into. */
export const SNIFFED_BYTES = 3072
const OCTETS = 'application/octet-stream'
const signatures: readonly (readonly [string, number, string])[] = [
  ['\x89PNG\r\n\x1a\n', 0, 'image/png'],
  ['\xff\xd8\xff', 0, 'image/jpeg'],
  ['GIF8', 0, 'image/gif'],
  ['WEBP', 8, 'image/webp'],
  ['ftypavif', 4, 'image/avif'],
  ['ftyp', 4, 'video/mp4'],
  ['\x1aE\xdf\xa3', 0, 'video/webm'],
  ['OggS', 0, 'application/ogg'],
  ['fLaC', 0, 'audio/flac'],
  ['ID3', 0, 'audio/mpeg'],
  ['WAVE', 8, 'audio/wav'],
  ['%PDF-', 0, 'application/pdf'],
  ['PK\x03\x04', 0, 'application/zip'],
  ['\x1f\x8b', 0, 'application/gzip'],
  ['PAR1', 0, 'application/vnd.apache.parquet'],
]

/**
 * The type of a file by its name, or else by how it begins. Browsers are told not to guess, so text says its charset
 * where it is UTF-8, and says none where it is not.
 * @param head its first bytes, or null where they were not looked at
 */
export function mediaType(name: string, head: Uint8Array | null): string {
  const known = /\.[^./]+$/.test(name) ? lookup(name) : undefined
  if (known) return known.startsWith('text/') && head !== null && isText(head) ? `${known}; charset=utf-8` : known
  if (head === null) return OCTETS
  const text = Buffer.from(head.subarray(0, 32)).toString('latin1')
  const [, , type] = signatures.find(([mark, at]) => text.startsWith(mark, at)) ?? []
  if (type) return type
  if (!isText(head)) return OCTETS
  return /^\s*<(?:!doctype html|html)[\s>]/i.test(Buffer.from(head.subarray(0, 256)).toString('latin1'))
    ? 'text/html; charset=utf-8'
    : 'text/plain; charset=utf-8'
}

/** Whether only the name says too little of a file, so that its beginning is wanted. */
export const needsHead = (name: string): boolean => {
  const known = /\.[^./]+$/.test(name) ? lookup(name) : undefined
  return known === undefined || known.startsWith('text/')
}

function isText(head: Uint8Array): boolean {
  if (head.includes(0)) return false
  try {
    // A letter may be cut where the look ends, not where the file does.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: head.length >= SNIFFED_BYTES })
    return true
  } catch {
    return false
  }
}
