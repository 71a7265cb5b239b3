import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AvatarOptions, ChatMessage } from '../../../common/model/chat.ts'
import { addAvatar, avatars, changeAvatar, removeAvatar } from './store/avatars.ts'
import {
  addChat,
  addMessage,
  branch,
  changeMessage,
  chat,
  chats,
  removeChat,
  renameChat,
  stopWriting,
  turnTo,
} from './store/chats.ts'
import { importSource } from './store/import-source.ts'
import { itemsBefore } from './store/items.ts'
import { closeMemory, openMemory, type MemoryDb } from './store/open.ts'
import { writeArchive, readArchive } from './store/archive.ts'
import { removeSource } from './store/remove-source.ts'

let folder: string
let db: MemoryDb
let of: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-chats-'))
  db = openMemory(join(folder, 'memory.db'))
  of = addChat(db, addAvatar(db, ada).id, '', 1).id
})
afterEach(async () => {
  closeMemory(join(folder, 'memory.db'))
  await rm(folder, { recursive: true })
})

const ada: AvatarOptions = { name: 'Ada', picture: null, rules: 'short', greeting: '', model: null, remembers: true }
const say = (role: ChatMessage['role'], text: string, parent: number | null): number =>
  addMessage(db, { chat: of, parent, role, text, state: 'whole' }, 2).id
const shown = (): string[] =>
  branch(db, of).map(({ text, place, places }) => (places > 1 ? `${text} ${place + 1}/${places}` : text))

test('an avatar is made, changed, and deleted with its chats', () => {
  const [first] = avatars(db)
  expect(changeAvatar(db, first!.id, { ...ada, name: 'Eve', remembers: false })).toMatchObject({
    name: 'Eve',
    remembers: false,
  })
  removeAvatar(db, first!.id)
  expect(chats(db, '', 10)).toEqual([])
  expect(() => removeAvatar(db, first!.id)).toThrow(/not here/)
})

test(
  'a chat is called by its first question until it has a name, and begins with a greeting where ' + 'there is one',
  () => {
    say('user', 'Where do\nyou live?', null)
    expect(chat(db, of).title).toBe('Where do you live?')
    say('user', 'Another', null)
    expect(chat(db, of).title).toBe('Where do you live?')
    renameChat(db, of, 'Home')
    expect(chat(db, of).title).toBe('Home')
    const greeted = addChat(db, addAvatar(db, ada).id, 'Hello there', 3).id
    expect(branch(db, greeted).map(({ role, text }) => `${role}: ${text}`)).toEqual(['assistant: Hello there'])
    expect(chat(db, greeted).title).toBe('')
  },
)

test(
  'an edited question and an answer asked for again are branches; the latest is shown, and each can be ' + 'turned to',
  () => {
    const one = say('user', 'one', null)
    const first = say('assistant', 'first', one)
    say('user', 'two', first)
    say('assistant', 'second', one)
    expect(shown()).toEqual(['one', 'second 2/2'])
    turnTo(db, branch(db, of).at(-1)!.id, -1)
    expect(shown()).toEqual(['one', 'first 1/2', 'two'])
    say('user', 'edited', first)
    expect(shown()).toEqual(['one', 'first 1/2', 'edited 2/2'])
    turnTo(db, first, -1)
    expect(shown()).toEqual(['one', 'first 1/2', 'edited 2/2'])
    say('user', 'anew', null)
    expect(shown()).toEqual(['anew 2/2'])
  },
)

test('a message stands only below one of its own chat', () => {
  const other = addChat(db, avatars(db)[0]!.id, '', 1).id
  const elsewhere = addMessage(db, { chat: other, parent: null, role: 'user', text: 'hi', state: 'whole' }, 1).id
  expect(() => say('assistant', 'no', elsewhere)).toThrow(/another chat/)
  expect(() => say('assistant', 'no', 999)).toThrow(/not here/)
})

test('what was being written when the program ended is kept as far as it came', () => {
  const one = say('user', 'one', null)
  const { id } = addMessage(db, { chat: of, parent: one, role: 'assistant', text: '', state: 'writing' }, 2)
  changeMessage(db, id, { text: 'I li', state: 'writing', problem: null, notes: [], facts: null })
  stopWriting(db)
  expect(branch(db, of).at(-1)).toMatchObject({ text: 'I li', state: 'stopped' })
})

test('chats are found by their words, in either case, and deleted with all that was said', () => {
  say('assistant', 'The Roses are red', say('user', 'one', null))
  expect(chats(db, 'roses', 10).map(({ id }) => id)).toEqual([of])
  expect(chats(db, '100%', 10)).toEqual([])
  removeChat(db, of)
  expect(db.prepare('select count(*) as n from chat_messages').get()).toEqual({ n: 0 })
})

test('a citation of what was forgotten since is none', async () => {
  const file = join(folder, 'a.jsonl')
  await writeFile(file, '{"id":"1","ts":1,"author":"Ann","text":"I live in Oslo"}\n')
  const source = await importSource(
    db,
    { name: 'a', file, format: 'jsonl', dateOrder: null, label: 'private' },
    5,
    () => {},
  )
  const [item] = itemsBefore(db, { source: null, before: null, offset: 0, limit: 1 })
  const answer = say('assistant', 'Oslo [1]', say('user', 'where?', null))
  changeMessage(db, answer, { text: 'Oslo [1]', state: 'whole', problem: null, notes: [item!.number], facts: null })
  expect(branch(db, of).at(-1)!.notes).toEqual([item!.number])
  await removeSource(db, source.id, () => {})
  expect(branch(db, of).at(-1)!.notes).toEqual([null])
})

test('avatars and chats are part of the self, with what they cite', async () => {
  const file = join(folder, 'a.jsonl')
  await writeFile(file, '{"id":"1","ts":1,"author":"Ann","text":"I live in Oslo"}\n')
  await importSource(db, { name: 'a', file, format: 'jsonl', dateOrder: null, label: 'private' }, 5, () => {})
  const one = say('user', 'one', null)
  const answer = say('assistant', 'Oslo [1]', one)
  changeMessage(db, answer, {
    text: 'Oslo [1]',
    state: 'whole',
    problem: null,
    notes: [1],
    facts: {
      model: 'm',
      parameters: 3,
      promptTokens: 1,
      keptTokens: 0,
      writtenTokens: 2,
      contextSize: 512,
      firstMs: 1,
      restMs: 2,
    },
  })
  say('assistant', 'Rome', one)
  const [self, elsewhere] = [join(folder, 'self.age'), join(folder, 'other.db')]
  await writeArchive(db, self, 'a long passphrase', () => {})
  await readArchive(elsewhere, self, 'a long passphrase', () => {})
  const other = openMemory(elsewhere)
  expect(avatars(other)).toEqual(avatars(db))
  expect(branch(other, of)).toEqual(branch(db, of))
  turnTo(other, branch(other, of).at(-1)!.id, -1)
  expect(branch(other, of).at(-1)).toMatchObject({ text: 'Oslo [1]', notes: [1], facts: { contextSize: 512 } })
  closeMemory(elsewhere)
}, 60_000)
