import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DistinctChanges } from './distinct-changes.ts'

test('a change stands there once, in its first place, with how often it was made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-changes-'))
  const file = join(folder, 'changes.jsonl')
  {
    await using changes = await DistinctChanges.open(file)
    for (const [before, author] of [
      ['Ana', 'Ana'],
      ['Ben', null],
      ['Ana', 'Ben'],
      ['Ana', null],
    ] as const)
      await changes.add({ before: `ask ${before}`, after: 'ask [name 1]', author })
    await changes.finish()
  }
  expect(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { before: 'ask Ana', after: 'ask [name 1]', author: 'Ana', count: 3 },
    { before: 'ask Ben', after: 'ask [name 1]', author: null, count: 1 },
  ])
  expect(readdirSync(folder)).toEqual(['changes.jsonl'])
  rmSync(folder, { recursive: true })
})
