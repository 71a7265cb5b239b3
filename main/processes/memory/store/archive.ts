import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { Decrypter, Encrypter } from 'age-encryption'
import * as z from 'zod'
import { Avatar, Chat, ChatMessage } from '../../../../common/model/chat.ts'
import { Biography, FactText, MemorySource } from '../../../../common/model/memory.ts'
import { factStates } from '../../../../common/model/fact-state.ts'
import { Item } from '../../../../common/model/item.ts'
import { Style } from '../../../../common/model/style.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { biography, setBiography } from './biography.ts'
import { avatars } from './avatars.ts'
import { chat, chats, messagesAfter } from './chats.ts'
import { keyOf } from './import-source.ts'
import { indexWaiting } from './index-windows.ts'
import { closeMemory, openMemory, type MemoryDb } from './open.ts'
import { sources } from './sources.ts'
import { adapterOf, assertWhole, styles } from './styles.ts'

const PAGE = 1000
const ALL = -1
/** Bytes of an adapter on one line. */
const ADAPTER_PART = 2 ** 20
const LONGEST_LINE = 32 * 2 ** 20
const SHORTEST_PASSPHRASE = 10
/** scrypt's log₂ N, as the `age` tool uses it. */
const WORK_FACTOR = 18

const Head = z.object({ kind: z.literal('self'), format: z.literal('HEARTH-SELF-1') })
const Line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('source') }).extend(
    MemorySource.pick({
      id: true,
      name: true,
      file: true,
      format: true,
      dateOrder: true,
      label: true,
      created: true,
      skipped: true,
    }).shape,
  ),
  z.object({ kind: z.literal('me'), author: z.string().max(500) }),
  Item.extend({
    kind: z.literal('item'),
    number: z.int(),
    /** The first is whose it is. */ sources: z.array(z.int()).min(1),
  }),
  z.object({
    kind: z.literal('fact'),
    text: FactText,
    state: z.enum(factStates),
    from: z.number().nullable(),
    to: z.number().nullable(),
    items: z.array(z.int()).min(1),
  }),
  z.object({ kind: z.literal('biography'), text: Biography.shape.text }),
  Style.extend({ kind: z.literal('style') }),
  z.object({ kind: z.literal('adapter'), style: z.int(), part: z.base64() }),
  Avatar.extend({ kind: z.literal('avatar') }),
  Chat.extend({ kind: z.literal('chat'), head: z.int().nullable() }),
  ChatMessage.extend({ kind: z.literal('message') }),
])
type Line = z.infer<typeof Line>
type ArchiveCounts = { items: number; facts: number }

/** Everything that is remembered, line by line. */
function* linesOf(db: MemoryDb): Generator<object> {
  yield { kind: 'self', format: 'HEARTH-SELF-1' }
  for (const { state, items: _items, known: _known, from: _from, to: _to, ...source } of sources(db).toReversed())
    if (state === 'ready') yield { kind: 'source', ...source }
  for (const author of db.prepare<[], string>('select author from participants where me = 1').pluck().all())
    yield { kind: 'me', author }
  // Page by page: whoever searches meanwhile is not held up, and what is read in meanwhile comes along.
  const page = db.prepare<unknown[], Item & { number: number; owner: number; others: string }>(
    `select number, id, ts, author, text, session, source as owner,
       (select json_group_array(r.source) from repeats r
          join sources o on o.id = r.source and o.state = 'ready' where r.item = number) as others
     from items where number > ? and source in (select id from sources where state = 'ready') order by number limit ?`,
  )
  for (let last = 0; ;) {
    const rows = page.all(last, PAGE)
    if (rows.length === 0) break
    for (const { owner, others, ...item } of rows)
      yield { kind: 'item', ...item, sources: [owner, ...(JSON.parse(others) as number[])] }
    last = rows.at(-1)!.number
  }
  const facts = db.prepare<
    unknown[],
    { id: number; text: string; state: string; from: number | null; to: number | null; items: string }
  >(
    `select id, text, state, "from", "to", (select json_group_array(item) from fact_items where fact = id) as items
       from facts where id > ? order by id limit ?`,
  )
  for (let last = 0; ;) {
    const rows = facts.all(last, PAGE)
    if (rows.length === 0) break
    for (const { id: _id, items, ...fact } of rows)
      yield { kind: 'fact', ...fact, items: JSON.parse(items) as number[] }
    last = rows.at(-1)!.id
  }
  const { text } = biography(db)
  if (text !== '') yield { kind: 'biography', text }
  for (const style of styles(db)) {
    yield { kind: 'style', ...style }
    const adapter = adapterOf(db, style.id)
    for (let at = 0; at < adapter.length; at += ADAPTER_PART)
      yield { kind: 'adapter', style: style.id, part: adapter.subarray(at, at + ADAPTER_PART).toString('base64') }
  }
  for (const avatar of avatars(db)) yield { kind: 'avatar', ...avatar }
  for (const one of chats(db, '', ALL).toReversed()) yield { kind: 'chat', ...chat(db, one.id) }
  for (let last = 0; ;) {
    const rows = messagesAfter(db, last, PAGE)
    if (rows.length === 0) return
    for (const message of rows) yield { kind: 'message', ...message }
    last = rows.at(-1)!.id
  }
}

