import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { until } from '../support/market.ts'
import { World } from '../support/processes.ts'

const MESSAGES = 30_000

/** Messages that an import has brought, and those of them that can be found; as another process sees them. */
function counted(dataDir: string): { items: number; indexed: number } {
  try {
    const db = new Database(join(dataDir, 'avatar', 'memory.db'), { readonly: true })
    try {
      return db
        .prepare<[], { items: number; indexed: number }>(
          'select count(*) as items, coalesce(sum(indexed), 0) as indexed from items',
        )
        .get()!
    } finally {
      db.close()
    }
  } catch {
    return { items: 0, indexed: 0 }
  }
}

test(
  'an import that is killed with -9 while it reads, and again while it makes findable, goes on and has ' +
    'everything once',
  async () => {
    await using world = new World()
    const file = join(world.folder, 'chat.jsonl')
    const dataDir = join(world.folder, 'data')
    writeFileSync(
      file,
      Array.from(
        { length: MESSAGES },
        (_, i) =>
          `${JSON.stringify({
            id: `m${i}`,
            ts: 1.6e12 + i * 60_000,
            author: i % 2 ? 'Ann' : 'Ben',
            text: `message ${i} about the ${i % 7 ? 'garden' : 'lighthouse'}`,
            session: `day ${Math.floor(i / 100)}`,
          })}\n`,
      ).join(''),
    )
    const start = () => world.launch(['avatar', 'import', file, '--format', 'jsonl'], dataDir)

    for (const reached of [
      ({ items }: { items: number }) => items > MESSAGES / 4,
      ({ indexed }: { indexed: number }) => indexed > MESSAGES / 4,
    ]) {
      const ended = start().then(
        () => 'finished',
        () => 'killed',
      )
      await until('the import to be half way', async () => (reached(counted(dataDir)) ? true : null))
      world.newest().kill('SIGKILL')
      expect(await ended).toBe('killed')
    }
    const half = counted(dataDir)
    expect(half.indexed).toBeLessThan(MESSAGES)

    const { ready } = await start()
    expect(ready).toMatchObject({ id: 1, items: MESSAGES, known: 0, state: 'ready' })
    expect(counted(dataDir)).toEqual({ items: MESSAGES, indexed: MESSAGES })
    const { ready: found } = await world.launch(['avatar', 'search', 'message 4242', '--k', '3'], dataDir)
    expect((found as unknown as { results: { itemIds: string[] }[] }).results[0]!.itemIds).toEqual([
      'm4242',
      'm4240',
      'm4241',
      'm4243',
      'm4244',
    ])
  },
  120_000,
)
