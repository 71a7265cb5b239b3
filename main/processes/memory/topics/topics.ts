import type { MemoryItem, Month, Topic } from '../../../../common/model/memory.ts'
import { itemsOf } from '../store/items.ts'
import type { MemoryDb } from '../store/open.ts'
import { areSorted } from './sort-topics.ts'

interface Row<T> {
  readonly words: T
}
const parsed = <R extends Row<string>>(row: R): Omit<R, 'words'> & Row<string[]> => ({
  ...row,
  words: JSON.parse(row.words) as string[],
})

/** What was sorted last, the largest topic and the latest month first. */
export function topics(db: MemoryDb): { topics: Topic[]; months: Month[]; current: boolean } {
  return {
    topics: db
      .prepare<[], Omit<Topic, 'words'> & Row<string>>(
        'select id, words, items, "from", "to" from topics order by items desc, id',
      )
      .all()
      .map(parsed),
    months: db
      .prepare<[], Omit<Month, 'words'> & Row<string>>('select month, items, words from months order by month desc')
      .all()
      .map(parsed),
    current: areSorted(db),
  }
}

/** Messages of a topic, the most typical first. */
export function topicItems(db: MemoryDb, topic: number, offset: number, limit: number): MemoryItem[] {
  const numbers = db
    .prepare<unknown[], number>(
      'select item from topic_items where topic = ? order by likeness desc, item limit ? offset ?',
    )
    .pluck()
    .all(topic, limit, offset)
  const items = new Map(itemsOf(db, numbers).map((item) => [item.number, item]))
  return numbers.flatMap((number) => items.get(number) ?? [])
}
