import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toDirection } from '../../../common/model/embedding-vector.ts'
import { Embedder } from '../../../native/embedder/embedder.ts'
import { writeEmbedder } from '../../../test/support/embedder.ts'
import { Search } from './search/search.ts'
import { byLexicon, byModel, VectorIndex } from './search/vector-index.ts'
import { embeddedBy, forgetEmbeddings, keepEmbeddings, unembedded } from './store/embeddings.ts'
import { importSource } from './store/import-source.ts'
import { closeMemory, openMemory, type MemoryDb } from './store/open.ts'
import { removeSource } from './store/remove-source.ts'
import { revision } from './store/revision.ts'

const concepts = [
  ['cat', 'Katze', '猫'],
  ['garden', 'Garten'],
  ['train', 'Zug'],
  ['late', 'spät'],
  ['bread', 'Brot'],
  ['asleep', 'schläft'],
  ['the', 'die', 'der', 'das'],
  ['is', 'ist'],
  ['in'],
  ['ada', 'bo'],
  ['query', 'passage'],
]
let folder: string
let db: MemoryDb
let embedder: Embedder

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-embeddings-'))
  db = openMemory(join(folder, 'memory.db'))
  embedder = await Embedder.open(await writeEmbedder(join(folder, 'model'), concepts), 1)
})
afterEach(async () => {
  await embedder[Symbol.asyncDispose]()
  closeMemory(join(folder, 'memory.db'))
  await rm(folder, { recursive: true })
})

async function bring(name: string, texts: readonly string[], session = name) {
  const file = join(folder, `${name}.jsonl`)
  await writeFile(
    file,
    texts
      .map(
        (text, i) =>
          `${JSON.stringify({ id: `${name}${i}`, ts: 1e12 + i, author: i % 2 ? 'Bo' : 'Ada', text, session })}\n`,
      )
      .join(''),
  )
  return importSource(db, { name, file, format: 'jsonl', dateOrder: null, label: 'private' }, 5, () => {})
}
const queryEmbedding = async (text: string): Promise<Int8Array> => toDirection((await embedder.embed([text]))[0]!)
/** @param most messages that are read; the rest waits */
async function read(model = 'm', most = Infinity): Promise<number> {
  let done = 0
  for (
    let { waiting } = unembedded(db, model, 0, 2);
    waiting.length > 0 && done < most;
    { waiting } = unembedded(db, model, 0, 2)
  ) {
    const batch = waiting.slice(0, most - done)
    keepEmbeddings(
      db,
      model,
      await Promise.all(
        batch.map(async ({ number, text }) => ({
          number,
          embedding: Buffer.from((await queryEmbedding(text)).buffer),
        })),
      ),
      true,
    )
    done += batch.length
  }
  return done
}
const found = async (query: string): Promise<string | undefined> =>
  new Search(db, new VectorIndex(db, byLexicon), new VectorIndex(db, byModel(64))).find(
    query,
    5,
    await queryEmbedding(query),
  )[0]?.itemIds[0]
const talk = ['Der Zug ist spät', 'Das Brot ist in der Garten', 'Die Katze schläft']

test('a question finds what means the same in another language; by words alone it does not', async () => {
  await bring('a', talk)
  expect(new Search(db, new VectorIndex(db, byLexicon)).find('cat', 5).map(({ itemIds }) => itemIds[0])).not.toContain(
    'a2',
  )
  expect(await read()).toBe(3)
  expect(await found('cat')).toBe('a2')
  expect(await found('train')).toBe('a0')
})

test('each message is read amid those beside it, and they only in part', async () => {
  await bring('a', ['x'.repeat(300), 'Die Katze schläft', 'spät'])
  expect(unembedded(db, 'm', 0, 10).waiting.map(({ text }) => text)[1]).toBe(
    `Ada: ${'x'.repeat(200)}\nBo: Die Katze schläft\nAda: spät`,
  )
})

test('what comes later, or waits again because something beside it went, is read then', async () => {
  await bring('a', talk)
  await read()
  // The same message in a second export: forgetting the first leaves it there, with others around it.
  const file = join(folder, 'b.jsonl')
  const messages = [
    { id: 'a2', ts: 1e12 + 2, author: 'Ada', text: talk[2], session: 'a' },
    { id: 'z', ts: 2e12, author: 'Bo', text: 'cat', session: 'q' },
  ]
  await writeFile(file, messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
  const first = db.prepare<[], number>('select id from sources').pluck().get()!
  await importSource(db, { name: 'b', file, format: 'jsonl', dateOrder: null, label: 'private' }, 6, () => {})
  const { waiting, done, left } = unembedded(db, 'm', 0, 10)
  expect([waiting.map(({ text }) => text), done, left]).toEqual([['Bo: cat'], 3, 1])
  await removeSource(db, first, () => {})
  expect(unembedded(db, 'm', 0, 10).waiting.map(({ text }) => text)).toEqual(['Ada: Die Katze schläft', 'Bo: cat'])
  expect(await read()).toBe(2)
  expect(await found('Katze')).toBe('a2')
})

test('an index follows what is read anew under an old number', async () => {
  await bring('a', talk)
  await read()
  const index = new VectorIndex(db, byModel(64))
  index.follow()
  db.prepare('delete from embeddings where number = 3').run()
  await read()
  index.follow()
  expect(index.nearest(await queryEmbedding('cat'), 3, 10)[0]!.number).toBe(3)
})

test('what is nearest is found behind any number of messages that all say the same', async () => {
  await bring('a', [...Array.from({ length: 2000 }, () => 'the train is late'), 'cat'], 'one')
  const [train, cat] = [await queryEmbedding('the train is late'), await queryEmbedding('cat')]
  unembedded(db, 'm', 0, 1)
  keepEmbeddings(
    db,
    'm',
    Array.from({ length: 2001 }, (_, i) => ({
      number: i + 1,
      embedding: Buffer.from((i === 2000 ? cat : train).buffer),
    })),
    false,
  )
  const index = new VectorIndex(db, byModel(64))
  index.follow()
  expect(index.nearest(cat, 1, 400)).toMatchObject([{ number: 2001 }])
})

test('until half of the memory was read, words decide as before', async () => {
  await bring('a', ['Vegetables', ...talk])
  await read('m', 1)
  expect(await found('cat')).not.toBe('a3')
  expect(await found('courgettes')).toBe('a0')
  await read()
  expect(await found('cat')).toBe('a3')
})

test('another model begins anew, and what the old one still brings is not kept', async () => {
  await bring('a', talk)
  await read('old')
  expect(embeddedBy(db)).toEqual({ model: 'old', count: 3 })
  expect(unembedded(db, 'new', 0, 10)).toMatchObject({ done: 0, left: 3 })
  keepEmbeddings(db, 'old', [{ number: 1, embedding: Buffer.alloc(64) }], true)
  expect(embeddedBy(db)).toEqual({ model: 'new', count: 0 })
  forgetEmbeddings(db, null)
  expect(embeddedBy(db)).toBeNull()
})

test('searches take directions in behind the last, and what was forgotten meanwhile is not kept', async () => {
  await bring('a', talk)
  unembedded(db, 'm', 0, 1)
  const before = revision(db)
  keepEmbeddings(
    db,
    'm',
    [
      { number: 1, embedding: Buffer.alloc(64) },
      { number: 99, embedding: Buffer.alloc(64) },
    ],
    true,
  )
  expect([embeddedBy(db)!.count, revision(db)]).toEqual([1, before])
  keepEmbeddings(db, 'm', [], false)
  expect(revision(db)).toBe(before + 1)
})
