import { homedir } from 'node:os'

const secretKey =
  /^(passphrase|password|mnemonic|words|entropy|seed|privateKey|secret|token|prompt|text|rows|keystore|authorization)$/i
const hex64 = /\b0x[0-9a-f]{128,}\b/gi
const tokenInUrl = /(token[=.])[\w-]+/gi

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
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redact(item, name, depth + 1)]))
  return value
}

/** Hides the home folder, tokens and long hexadecimal strings (raw transactions, keys) in free text. */
export function redactText(text: string): string {
  const home = homedir()
  const short = text.length > 4000 ? `${text.slice(0, 4000)}…` : text
  return (home.length > 1 ? short.replaceAll(home, '~') : short)
    .replace(tokenInUrl, '$1[redacted]')
    .replace(hex64, (hex) => `${hex.slice(0, 10)}…`)
}