/**
 * Writes all memories, facts, styles, avatars and chats into one file that only a passphrase opens: age v1 (scrypt)
 * around gzip around JSON lines.
 */
export async function writeArchive(
  db: MemoryDb,
  out: string,
  passphrase: string,
  onProgress: (items: number) => void,
): Promise<ArchiveCounts> {
  if (passphrase.length < SHORTEST_PASSPHRASE)
    throw new HearthError('WEAK_PASSPHRASE', `the passphrase needs ${SHORTEST_PASSPHRASE} characters or more`)
  if (existsSync(out)) throw new HearthError('BAD_INPUT', 'there is a file of this name already; choose another')
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(WORK_FACTOR)
  const counts: ArchiveCounts = { items: 0, facts: 0 }
  const part = `${out}.part`
  async function* counted(): AsyncGenerator<string> {
    for (const line of linesOf(db)) {
      const { kind } = line as { kind: string }
      if (kind === 'item' && ++counts.items % PAGE === 0) {
        onProgress(counts.items)
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (kind === 'fact') counts.facts++
      yield `${JSON.stringify(line)}\n`
    }
  }
  try {
    const sealed = await encrypter.encrypt(
      Readable.toWeb(through(Readable.from(counted()), createGzip())) as ReadableStream<Uint8Array>,
    )
    await pipeline(
      Readable.fromWeb(sealed as Parameters<typeof Readable.fromWeb>[0]),
      createWriteStream(part, { mode: 0o600 }),
    )
    await using handle = await open(part, 'r+')
    await handle.sync()
    await rename(part, out)
    return counts
  } catch (error) {
    await rm(part, { force: true })
    throw asDiskError(error)
  }
}

/**
 * Puts what such a file holds in the place of a memory that has nothing yet: all of it, or nothing.
 * @throws HearthError BAD_INPUT where something is remembered here, WRONG_PASSPHRASE, FILE_DAMAGED
 */
export async function readArchive(
  memory: string,
  file: string,
  passphrase: string,
  onProgress: (items: number) => void,
): Promise<ArchiveCounts> {
  if (existsSync(memory)) {
    const db = openMemory(memory)
    if (sources(db).length > 0 || avatars(db).length > 0)
      throw new HearthError(
        'BAD_INPUT',
        'something is remembered here already, or an avatar lives here; bring this in on an empty data folder',
      )
  }
  const part = `${memory}.part`
  const clear = (path: string) => Promise.all(['', '-wal', '-shm'].map((suffix) => rm(path + suffix, { force: true })))
  await clear(part)
  try {
    const counts = await readInto(openMemory(part), linesIn(await opened(file, passphrase)), onProgress)
    await indexWaiting(openMemory(part), onProgress)
    closeMemory(part)
    closeMemory(memory)
    await clear(memory)
    await rename(part, memory)
    return counts
  } catch (error) {
    closeMemory(part)
    await clear(part)
    if (error instanceof HearthError || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw asDiskError(error)
    throw new HearthError(
      'FILE_DAMAGED',
      `this file is damaged, and nothing was taken from it: ${messageOf(error)}`,
      {},
      { cause: error },
    )
  }
}

async function opened(file: string, passphrase: string): Promise<AsyncIterable<Buffer>> {
  if (!existsSync(file)) throw new HearthError('NOT_FOUND', `there is no ${file}`)
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  const plain = await decrypter
    .decrypt(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>)
    .catch((error: unknown) => {
      if (/no identity matched/.test(messageOf(error)))
        throw new HearthError('WRONG_PASSPHRASE', 'the passphrase does not open this file', {}, { cause: error })
      throw new HearthError('FILE_DAMAGED', 'this is no exported self', {}, { cause: error })
    })
  return through(Readable.fromWeb(plain as Parameters<typeof Readable.fromWeb>[0]), createGunzip())
}

/** What comes out of a stream that another flows through; a failure of either is met by who reads it. */
function through<T extends Duplex>(from: Readable, stream: T): T {
  pipeline(from, stream).catch((error: unknown) => stream.destroy(error as Error))
  return stream
}

async function* linesIn(source: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of source) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop()!
    if (rest.length > LONGEST_LINE) throw new Error('a line without end')
    for (const part of parts) yield JSON.parse(part)
  }
  if (rest + decoder.decode() !== '') throw new Error('it breaks off')
}

