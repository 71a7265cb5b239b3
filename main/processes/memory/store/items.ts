import type { MemoryItem } from '../../../../common/model/memory.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { MemoryDb } from './open.ts'

const ITEM = 'select number, id, source, ts, author, text, session from items'

/**
 * Messages of one source or all, newest first, those without a time last.
 * @param before only those from before this time, milliseconds since 1970
 */
export function itemsBefore(
  db: MemoryDb,
  { source, before, offset, limit }: { source: number | null; before: number | null; offset: number; limit: number },
): MemoryItem[] {
  return db
    .prepare<unknown[], MemoryItem>(
      `${ITEM} where (@source is null or source = @source) and (@before is null or ts < @before)
         order by ts desc nulls last, number desc limit @limit offset @offset`,
    )
    .all({ source, before, offset, limit })
}

/** A message and those around it in its conversation, in their order. @throws HearthError NOT_FOUND */
export function itemsAround(db: MemoryDb, number: number, reach: number): MemoryItem[] {
  const [item] = itemsOf(db, [number])
  if (!item) throw new HearthError('NOT_FOUND', 'this memory is not here any more')
  return neighbours(db)(item, reach)
}

/** Reads the messages around one. */
export function neighbours(db: MemoryDb): (item: MemoryItem, reach: number) => MemoryItem[] {
  const before = db.prepare<unknown[], MemoryItem>(
    `${ITEM} where source = ? and session is ? and number < ? order by number desc limit ?`,
  )
  const after = db.prepare<unknown[], MemoryItem>(
    `${ITEM} where source = ? and session is ? and number > ? order by number limit ?`,
  )
  return (item, reach) => [
    ...before.all(item.source, item.session, item.number, reach).reverse(),
    item,
    ...after.all(item.source, item.session, item.number, reach),
  ]
}

/** @param numbers at most some hundred */
export function itemsOf(db: MemoryDb, numbers: readonly number[]): MemoryItem[] {
  return db
    .prepare<[string], MemoryItem>(`${ITEM} where number in (select value from json_each(?))`)
    .all(JSON.stringify(numbers))
}
