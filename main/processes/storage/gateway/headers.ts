/** As Go's net/url writes a segment of a path, which other gateways send. */
const pathEscaped = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(?:24|26|2B|3A|3D|40)/g, decodeURIComponent)
/** RFC 8187: what may stand unencoded after UTF-8''. */
const extended = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)

/** A name that a browser saves under, in any script (RFC 6266). */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const whole = name.toWellFormed()
  // A character is one mark, also where it takes two units of UTF-16.
  const ascii = whole.replace(/[\u{80}-\u{10ffff}]/gu, '_')
  return `${type}; filename="${pathEscaped(ascii)}"; filename*=UTF-8''${extended(whole)}`
}

/** A path as a header's value: its UTF-8 bytes, as other gateways send them, and no control character. */
export function pathHeader(path: string): string {
  const safe = path.toWellFormed().replace(/\p{Cc}/gu, (it) => encodeURIComponent(it))
  return Buffer.from(safe, 'utf8').toString('latin1')
}

/** A path for a link or a Location: each name percent-encoded. */
export const pathUrl = (...names: readonly string[]): string =>
  names.map((name) => `/${pathEscaped(name.toWellFormed())}`).join('')
