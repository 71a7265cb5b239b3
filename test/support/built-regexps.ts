// node test/support/built-regexps.ts FILE …: loads modules, and prints as JSON the regular expressions that they build
// from strings while they load, which no reading of their text shows.
import { join } from 'node:path'

export interface FoundRegexp {
  readonly file: string
  readonly source: string
  readonly flags: string
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '../..')
  const found: FoundRegexp[] = []
  const Native = globalThis.RegExp
  let loading = ''
  globalThis.RegExp = new Proxy(Native, {
    construct(target, given: ConstructorParameters<typeof RegExp>) {
      const made = new target(...given)
      // Libraries build their own, and a module's are built while it is the one that is loaded.
      if (!(new Error().stack ?? '').split('\n')[2]?.includes('node_modules'))
        found.push({ file: loading, source: made.source, flags: made.flags })
      return made
    },
  })
  for (const file of process.argv.slice(2)) {
    loading = file
    await import(join(root, file))
  }
  globalThis.RegExp = Native
  process.stdout.write(JSON.stringify(found))
  process.exit(0)
}
