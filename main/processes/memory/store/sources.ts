import type { MemorySource, Participant } from '../../../../common/model/memory.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { MemoryDb } from './open.ts'
import { touch } from './revision.ts'

interface SourceSql extends Omit<MemorySource, 'skipped' | 'dateOrder'> {
  readonly date_order: MemorySource['dateOrder']
  readonly skipped: string
}
const SOURCE = `select id, name, file, format, date_order, label, state, created, items, known, skipped,
  (select min(ts) from items where source = s.id) as "from",
  (select max(ts) from items where source = s.id) as "to" from sources s`
const toSource = ({ date_order: dateOrder, skipped, ...row }: SourceSql): MemorySource => ({
  ...row,
  dateOrder,
  skipped: JSON.parse(skipped) as MemorySource['skipped'],
})

export const sources = (db: MemoryDb): MemorySource[] =>
  db.prepare<[], SourceSql>(`${SOURCE} order by id desc`).all().map(toSource)

/** @throws HearthError NOT_FOUND */
export function source(db: MemoryDb, id: number): MemorySource {
  const row = db.prepare<[number], SourceSql>(`${SOURCE} where id = ?`).get(id)
  if (!row) throw new HearthError('NOT_FOUND', 'there is no such source')
  return toSource(row)
}

export function setLabel(db: MemoryDb, id: number, label: MemorySource['label']): MemorySource {
  db.prepare('update sources set label = ? where id = ?').run(label, id)
  return source(db, id)
}

/** Whoever wrote something, the most talkative first. */
export const participants = (db: MemoryDb): Participant[] =>
  db
    .prepare<[], { author: string; items: number; me: number }>(
      `select author, count(*) as items, coalesce((select me from participants p where p.author = i.author),
         0) as me from items i where author is not null group by author order by items desc, author limit 1000`,
    )
    .all()
    .map(({ me, ...row }) => ({ ...row, me: me === 1 }))

export function setMe(db: MemoryDb, author: string, me: boolean): void {
  db.prepare(
    'insert into participants (author, me) values (?, ?) on conflict (author) do update set me = excluded.me',
  ).run(author, me ? 1 : 0)
  touch(db)
}
