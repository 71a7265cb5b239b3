import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const sources = ['main', 'native'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
)

test('no program that Hearth starts opens a console window on Windows', () => {
  const starting = sources.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    if (!text.includes("from 'node:child_process'")) return []
    const calls = text.match(/(?<![.\w])(?:spawn|spawnSync|execFile|execFileSync|exec|fork)\((?!name:)/g)?.length ?? 0
    return calls === 0 ? [] : [{ file, calls, hidden: text.match(/windowsHide: true/g)?.length ?? 0 }]
  })
  expect(starting.length).toBeGreaterThan(5)
  expect(starting.filter(({ calls, hidden }) => hidden < calls)).toEqual([])
})
