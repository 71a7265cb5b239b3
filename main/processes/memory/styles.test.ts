import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Item } from '../../../common/model/item.ts'
import type { StyleFigures } from '../../../common/model/style.ts'
import { addAvatar, avatars, setStyle } from './store/avatars.ts'
import { importSource } from './store/import-source.ts'
import { closeMemory, openMemory, type MemoryDb } from './store/open.ts'
import { othersWrote, replies } from './store/replies.ts'
import { writeArchive, readArchive } from './store/archive.ts'
import { setMe } from './store/sources.ts'
import { addStyle, adapterOf, removeStyle, styles, writeStyle } from './store/styles.ts'

let folder: string
let db: MemoryDb
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-styles-'))
  db = openMemory(join(folder, 'memory.db'))
})
afterEach(async () => {
  closeMemory(join(folder, 'memory.db'))
  await rm(folder, { recursive: true })
})

const PASSPHRASE = 'correct horse battery'
const figures: StyleFigures = {
  replies: 20,
  rehearsed: 10,
  lossBefore: 4,
  loss: 2,
  likeness: null,
  facts: { asked: 5, kept: 5 },
}
const request = { name: 'Ada', model: 'Hearth demo', base: 'a'.repeat(64), figures }
/** More than one part of an export. */
const adapter = Buffer.alloc(2 ** 20 + 17, 'adapter')

async function bring(items: readonly Omit<Item, 'ts'>[]): Promise<void> {
  const file = join(folder, 'talk.jsonl')
  await writeFile(file, items.map((it, i) => `${JSON.stringify({ ...it, ts: i * 1000 })}\n`).join(''))
  await importSource(db, { name: 'talk', file, format: 'jsonl', dateOrder: null, label: 'private' }, 5, () => {})
  setMe(db, 'Ada', true)
}
const style = async (): Promise<number> => {
  await writeFile(join(folder, 'style.gguf'), adapter)
  return (await addStyle(db, join(folder, 'style.gguf'), request, 7)).id
}

test(
  'a reply comes with what stood before it and with what follows of one’s own; what begins a ' + 'conversation is none',
  async () => {
    const items = [
      ['1', 'Ada', 'Anybody there?'],
      ['2', 'Ben', 'Yes'],
      ['3', 'Ben', 'How is the flat?'],
      ['4', 'Ada', 'Small'],
      ['5', 'Ada', 'but mine'],
      ['6', 'Ben', 'Good'],
    ] as const
    await bring(items.map(([id, author, text]) => ({ id, author, text, session: 's' })))
    expect(replies(db, null, 10)).toEqual({
      replies: [
        {
          number: 4,
          before: [
            { mine: true, text: 'Anybody there?' },
            { mine: false, text: 'Yes' },
            { mine: false, text: 'How is the flat?' },
          ],
          text: 'Small\nbut mine',
        },
      ],
      next: null,
    })
    expect(othersWrote(db, 10)).toEqual(['Good', 'How is the flat?', 'Yes'])
  },
)

test('what holds personal data is left out, on either side; so is a link alone', async () => {
  const talk = [
    ['Where?', 'Write to ada@example.org'],
    ['My number is +49 30 901820', 'Thank you'],
    ['Look', 'https://example.org/a'],
    ['Well?', 'All is well'],
  ] as const
  await bring(
    talk.flatMap(([asked, said], i) => [
      { id: `q${i}`, author: 'Ben', text: asked, session: `s${i}` },
      { id: `a${i}`, author: 'Ada', text: said, session: `s${i}` },
    ]),
  )
  expect(replies(db, null, 10).replies.map(({ text }) => text)).toEqual(['All is well'])
})

test('replies are read page by page', async () => {
  await bring(
    Array.from({ length: 7 }, (_, i) => [
      { id: `q${i}`, author: 'Ben', text: `Question ${i}`, session: `s${i}` },
      { id: `a${i}`, author: 'Ada', text: `Answer ${i}`, session: `s${i}` },
    ]).flat(),
  )
  const found: string[] = []
  for (let before: number | null = null; ;) {
    const page = replies(db, before, 3)
    found.push(...page.replies.map(({ text }) => text))
    if (page.next === null) break
    before = page.next
  }
  expect(found).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `Answer ${i}`))
})

test(
  'a style is kept whole, written where an engine reads it, and deleted; avatars go back to ' + 'their model',
  async () => {
    const id = await style()
    expect(styles(db)).toEqual([
      { id, created: 7, bytes: adapter.length, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string, ...request },
    ])
    const avatar = addAvatar(db, { name: 'Ada', picture: null, rules: '', greeting: '', model: null, remembers: true })
    expect(setStyle(db, avatar.id, id, 0.5)).toMatchObject({ style: id, styleScale: 0.5 })
    expect(() => setStyle(db, avatar.id, 99, 1)).toThrow(/not here/)
    const file = join(folder, 'out', 'style.gguf')
    await writeStyle(db, id, file)
    expect((await readFile(file)).equals(adapter)).toBe(true)
    await writeStyle(db, id, file)
    expect(await readdir(join(folder, 'out'))).toHaveLength(1)
    removeStyle(db, id)
    expect(styles(db)).toEqual([])
    expect(avatars(db)[0]).toMatchObject({ style: null })
    expect(() => removeStyle(db, id)).toThrow(/not here/)
    await expect(writeStyle(db, id, join(folder, 'none.gguf'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },
)

test(
  'a style goes along with the whole self; an adapter that is not the one its style names is refused, with ' +
    'nothing taken',
  async () => {
    await bring([{ id: '1', author: 'Ada', text: 'hello', session: 's' }])
    const id = await style()
    setStyle(
      db,
      addAvatar(db, { name: 'Ada', picture: null, rules: '', greeting: '', model: null, remembers: true }).id,
      id,
      0.7,
    )
    const elsewhere = join(folder, 'elsewhere.db')
    await writeArchive(db, join(folder, 'self.age'), PASSPHRASE, () => {})
    await readArchive(elsewhere, join(folder, 'self.age'), PASSPHRASE, () => {})
    const there = openMemory(elsewhere)
    expect(styles(there)).toEqual(styles(db))
    expect(adapterOf(there, id).equals(adapter)).toBe(true)
    expect(avatars(there)).toEqual(avatars(db))
    closeMemory(elsewhere)

    db.prepare('update styles set hash = ?').run('b'.repeat(64))
    await writeArchive(db, join(folder, 'spoilt.age'), PASSPHRASE, () => {})
    await expect(
      readArchive(join(folder, 'other.db'), join(folder, 'spoilt.age'), PASSPHRASE, () => {}),
    ).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
  },
)
