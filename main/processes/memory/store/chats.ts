import type { Chat, ChatMessage, ShownMessage } from '../../../../common/model/chat.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { MemoryDb } from './open.ts'

interface Row extends Omit<ChatMessage, 'notes' | 'facts'> {
  readonly notes: string
  readonly facts: string | null
}
const TITLE = 80
const MESSAGE = `select id, chat, parent, role, text, created, state, problem, facts,
  (select json_group_array((select number from items where number = n.value)) from json_each(m.notes) n) as notes
  from chat_messages m`
const toMessage = ({ notes, facts, ...row }: Row): ChatMessage => ({
  ...row,
  notes: JSON.parse(notes) as (number | null)[],
  facts: facts === null ? null : (JSON.parse(facts) as ChatMessage['facts']),
})

/** Chats, the latest first; with a text, those in which it stands. @param limit -1 for all */
export function chats(db: MemoryDb, text: string, limit: number): Chat[] {
  return db
    .prepare<unknown[], Chat>(
      `select id, avatar, title, created, updated from chats c
         where ? = '' or instr(lower(title), lower(?)) > 0
         or exists (select 1 from chat_messages where chat = c.id and instr(lower(text), lower(?)) > 0)
         order by updated desc, id desc limit ?`,
    )
    .all(text, text, text, limit)
}

/** @throws HearthError NOT_FOUND */
export function chat(db: MemoryDb, id: number): Chat & { head: number | null } {
  const row = db
    .prepare<[number], Chat & { head: number | null }>(
      'select id, avatar, title, created, updated, head from chats where id = ?',
    )
    .get(id)
  if (!row) throw new HearthError('NOT_FOUND', 'this chat is not here any more')
  return row
}

export function addChat(db: MemoryDb, avatar: number, greeting: string, now: number): Chat {
  return db.transaction(() => {
    const id = Number(
      db.prepare("insert into chats (avatar, title, created, updated) values (?, '', ?, ?)").run(avatar, now, now)
        .lastInsertRowid,
    )
    if (greeting !== '')
      addMessage(db, { chat: id, parent: null, role: 'assistant', text: greeting, state: 'whole' }, now)
    return chat(db, id)
  })()
}

export function renameChat(db: MemoryDb, id: number, title: string): void {
  chat(db, id)
  db.prepare('update chats set title = ? where id = ?').run(title, id)
}

export function removeChat(db: MemoryDb, id: number): void {
  chat(db, id)
  db.prepare('delete from chats where id = ?').run(id)
}

/** @throws HearthError NOT_FOUND */
export function message(db: MemoryDb, id: number): ChatMessage {
  const row = db.prepare<[number], Row>(`${MESSAGE} where id = ?`).get(id)
  if (!row) throw new HearthError('NOT_FOUND', 'this message is not here any more')
  return toMessage(row)
}

/**
 * Adds a message below another of its chat, and shows its branch. A chat is called by its first question until it has a
 * name.
 */
export function addMessage(
  db: MemoryDb,
  { chat: of, parent, role, text, state }: Pick<ChatMessage, 'chat' | 'parent' | 'role' | 'text' | 'state'>,
  now: number,
): ChatMessage {
  return db.transaction(() => {
    chat(db, of)
    if (parent !== null && message(db, parent).chat !== of)
      throw new HearthError('BAD_INPUT', 'the message before is of another chat')
    const id = Number(
      db
        .prepare('insert into chat_messages (chat, parent, role, text, created, state) values (?, ?, ?, ?, ?, ?)')
        .run(of, parent, role, text, now, state).lastInsertRowid,
    )
    db.prepare(
      `update chats
         set head = ?, updated = ?, title = case when title = '' and ? = 'user' then ? else title end
         where id = ?`,
    ).run(id, now, role, text.replaceAll(/\s+/g, ' ').slice(0, TITLE), of)
    return message(db, id)
  })()
}

export function changeMessage(
  db: MemoryDb,
  id: number,
  { text, state, problem, notes, facts }: Pick<ChatMessage, 'text' | 'state' | 'problem' | 'notes' | 'facts'>,
): ChatMessage {
  message(db, id)
  db.prepare('update chat_messages set text = ?, state = ?, problem = ?, notes = ?, facts = ? where id = ?').run(
    text,
    state,
    problem,
    JSON.stringify(notes),
    facts === null ? null : JSON.stringify(facts),
    id,
  )
  return message(db, id)
}

/** The branch that is shown, from its first message, each with its place among those that stand beside it. */
export function branch(db: MemoryDb, id: number): ShownMessage[] {
  const { head } = chat(db, id)
  const all = new Map(
    db
      .prepare<[number], Row>(`${MESSAGE} where chat = ? order by id`)
      .all(id)
      .map((row) => [row.id, toMessage(row)]),
  )
  const beside = Map.groupBy(all.values(), ({ parent }) => parent)
  const shown: ShownMessage[] = []
  for (
    let at = head === null ? undefined : all.get(head);
    at;
    at = at.parent === null ? undefined : all.get(at.parent)
  ) {
    const siblings = beside.get(at.parent)!
    shown.unshift({ ...at, place: siblings.indexOf(at), places: siblings.length })
  }
  return shown
}

/** Shows the branch that goes through another message at the same place: the one before or after it. */
export function turnTo(db: MemoryDb, id: number, step: 1 | -1): void {
  const { chat: of, parent } = message(db, id)
  const siblings = db
    .prepare<unknown[], number>('select id from chat_messages where chat = ? and parent is ? order by id')
    .pluck()
    .all(of, parent)
  const wanted = siblings[siblings.indexOf(id) + step]
  if (wanted === undefined) return
  const last = db
    .prepare<[number], number>('select id from chat_messages where parent = ? order by id desc limit 1')
    .pluck()
  let head = wanted
  for (let below = last.get(head); below !== undefined; below = last.get(head)) head = below
  db.prepare('update chats set head = ? where id = ?').run(head, of)
}

/** Messages of all chats in the order in which they were written. */
export const messagesAfter = (db: MemoryDb, id: number, limit: number): ChatMessage[] =>
  db.prepare<unknown[], Row>(`${MESSAGE} where id > ? order by id limit ?`).all(id, limit).map(toMessage)

/** What was being written when the program ended is kept as far as it came. */
export const stopWriting = (db: MemoryDb): void =>
  void db.prepare("update chat_messages set state = 'stopped' where state = 'writing'").run()
