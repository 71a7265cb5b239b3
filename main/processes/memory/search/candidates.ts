import type { MemoryDb } from '../store/open.ts'

/**
 * A word that stands in a larger share of all messages finds too much to be looked up, unless nothing rarer is asked
 * for.
 */
const COMMON = 0.2

/** How often words occur, for one state of the index. */
export class WordCounts {
  readonly items: number
  readonly meanLength: number
  readonly #counts = new Map<string, number>()

  constructor(db: MemoryDb) {
    this.items = db.prepare<[], { count: number }>('select count(*) as count from items where indexed = 1').get()!.count
    this.meanLength =
      db
        .prepare<[], { mean: number | null }>(
          'select avg(length) as mean from (select length from items where indexed = 1 limit 20000)',
        )
        .get()!.mean || 1
    for (const { term, doc } of db
      .prepare<[], { term: string; doc: number }>("select term, doc from word_counts where col = 'turn'")
      .iterate())
      this.#counts.set(term, doc)
  }

  get terms(): Iterable<string> {
    return this.#counts.keys()
  }

  /** How much a word tells: that of BM25 (Robertson and Zaragoza 2009), never negative. */
  weight(term: string): number {
    const count = this.#counts.get(term) ?? 0
    return Math.log(1 + (this.items - count + 0.5) / (count + 0.5))
  }

  isCommon(term: string): boolean {
    return (this.#counts.get(term) ?? 0) > COMMON * this.items
  }
}

/** Numbers of messages in which, or around which, some of the words stand, the likeliest first. */
export function candidates(db: MemoryDb, terms: readonly string[], counts: WordCounts, most: number): number[] {
  const rare = terms.filter((term) => !counts.isCommon(term))
  const wanted = (rare.length > 0 ? rare : terms).map((term) => `"${term}"`)
  if (wanted.length === 0) return []
  return db
    .prepare<[string, number], { rowid: number }>(
      'select rowid from words where words match ? order by bm25(words, 2.0, 1.0, 0.5) limit ?',
    )
    .all(wanted.join(' OR '), most)
    .map(({ rowid }) => rowid)
}
