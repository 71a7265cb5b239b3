import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { writeEmbedder } from '../support/embedder.ts'
import { until } from '../support/market.ts'
import { World } from '../support/processes.ts'

const MESSAGES = 6_000
const concepts = [
  ['cat', 'katze'],
  ['sleeps', 'schläft'],
  ...['ann', 'ben', 'the', 'harbour', 'market', 'at', 'query', 'passage'].map((word) => [word]),
]

function read(dataDir: string): number {
  try {
    const db = new Database(join(dataDir, 'avatar', 'memory.db'), { readonly: true })
    try {
      return db.prepare<[], number>('select count(*) from embeddings').pluck().get()!
    } finally {
      db.close()
    }
  } catch {
    return 0
  }
}

test(
  'reading by meaning that is killed with -9 goes on where it was with the next import, and finds what is said ' +
    'in another language',
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
            text: i === 4242 ? 'Katze schläft' : `at the ${i % 7 ? 'market' : 'harbour'}`,
            session: `day ${Math.floor(i / 100)}`,
          })}\n`,
      ).join(''),
    )
    expect((await world.launch(['models', 'embedder', 'show'], dataDir)).ready).toEqual({ embedder: null })
    const model = await writeEmbedder(join(world.folder, 'tiny-e5'), concepts)
    expect((await world.launch(['models', 'embedder', 'take', model], dataDir)).ready).toMatchObject({
      name: 'tiny-e5',
      dimensions: 64,
    })

    const start = () => world.launch(['avatar', 'import', file, '--format', 'jsonl'], dataDir)
    const ended = start().then(
      () => 'finished',
      () => 'killed',
    )
    await until('a quarter to be read', async () => (read(dataDir) > MESSAGES / 4 ? true : null))
    world.newest().kill('SIGKILL')
    expect(await ended).toBe('killed')
    const half = read(dataDir)
    expect(half).toBeLessThan(MESSAGES)

    await start()
    expect(read(dataDir)).toBe(MESSAGES)
    const db = new Database(join(dataDir, 'avatar', 'memory.db'), { readonly: true })
    // What had been read before the kill was not read again: its place in the file is the one that it had.
    expect(db.prepare('select count(*) as count, max(id) as last from embeddings').get()).toEqual({
      count: MESSAGES,
      last: MESSAGES,
    })
    db.close()
    const { ready: found } = await world.launch(['avatar', 'search', 'cat sleeps', '--k', '3'], dataDir)
    expect((found as unknown as { results: { itemIds: string[] }[] }).results[0]!.itemIds[0]).toBe('m4242')

    await world.launch(['models', 'embedder', 'remove'], dataDir)
    const { ready: words } = await world.launch(['avatar', 'search', 'cat sleeps', '--k', '3'], dataDir)
    expect(
      (words as unknown as { results: { itemIds: string[] }[] }).results.map(({ itemIds }) => itemIds[0]),
    ).not.toContain('m4242')
  },
  120_000,
)
