import { getBOMEncoding, normalizeEncoding, TextDecoder as WebDecoder } from '@exodus/bytes/encoding.js'

/** Labels that say no more than that somebody did not know. */
const UNSAID = /^(?:us-ascii|ascii|ansi_x3\.4-1968|unknown(?:-8bit)?|x-unknown|default|none|7bit|8bit|binary)$/
/** Numbers of Windows' code pages and what the web calls them; those from 1250 to 1258 need no entry. */
const CODE_PAGES: Readonly<Record<string, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  1200: 'utf-16le',
  1201: 'utf-16be',
  10000: 'macintosh',
  10007: 'x-mac-cyrillic',
  20866: 'koi8-r',
  20932: 'euc-jp',
  21866: 'koi8-u',
  50220: 'iso-2022-jp',
  50221: 'iso-2022-jp',
  50222: 'iso-2022-jp',
  51932: 'euc-jp',
  51936: 'gbk',
  51949: 'euc-kr',
  54936: 'gb18030',
  65001: 'utf-8',
}
/** Names that mail has for what the web knows by another. */
const ALIASES: Readonly<Record<string, string>> = {
  ansi: 'windows-1252',
  'big5-hkscs': 'big5',
  'euc-cn': 'gbk',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  shiftjis: 'shift_jis',
  uhc: 'euc-kr',
}

/** The encoding of the WHATWG's Encoding standard that a label of mail means, or null. */
function encodingOf(label: string): string | null {
  const name = label.toLowerCase().replace(/^x-(?:ms-)?(?!mac|user|sjis|euc|gbk)/, '')
  const page = /^(?:cp|ms|ibm|windows|win|dos)[-_]?(\d{3,5})$/.exec(name)?.[1]
  const latin = /^(?:iso[-_ ]?)?8859[-_ ]?(\d{1,2})/.exec(name)?.[1]
  const candidates = [
    label,
    name,
    ALIASES[name.replaceAll('_', '-')],
    page && (CODE_PAGES[page] ?? isoPage(Number(page)) ?? `windows-${page}`),
    latin && `iso-8859-${latin}`,
    name.replaceAll('_', '-'),
    name.replaceAll(/[-_ ]/g, ''),
  ]
  for (const candidate of candidates) {
    const encoding = candidate ? normalizeEncoding(candidate) : null
    if (encoding) return encoding === 'replacement' ? null : encoding
  }
  return null
}

/** Windows numbers the parts of ISO 8859 too. */
const isoPage = (page: number): string | null => (page > 28_590 && page <= 28_606 ? `iso-8859-${page - 28_590}` : null)

const decoders = new Map<string, InstanceType<typeof WebDecoder>>()
function decodeAs(encoding: string, bytes: Uint8Array): string {
  const decoder = decoders.get(encoding) ?? new WebDecoder(encoding)
  decoders.set(encoding, decoder)
  return decoder.decode(bytes)
}

function asUtf8(bytes: Uint8Array): string | null {
  try {
    return new WebDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const JIS = Buffer.from('\x1b$', 'latin1')

/**
 * Text as a browser decodes it, by tables of our own: what Node's decoder makes of windows-1252 depends on its version.
 * Where no charset is said, it is UTF-8 if it can be and windows-1252 otherwise.
 * @returns null where a charset is said that nobody here knows
 */
export function decodeText(bytes: Buffer, label: string | null): string | null {
  const marked = getBOMEncoding(bytes)
  if (marked) return decodeAs(marked, bytes)
  if (label === null || UNSAID.test(label.toLowerCase()))
    return bytes.includes(JIS) ? decodeAs('iso-2022-jp', bytes) : (asUtf8(bytes) ?? decodeAs('windows-1252', bytes))
  const encoding = encodingOf(label)
  return encoding ? decodeAs(encoding, bytes) : isPlain(bytes, label) ? bytes.toString('latin1') : null
}

/** Under a name that nobody knows, letters of ASCII are themselves, but not where they stand for others (RFC 2152). */
const isPlain = (bytes: Buffer, label: string): boolean =>
  !/utf-?7|hz|2022|utf-?32|ucs-?4/i.test(label) && bytes.every((byte) => byte < 0x80)
