import { homedir } from 'node:os'

const secretKey =
  /^(passphrase|password|mnemonic|words|entropy|seed|privateKey|secret|token|prompt|text|rows|keystore|authorization)$/i
const hex64 = /\b0x[0-9a-f]{128,}\b/gi
const tokenInUrl = /(token[=.])[\w-]+/gi
const authorization = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi
/** `user:password@`, where no scheme stands before it. */
const userInfo = /[^\s"'`<>/@:]{1,200}:[^\s"'`<>/@]{1,200}@(?=[\w[])/g
/** A password may hold a quote, so what an @ ends belongs to it as well. */
const url = /\b([a-z][a-z0-9+.-]{1,30}):\/\/((?:\S{0,300}@)?[^\s"`<>]*)/gi
/** As a setting has it: to its end, whatever signs its password holds. */
const wholeUrl = /^([a-z][a-z0-9+.-]{1,30}):\/\/(\S*)$/i
const cutUrl = /[a-z0-9+.-]{0,31}:\/\/[^\s"`<>]*$/i
const host = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i
/** The longest label of a host that is taken for a name although it has digits. */
const LONGEST_NAME = 20
/** Of our own program, in stacks; whoever runs it has them. */
const ownSchemes: ReadonlySet<string> = new Set(['file', 'node', 'app'])

/** A copy of a log field in which nothing secret or personal is left. */
export function redact(value: unknown, key = '', depth = 0): unknown {
  if (secretKey.test(key) && value !== undefined && value !== null) return '[redacted]'
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error)
    return {
      name: value.name,
      message: redactText(value.message),
      code: (value as { code?: unknown }).code,
      stack: redactText(value.stack ?? ''),
      cause: depth < 3 && value.cause ? redact(value.cause, '', depth + 1) : undefined,
    }
  if (depth > 5) return '[deep]'
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redact(item, '', depth + 1))
  if (value && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [redactText(name), redact(item, name, depth + 1)]),
    )
  return value
}

/**
 * What may be shown of a URL after its scheme: the host. Its user, path, query and fragment may each be a key, and no
 * rule tells a key from a word.
 */
function placeOf(rest: string): string {
  const end = rest.search(/[/?#\\]/)
  const [authority, tail] = end < 0 ? [rest, ''] : [rest.slice(0, end), rest.slice(end)]
  const place = withoutEndMarks(authority.slice(authority.lastIndexOf('@') + 1))
  const labels = place.split('.').map((label) => (label.length > LONGEST_NAME && /\d/.test(label) ? '…' : label))
  const shown = host.test(place) && !tail.includes('@') ? labels.join('.') : '[redacted]'
  return tail.length > 1 ? `${shown}/…` : `${shown}${tail}`
}

/** Marks of the sentence that a URL stands in. */
function withoutEndMarks(text: string): string {
  let end = text.length
  while (end > 0 && ".,;:'’)]}".includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

const shortUrl = (whole: string, scheme: string, rest: string): string =>
  ownSchemes.has(scheme.toLowerCase()) ? whole : `${scheme}://${placeOf(rest)}`

/**
 * Hides the home folder, tokens, long hexadecimal strings (raw transactions, keys) and what URLs hold beyond their host
 * in free text.
 */
export function redactText(text: string): string {
  const home = homedir()
  // A URL that the cut goes through is dropped: half of it may hide where its password ends.
  const short = text.length > 4000 ? `${text.slice(0, 4000).replace(cutUrl, '')}…` : text
  return (home.length > 1 ? short.replaceAll(home, '~') : short)
    .replace(wholeUrl, shortUrl)
    .replace(url, shortUrl)
    .replace(userInfo, '[redacted]@')
    .replace(authorization, '$1 [redacted]')
    .replace(tokenInUrl, '$1[redacted]')
    .replace(hex64, (hex) => `${hex.slice(0, 10)}…`)
}
