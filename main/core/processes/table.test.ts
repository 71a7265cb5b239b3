import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import config from '../../../electron.vite.config.ts'
import { dataPaths } from '../paths.ts'
import { confinementOf, foldersOf, limitsOf } from './confinement.ts'
import { entryOf } from './entries.ts'
import { childNames, isChildName, processes, type ProcessEntry } from './table.ts'

const root = join(import.meta.dirname, '../../..')
const names = childNames.join('|')
/** A name as a word of a list: quoted, the name of a file, or the key of a text. */
const item = `(?:'(?:[^'\\s]*/)?(?:${names})(?:\\.[jt]s|/entry\\.ts)?'|'?(?:${names})'?: ?'[^']*')`
const list = new RegExp(`${item}(?:\\s*[,|]\\s*${item}){2}`)

describe('the table of processes', () => {
  test.each(childNames)('%s has an entry, which is what runs from a checkout', (name) => {
    expect(existsSync(join(root, processes[name].entry))).toBe(true)
    expect(entryOf(name)).toBe(join(root, processes[name].entry))
  })

  test('holds every entry that there is, each once', () => {
    const entries = globSync(['main/{partner,processes/*}/entry.ts', 'native/*/entry.ts'], { cwd: root })
    expect(Object.values(processes).map(({ entry }) => entry)).toEqual(expect.arrayContaining(entries))
    expect(new Set(Object.values(processes).map(({ entry }) => entry)).size).toBe(entries.length)
  })

  test('says what is bundled', () => {
    expect(config).toMatchObject({
      main: {
        build: {
          rollupOptions: { input: Object.fromEntries(childNames.map((name) => [name, processes[name].entry])) },
        },
      },
    })
  })

  test('is the only list of processes', () => {
    for (const sample of [
      `'vault',\n 'peer',\n 'storage',`,
      `| 'curation'\n  | 'memory' | 'telemetry'`,
      `llm: 'native/llm/entry.ts',\n embedder: 'x', trainer: 'y'`,
      `'/out/main/vault.js',\n '/out/main/peer.js', '/out/main/llm.js'`,
    ])
      expect(sample).toMatch(list)
    const files = globSync(
      ['{common,main,native,preload,renderer,scripts,e2e,test,bench}/**/*.{ts,tsx,mjs}', '*.{ts,json,yml}'],
      { cwd: root, exclude: ['**/node_modules/**', 'package-lock.json'] },
    )
    expect(files.length).toBeGreaterThan(500)
    const listing = files.filter((file) => list.test(readFileSync(join(root, file), 'utf8')))
    expect(listing).toEqual([])
  })

  test('knows no other name', () => {
    for (const name of ['drill', 'toString', '__proto__', '']) expect(isChildName(name)).toBe(false)
  })
})

test('a process that works for strangers is shown its folders alone, once the sandbox has proven itself', () => {
  const paths = dataPaths('/data')
  const limits = { memoryBytes: 1, silenceMs: 2 }
  const sandbox = { policy: () => ({ write: [], read: ['/nowhere', import.meta.dirname] }), limits }
  expect(confinementOf(sandbox, false)).toMatchObject({ limits })
  expect(confinementOf(sandbox, false).policy()).toBeNull()
  expect(confinementOf(sandbox, true).policy()).toEqual({ write: [], read: [import.meta.dirname], memoryBytes: 1 })
  expect(foldersOf('trainer', paths)).toEqual({ write: [paths.jobs], read: [] })
  expect(foldersOf('llm', paths)).toEqual({ write: [paths.states], read: [paths.models, paths.styles] })
  expect(limitsOf('trainer')).toMatchObject({ silenceMs: 3_600_000 })
  for (const { confined } of Object.values<ProcessEntry>(processes))
    for (const folder of confined?.write ?? []) expect(paths[folder].startsWith(join('/data', '/'))).toBe(true)
})
