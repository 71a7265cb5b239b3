import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { biography, draftBiography, setBiography } from './store/biography.ts'
import { addFact, decideFact, editFact, proposeFacts } from './store/facts.ts'
import { importSource } from './store/import-source.ts'
import { closeMemory, openMemory, type MemoryDb } from './store/open.ts'
import { removeSource } from './store/remove-source.ts'
import { writeArchive, readArchive } from './store/archive.ts'
import { setMe } from './store/sources.ts'

let folder: string
let db: MemoryDb
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-biography-'))
  db = openMemory(join(folder, 'memory.db'))
})
afterEach(async () => {
  closeMemory(join(folder, 'memory.db'))
  await rm(folder, { recursive: true })
})

async function bring(name: string, texts: readonly string[]) {
  const file = join(folder, `${name}.jsonl`)
  await writeFile(
    file,
    texts
      .map(
        (text, i) =>
          `${JSON.stringify({ id: `${name}${i}`, ts: Date.UTC(2015 + i, 5), author: 'Ann', text, session: name })}\n`,
      )
      .join(''),
  )
  return importSource(db, { name, file, format: 'jsonl', dateOrder: null, label: 'private' }, 5, () => {})
}

test(
  'a draft is made of kept facts alone, in the order in which they began to hold, and nothing ' + 'is saved',
  async () => {
    await bring('a', ['I live in Bergen', 'I moved to Lisbon!', 'I work at the harbour', 'the weather is fine'])
    expect(draftBiography(db, 4000)).toBe('')
    setMe(db, 'Ann', true)
    await proposeFacts(db, () => {})
    expect(draftBiography(db, 4000)).toBe('')
    for (const id of [3, 1, 2]) decideFact(db, id, 'keep')
    editFact(db, addFact(db, 'Ann has a sister', 4).id, { text: 'Ann has a sister', from: null, to: null })
    expect(draftBiography(db, 4000)).toBe(
      'Ann has a sister.\n2015: I live in Bergen.\n2016: I moved to Lisbon!\n2017: I work at the harbour.',
    )
    // Whole lines alone.
    expect(draftBiography(db, 50)).toBe('Ann has a sister.\n2015: I live in Bergen.')
    expect(biography(db)).toEqual({ text: '', outdated: false })
  },
)

test('it is kept, replaced and deleted, and told to be old when facts of a forgotten source went', async () => {
  const { id } = await bring('a', ['I live in Bergen'])
  await bring('b', ['nothing'])
  expect(setBiography(db, 'I was born by the sea.')).toEqual({ text: 'I was born by the sea.', outdated: false })
  const last = db.prepare<[], number>('select max(id) from sources').pluck().get()!
  await removeSource(db, last, () => {})
  expect(biography(db).outdated).toBe(false)
  addFact(db, 'I live in Bergen', 1)
  await removeSource(db, id, () => {})
  expect(biography(db)).toEqual({ text: 'I was born by the sea.', outdated: true })
  // Whoever saves it again has read it.
  expect(setBiography(db, 'I was born by the sea.').outdated).toBe(false)
  expect(setBiography(db, '')).toEqual({ text: '', outdated: false })
})

test('it goes along with the whole self', async () => {
  await bring('a', ['I live in Bergen'])
  setBiography(db, 'Two lines\nof a life.')
  const file = join(folder, 'self.age')
  await writeArchive(db, file, 'amber by the sea', () => {})
  const other = join(folder, 'other', 'memory.db')
  await readArchive(other, file, 'amber by the sea', () => {})
  expect(biography(openMemory(other)).text).toBe('Two lines\nof a life.')
  closeMemory(other)
})
