import type { MemoryItem } from '../../../../common/model/memory.ts'
import { itemsOf, neighbours } from './items.ts'
import type { MemoryDb } from './open.ts'
import { touch } from './revision.ts'

/** Messages on either side that are read with one, and what is read of each. */
const REACH = 1
const MOST_AROUND = 200
/** Searches take in what came after so many. */
const TOLD_EVERY = 4096

export interface Waiting {
  readonly number: number
  readonly text: string
}

/** The model whose embeddings are kept here, or null. */
export const embedderOf = (db: MemoryDb): string | null =>
  db.prepare<[], string>('select model from embedder').pluck().get() ?? null

/** That model, and of how many messages they are. */
export function embeddedBy(db: MemoryDb): { model: string; count: number } | null {
  const model = embedderOf(db)
  return model === null ? null : { model, count: countOf(db) }
}

const countOf = (db: MemoryDb): number => db.prepare<[], number>('select count(*) from embeddings').pluck().get()!

/**
 * Messages that have no embedding by a model yet, each with what it is taken of: itself amid those beside it. Another
 * model begins anew.
 */
export function unembedded(
  db: MemoryDb,
  model: string,
  after: number,
  limit: number,
): { waiting: Waiting[]; done: number; left: number } {
  if (embedderOf(db) !== model) forgetEmbeddings(db, model)
  const numbers = db
    .prepare<[number, number], number>(
      `select number from items i
         where indexed <> 0 and number > ? and not exists (select 1 from embeddings e where e.number = i.number)
         order by number limit ?`,
    )
    .pluck()
    .all(after, limit)
  const around = neighbours(db)
  const waiting = itemsOf(db, numbers)
    .map((item) => ({
      number: item.number,
      text: around(item, REACH)
        .map((other) => spoken(other, item))
        .join('\n'),
    }))
    .toSorted((a, b) => a.number - b.number)
  const done = countOf(db)
  return {
    waiting,
    done,
    left: db.prepare<[], number>('select count(*) from items where indexed <> 0').pluck().get()! - done,
  }
}

const spoken = (other: MemoryItem, item: MemoryItem): string =>
  `${other.author === null ? '' : `${other.author}: `}${other === item ? other.text : other.text.slice(0, MOST_AROUND)}`

/** Keeps embeddings of messages that are still here. @param more whether others will follow soon */
export function keepEmbeddings(
  db: MemoryDb,
  model: string,
  found: readonly { number: number; embedding: Buffer }[],
  more: boolean,
): void {
  const keep = db.prepare(
    'insert or replace into embeddings (number, vector) select number, ? from items where number = ?',
  )
  db.transaction(() => {
    const before = embeddedBy(db)
    if (before?.model !== model) return
    for (const { number, embedding } of found) keep.run(embedding, number)
    if (!more || Math.floor(before.count / TOLD_EVERY) !== Math.floor((before.count + found.length) / TOLD_EVERY))
      touch(db)
  }).immediate()
}

/** @param next whose embeddings will be kept from now on; null keeps none */
export function forgetEmbeddings(db: MemoryDb, next: string | null): void {
  db.transaction(() => {
    db.prepare('delete from embeddings').run()
    db.prepare('delete from embedder').run()
    if (next !== null) db.prepare('insert into embedder values (?)').run(next)
    touch(db)
  }).immediate()
}
