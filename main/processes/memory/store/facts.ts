import { nextFact, type FactEvent, type FactState } from '../../../../common/model/fact-state.ts'
import type { Fact } from '../../../../common/model/memory.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { statementsIn } from '../text/statements.ts'
import { itemsOf } from './items.ts'
import type { MemoryDb } from './open.ts'

const BATCH = 1000
const MOST_UNDONE = 100

type FactRow = Omit<Fact, 'items'>
/** A fact as it was before a change; null where there was none. */
interface Before {
  readonly id: number
  readonly was: (FactRow & { readonly items: readonly number[] }) | null
}

const rowOf = (db: MemoryDb, id: number): FactRow | undefined =>
  db.prepare<[number], FactRow>('select id, text, state, "from", "to" from facts where id = ?').get(id)
const citedBy = (db: MemoryDb, id: number): number[] =>
  db.prepare<[number], number>('select item from fact_items where fact = ? order by item').pluck().all(id)

/** @throws HearthError NOT_FOUND */
export function fact(db: MemoryDb, id: number): Fact {
  const row = rowOf(db, id)
  if (!row) throw new HearthError('NOT_FOUND', 'this fact is not here any more')
  return { ...row, items: itemsOf(db, citedBy(db, id)) }
}

/** The newest first. */
export function facts(db: MemoryDb, state: FactState, offset: number, limit: number): { facts: Fact[]; total: number } {
  const ids = db
    .prepare<unknown[], number>('select id from facts where state = ? order by id desc limit ? offset ?')
    .pluck()
    .all(state, limit, offset)
  return {
    facts: ids.map((id) => fact(db, id)),
    total: db.prepare<[string], number>('select count(*) from facts where state = ?').pluck().get(state)!,
  }
}

/** What a person says of a message is kept at once. @param item number of the message that says so */
export function addFact(db: MemoryDb, text: string, item: number): Fact {
  if (itemsOf(db, [item]).length === 0) throw new HearthError('NOT_FOUND', 'this memory is not here any more')
  return change(db, [], () => insert(db, text, 'kept', item))
}

export function decideFact(db: MemoryDb, id: number, event: FactEvent): Fact {
  const { state } = fact(db, id)
  return change(db, [id], () => {
    db.prepare('update facts set state = ? where id = ?').run(nextFact(state, event), id)
    return id
  })
}

export function editFact(db: MemoryDb, id: number, { text, from, to }: Pick<Fact, 'text' | 'from' | 'to'>): Fact {
  fact(db, id)
  if (from !== null && to !== null && to < from)
    throw new HearthError('BAD_INPUT', 'what holds cannot end before it begins')
  return change(db, [id], () => {
    db.prepare('update facts set text = ?, "from" = ?, "to" = ? where id = ?').run(text, from, to, id)
    return id
  })
}

/** Two that say the same become one, which cites what both cited. */
export function mergeFacts(db: MemoryDb, into: number, other: number): Fact {
  if (into === other) throw new HearthError('BAD_INPUT', 'choose another fact')
  fact(db, into)
  fact(db, other)
  return change(db, [into, other], () => {
    db.prepare('insert or ignore into fact_items (fact, item) select ?, item from fact_items where fact = ?').run(
      into,
      other,
    )
    db.prepare('delete from facts where id = ?').run(other)
    return into
  })
}

/** Takes the last change back. @returns whether there was one */
export function undoFact(db: MemoryDb): boolean {
  return db
    .transaction(() => {
      const last = db
        .prepare<[], { id: number; before: string }>('select id, before from fact_changes order by id desc limit 1')
        .get()
      if (!last) return false
      for (const { id, was } of JSON.parse(last.before) as Before[]) {
        db.prepare('delete from facts where id = ?').run(id)
        if (!was) continue
        db.prepare('insert into facts (id, text, state, "from", "to") values (@id, @text, @state, @from, @to)').run({
          id,
          text: was.text,
          state: was.state,
          from: was.from,
          to: was.to,
        })
        for (const item of was.items)
          db.prepare('insert or ignore into fact_items (fact, item) select ?, number from items where number = ?').run(
            id,
            item,
          )
      }
      db.prepare('delete from fact_changes where id = ?').run(last.id)
      return true
    })
    .immediate()
}

/**
 * Looks through what those who are "me" wrote for sentences that say something about them, and proposes each once.
 * What was rejected is not proposed again.
 */
export async function proposeFacts(db: MemoryDb, onProgress: (items: number) => void): Promise<{ proposed: number }> {
  const next = db.prepare<unknown[], { number: number; text: string; ts: number | null }>(
    `select number, text, ts from items
       where number > ? and author in (select author from participants where me = 1) order by number limit ?`,
  )
  const known = new Set(db.prepare<[], string>('select text from facts').pluck().all())
  let [last, looked, proposed] = [0, 0, 0]
  while (true) {
    const rows = next.all(last, BATCH)
    if (rows.length === 0) return { proposed }
    db.transaction(() => {
      for (const { number, text, ts } of rows) {
        for (const sentence of statementsIn(text)) {
          if (known.has(sentence)) continue
          known.add(sentence)
          db.prepare('update facts set "from" = ? where id = ?').run(ts, insert(db, sentence, 'proposed', number))
          proposed++
        }
      }
    })()
    last = rows.at(-1)!.number
    onProgress((looked += rows.length))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function insert(db: MemoryDb, text: string, state: FactState, item: number): number {
  const id = Number(db.prepare('insert into facts (text, state) values (?, ?)').run(text, state).lastInsertRowid)
  db.prepare('insert into fact_items (fact, item) values (?, ?)').run(id, item)
  return id
}

/**
 * Does something to facts so that it can be undone.
 * @param ids those that it changes
 * @param work gives the fact that came of it
 */
function change(db: MemoryDb, ids: readonly number[], work: () => number): Fact {
  return db
    .transaction(() => {
      const before: Before[] = ids.map((id) => ({ id, was: { ...rowOf(db, id)!, items: citedBy(db, id) } }))
      const done = work()
      if (!ids.includes(done)) before.push({ id: done, was: null })
      db.prepare('insert into fact_changes (before) values (?)').run(JSON.stringify(before))
      db.prepare('delete from fact_changes where id <= (select max(id) from fact_changes) - ?').run(MOST_UNDONE)
      return fact(db, done)
    })
    .immediate()
}
