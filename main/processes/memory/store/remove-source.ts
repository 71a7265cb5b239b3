import { source as sourceOf } from './sources.ts'
import { outdateBiography } from './biography.ts'
import { indexWaiting } from './index-windows.ts'
import type { MemoryDb } from './open.ts'
import { touch } from './revision.ts'
import { forgetTopics } from '../topics/sort-topics.ts'

const BATCH = 2000

/** Forgets a source and all that only it brought; what another source holds as well stays, as that one's. */
export async function removeSource(db: MemoryDb, id: number, onProgress: (items: number) => void): Promise<number> {
  sourceOf(db, id)
  db.transaction(() => {
    db.prepare("update sources set state = 'forgetting' where id = ?").run(id)
    db.prepare('delete from repeats where source = ?').run(id)
    const heirs = db
      .prepare<[number], { item: number; source: number }>(
        `select item, min(r.source) as source from repeats r join items i on i.number = r.item
           where i.source = ? group by item`,
      )
      .all(id)
    for (const { item, source } of heirs) {
      db.prepare('update items set source = ?, indexed = 0 where number = ?').run(source, item)
      db.prepare('delete from repeats where item = ? and source = ?').run(item, source)
    }
    for (const heir of new Set(heirs.map(({ source }) => source))) {
      db.prepare(
        `update sources set items = (select count(*) from items where source = sources.id),
           known = (select count(*) from repeats where source = sources.id) where id = ?`,
      ).run(heir)
    }
  })()
  const next = db.prepare<[number, number], { number: number }>('select number from items where source = ? limit ?')
  const unindex = db.prepare('delete from words where rowid = ?')
  const unfounded = db.prepare(
    'delete from facts where not exists (select 1 from fact_items f where f.fact = facts.id)',
  )
  const forget = db.prepare('delete from items where number = ?')
  let removed = 0
  while (true) {
    const rows = next.all(id, BATCH)
    if (rows.length === 0) break
    db.transaction(() => {
      for (const { number } of rows) {
        unindex.run(number)
        forget.run(number)
      }
      touch(db)
    })()
    onProgress((removed += rows.length))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await indexWaiting(db, () => {})
  db.transaction(() => {
    if (unfounded.run().changes > 0) outdateBiography(db)
    // What could bring words of it back.
    db.prepare('delete from fact_changes').run()
    forgetTopics(db)
    db.prepare('delete from sources where id = ?').run(id)
  })()
  return removed
}
