import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const IMPORT = /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g
/** The page that Home is, among the files of the build. */
const HOME = /^home-/

/**
 * Compressed bytes of script: what Home needs, and what each other page adds to that.
 * @param root the built window
 */
export function scriptSizes(root: string): { first: number; lazy: [page: string, bytes: number][] } {
  const folder = join(root, 'assets')
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const texts = new Map(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  const sizes = new Map(files.map((name) => [name, gzipSync(texts.get(name)!).length]))
  /** A file with all that it cannot begin without. */
  const closure = (from: readonly string[], known = new Set<string>()): Set<string> => {
    for (const name of from)
      if (!known.has(name)) {
        known.add(name)
        closure(
          [...texts.get(name)!.matchAll(IMPORT)].map((found) => found[1]!),
          known,
        )
      }
    return known
  }
  const sum = (names: Iterable<string>): number => [...names].reduce((total, name) => total + sizes.get(name)!, 0)
  const entry = /src="\.\/assets\/([\w.-]+\.js)"/.exec(readFileSync(join(root, 'index.html'), 'utf8'))![1]!
  const home = files.filter((name) => HOME.test(name))
  const first = closure([entry, ...home])
  const imported = new Set(files.flatMap((name) => [...texts.get(name)!.matchAll(IMPORT)].map((found) => found[1]!)))
  const lazy = files
    .filter((name) => !first.has(name) && !imported.has(name))
    .map((name): [string, number] => [
      name.replace(/-[\w-]{8}\.js$/, ''),
      sum([...closure([name])].filter((part) => !first.has(part))),
    ])
    .toSorted((a, b) => b[1] - a[1])
  return { first: sum(first), lazy }
}