async function readInto(
  db: MemoryDb,
  lines: AsyncGenerator<unknown>,
  onProgress: (items: number) => void,
): Promise<ArchiveCounts> {
  const source = db.prepare(
    `insert into sources (id, name, file, format, date_order, label, state, created, skipped) values (?, ?, ?,
       ?, ?, ?, 'ready', ?, ?)`,
  )
  const me = db.prepare('insert or replace into participants (author, me) values (?, 1)')
  const item = db.prepare(
    'insert into items (number, key, source, id, ts, author, session, text) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const repeat = db.prepare('insert into repeats (item, source) values (?, ?)')
  const fact = db.prepare('insert into facts (text, state, "from", "to") values (?, ?, ?, ?)')
  const cited = db.prepare('insert or ignore into fact_items (fact, item) values (?, ?)')
  const style = db.prepare(
    `insert into styles (id, name, created, model, base, hash, adapter, figures) values (@id, @name, @created,
       @model, @base, @hash, x'', @figures)`,
  )
  // An adapter comes in parts, each right behind the one before.
  const adapter = db.prepare('update styles set adapter = cast(adapter || ? as blob) where id = ?')
  const avatar = db.prepare(
    `insert into avatars (id, name, picture, rules, greeting, model, remembers, style, style_scale)
       values (@id, @name, @picture, @rules, @greeting, @model, @remembers, @style, @styleScale)`,
  )
  const talk = db.prepare(
    `insert into chats (id, avatar, title, created, updated, head) values (@id, @avatar, @title, @created,
       @updated, @head)`,
  )
  const message = db.prepare(
    `insert into chat_messages (id, chat, parent, role, text, created, state, problem, notes, facts)
       values (@id, @chat, @parent, @role, @text, @created, @state, @problem, @notes, @facts)`,
  )
  const counts: ArchiveCounts = { items: 0, facts: 0 }
  const take = (line: Line): void => {
    switch (line.kind) {
      case 'source':
        return void source.run(
          line.id,
          line.name,
          line.file,
          line.format,
          line.dateOrder,
          line.label,
          line.created,
          JSON.stringify(line.skipped),
        )
      case 'biography':
        return void setBiography(db, line.text)
      case 'me':
        return void me.run(line.author)
      case 'item': {
        const [owner, ...others] = line.sources
        item.run(line.number, keyOf(line), owner, line.id, line.ts, line.author, line.session, line.text)
        for (const other of others) repeat.run(line.number, other)
        counts.items++
        return
      }
      case 'fact': {
        const { lastInsertRowid } = fact.run(line.text, line.state, line.from, line.to)
        for (const number of line.items) cited.run(lastInsertRowid, number)
        counts.facts++
        return
      }
      case 'style':
        return void style.run({ ...line, figures: JSON.stringify(line.figures) })
      case 'adapter':
        return void adapter.run(Buffer.from(line.part, 'base64'), line.style)
      case 'avatar':
        return void avatar.run({ ...line, remembers: line.remembers ? 1 : 0 })
      case 'chat':
        return void talk.run(line)
      case 'message':
        return void message.run({
          ...line,
          notes: JSON.stringify(line.notes),
          facts: line.facts === null ? null : JSON.stringify(line.facts),
        })
    }
  }
  const first = await lines.next()
  if (!Head.safeParse(first.value).success) throw new Error('it is of a kind that this Hearth does not know')
  let batch: Line[] = []
  const write = db.transaction(() => batch.forEach(take))
  for await (const line of lines) {
    const parsed = Line.parse(line)
    batch.push(parsed)
    // A part of an adapter is as large as thousands of messages.
    if (batch.length < PAGE && parsed.kind !== 'adapter') continue
    write()
    batch = []
    onProgress(counts.items)
  }
  write()
  assertWhole(db)
  db.prepare(
    `update sources set items = (select count(*) from items where source = sources.id),
       known = (select count(*) from repeats where source = sources.id)`,
  ).run()
  return counts
}
