import { setImmediate } from 'node:timers/promises'
import { areEnough, asDirection } from '../../../../common/model/embedding-vector.ts'
import { WordCounts } from '../search/candidates.ts'
import { embeddedBy } from '../store/embeddings.ts'
import type { MemoryDb } from '../store/open.ts'
import { revision } from '../store/revision.ts'
import { participants } from '../store/sources.ts'
import { termsOf } from '../text/words.ts'
import { kMeans, nearestOf, unit } from './k-means.ts'
import { tellingWords } from './telling-words.ts'

/** With fewer messages there is nothing to sort. */
const LEAST_MESSAGES = 20
/** Messages that the centres are found by; every one is sorted to them. */
const MOST_LEARNT = 4000
const MOST_TOPICS = 40
/** Share of all messages below which a topic is none. */
const LEAST_SHARE = 0.01
/** Messages of a topic or a month that its words are taken from. */
const LOOKED_AT = 200
const WORDS = 5
const BATCH = 1000

/** Topics grow with the root of what is remembered. */
const countFor = (messages: number): number => Math.min(MOST_TOPICS, Math.max(3, Math.round(Math.sqrt(messages / 5))))

/** Each n-th message is looked at: an odd number, since two people write by turns. */
const stepFor = (messages: number, most: number): number => Math.floor(messages / most) | 1

/** Whether topics and months were sorted for what is remembered now. */
export const areSorted = (db: MemoryDb): boolean =>
  db.prepare<[], number>('select revision from sorted').pluck().get() === revision(db)

/**
 * What is remembered sorted by what it is about, and by month. Nothing of it is read by a model.
 * @param tell messages that were sorted
 */
export async function sortTopics(db: MemoryDb, onProgress: (items: number) => void): Promise<void> {
  const state = revision(db)
  const counts = new WordCounts(db)
  const names = new Set(participants(db).flatMap(({ author }) => termsOf(author)))
  const words = (texts: readonly string[]): string =>
    JSON.stringify(tellingWords(texts, (term) => counts.weight(term), names, WORDS))
  const sorted = counts.items < LEAST_MESSAGES ? [] : await assign(db, counts.items, onProgress)
  const months = await monthsOf(db, words)
  const textOf = db.prepare<[number], string>('select text from items where number = ?').pluck()
  const spanOf = db.prepare<[number], { from: number | null; to: number | null }>(
    'select min(ts) as "from", max(ts) as "to" from topic_items t join items i on i.number = t.item where topic = ?',
  )
  db.transaction(() => {
    forgetTopics(db)
    const [topic, member, span] = [
      db.prepare('insert into topics (id, words, items) values (?, ?, ?)'),
      db.prepare('insert into topic_items (item, topic, likeness) select number, ?, ? from items where number = ?'),
      db.prepare('update topics set "from" = ?, "to" = ? where id = ?'),
    ]
    for (const [i, members] of sorted.entries()) {
      const nearest = members.toSorted((a, b) => b.likeness - a.likeness)
      const known = words(nearest.slice(0, LOOKED_AT).flatMap(({ number }) => textOf.get(number) ?? []))
      if (known === '[]') continue
      topic.run(i + 1, known, members.length)
      for (const { number, likeness } of members) member.run(i + 1, likeness, number)
      const { from, to } = spanOf.get(i + 1)!
      span.run(from, to, i + 1)
    }
    const month = db.prepare('insert into months (month, items, words) values (?, ?, ?)')
    for (const it of months) month.run(it.month, it.items, it.words)
    db.prepare('insert into sorted values (?)').run(state)
  }).immediate()
}

/** Drops what was sorted; words of what was forgotten may stand in it. */
export function forgetTopics(db: MemoryDb): void {
  for (const table of ['topic_items', 'topics', 'months', 'sorted']) db.prepare(`delete from ${table}`).run()
}

interface Member {
  readonly number: number
  readonly likeness: number
}

/**
 * The members of each topic, the largest first: each message goes to the nearest. What says nothing belongs to none,
 * nor do messages of a topic that stays too small.
 */
async function assign(db: MemoryDb, items: number, onProgress: (items: number) => void): Promise<Member[][]> {
  const read = embeddedBy(db)?.count ?? 0
  const table = areEnough(read, items) ? 'embeddings' : 'vectors'
  const learnt = db
    .prepare<[number], Buffer>(`select vector from ${table} where number % ? = 0 order by number`)
    .pluck()
    .all(stepFor(items, MOST_LEARNT))
    .map((blob) => Float32Array.from(asDirection(blob)))
  const mean = meanOf(learnt)
  const embedding = (vector: Float32Array): Float32Array | null =>
    vector.every((value) => value === 0) ? null : unit(vector.map((value, i) => value - mean[i]!))
  const centres = await kMeans(
    learnt.flatMap((vector) => embedding(vector) ?? []),
    countFor(items),
  )
  const topics: Member[][] = centres.map(() => [])
  const page = db.prepare<[number, number], { number: number; vector: Buffer }>(
    `select number, vector from ${table} where number > ? order by number limit ?`,
  )
  let [last, done] = [0, 0]
  for (let rows = page.all(0, BATCH); rows.length > 0; rows = page.all(last, BATCH)) {
    for (const { number, vector } of rows) {
      const row = embedding(Float32Array.from(asDirection(vector)))
      if (!row) continue
      const { at, likeness } = nearestOf(row, centres)
      topics[at]?.push({ number, likeness })
    }
    last = rows.at(-1)!.number
    onProgress((done += rows.length))
    await setImmediate()
  }
  return topics
    .filter((members) => members.length >= Math.max(2, LEAST_SHARE * items))
    .toSorted((a, b) => b.length - a.length)
}

function meanOf(rows: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(rows[0]?.length ?? 0)
  for (const row of rows) row.forEach((value, i) => (sum[i]! += value))
  return sum.map((value) => value / rows.length)
}

/** Each month with how much was said in it, and what of. */
async function monthsOf(
  db: MemoryDb,
  words: (texts: readonly string[]) => string,
): Promise<{ month: string; items: number; words: string }[]> {
  const months = db
    .prepare<[], { month: string; items: number; from: number; to: number }>(
      `select strftime('%Y-%m', ts / 1000, 'unixepoch') as month, count(*) as items, min(ts) as "from",
         max(ts) as "to" from items where ts is not null group by month order by month`,
    )
    .all()
  const texts = db
    .prepare<[number, number, number], string>('select text from items where ts between ? and ? and number % ? = 0')
    .pluck()
  const found: { month: string; items: number; words: string }[] = []
  for (const { month, items, from, to } of months) {
    found.push({ month, items, words: words(texts.all(from, to, stepFor(items, LOOKED_AT))) })
    await setImmediate()
  }
  return found
}
