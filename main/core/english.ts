import { readFileSync } from 'node:fs'
import { resourcePath } from './resources.ts'

let read: unknown
/** Read once it is needed: a host may never say anything. */
const locale = (): unknown => (read ??= JSON.parse(readFileSync(resourcePath('locales', 'en.json'), 'utf8')))

/**
 * The words that the command line and the log have in common with the English window.
 * @param path where they stand in the locale, such as `reverts.NotEnoughFree`
 * @param values what is filled in
 * @returns null where there are none
 */
export function english(path: readonly string[], values: Readonly<Record<string, string>> = {}): string | null {
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], locale())
  if (typeof found !== 'string') return null
  return found.replace(/\{\{(\w+)\}\}/g, (hole, name: string) => values[name] ?? hole)
}
