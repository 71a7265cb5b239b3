import type { Evidence } from '../../../../common/children/memory.ts'
import { areEnough } from '../../../../common/model/embedding-vector.ts'
import type { MemoryHit, MemoryItem } from '../../../../common/model/memory.ts'
import { Lexicon } from '../lexicon/lexicon.ts'
import { embeddingOf } from '../lexicon/meaning.ts'
import { REACH } from '../store/index-windows.ts'
import { itemsOf, neighbours } from '../store/items.ts'
import type { MemoryDb } from '../store/open.ts'
import { participants } from '../store/sources.ts'
import { termsOf } from '../text/words.ts'
import { candidates, WordCounts } from './candidates.ts'
import { parseQuery, type AskedOf, type ParsedQuery, type Person } from './parse-query.ts'
import { rank, type Weighed } from './rank.ts'
import type { VectorIndex } from './vector-index.ts'

const MOST_BY_WORDS = 400
const MOST_BY_EMBEDDING = 200
const RESCORED = 400
const SNIPPET = 240
const MOST_READ = 20_000
/**
 * Likeness, by the lexicon, up to which a message says nothing of what was asked: a tenth of the pairs of a question and
 * a message of somebody else's conversation lie below it (LoCoMo, 50,426 pairs; their median is 0.33).
 */
const UNLIKE = 0.1
/** Words of like meaning stand for one that was asked, for less. */
const LIKE = { least: 0.45, most: 32, weight: (likeness: number): number => likeness - 0.35 }

/** What a search goes by, to see what each is worth. */
export interface SearchParts {
  /** Words that mean what was asked, and messages that are about it. */
  readonly queryEmbedding: boolean
  /** What an embedding model finds near, where the query brings its embedding. */
  readonly embedding: boolean
  /** Whom a question is about, and when. */
  readonly people: boolean
  /** What stands around a message. */
  readonly window: boolean
}
/**
 * By the shipped lexicon, or by a model that reads sentences: what it counts, beside the words, that a message is about
 * what was asked; and what is worth an answer, by its score and by its share of the best. By `npm run eval:memory` that
 * leaves out one in a hundred of the messages that answer something, and notes to go astray by; the score alone does
 * not tell more, so whoever answers decides the rest.
 */
const BY = {
  lexicon: { counts: 0.8, least: 0.1, ofBest: 0.4 },
  embedding: { counts: 1.5, least: 0.08, ofBest: 0.4 },
} as const

const ALL: SearchParts = { queryEmbedding: true, embedding: true, people: true, window: true }

interface Asked {
  readonly text: string
  /** By an embedding model, where there is one. */
  readonly embedding: Int8Array | null
}

/** Finds places in one state of the memory: what it counted holds until something is imported or forgotten. */
export class Search {
  readonly #db: MemoryDb
  readonly #counts: WordCounts
  readonly #people: readonly Person[]
  readonly #vectors: VectorIndex
  readonly #embeddings: VectorIndex | null
  /** Words of this memory that the lexicon knows. */
  readonly #known: Uint32Array
  readonly #around: ReturnType<typeof neighbours>
  readonly #read = new Map<number, { readonly item: MemoryItem; readonly window?: readonly MemoryItem[] }>()

  /** @param embeddings embeddings by an embedding model, where there is one */
  constructor(db: MemoryDb, vectors: VectorIndex, embeddings: VectorIndex | null = null) {
    this.#db = db
    this.#vectors = vectors
    this.#counts = new WordCounts(db)
    this.#people = participants(db)
    this.#around = neighbours(db)
    const lexicon = Lexicon.shipped()
    this.#known = Uint32Array.from([...this.#counts.terms].flatMap((term) => lexicon.number(term) ?? []))
    vectors.follow()
    embeddings?.follow()
    this.#embeddings = embeddings && areEnough(embeddings.size, this.#counts.items) ? embeddings : null
  }

  /** The best places, best first; none that has nothing of what was asked. */
  find(text: string, k: number, embedding: Int8Array | null = null, parts = ALL): MemoryHit[] {
    // One view of the file, whoever writes to it meanwhile.
    return this.#db.transaction(() => this.#find({ text, embedding }, k, parts))()
  }

  /** What is worth an answer to a question, best first, whole and with what stands around it. */
  recall(text: string, k: number, embedding: Int8Array | null = null): Evidence[] {
    return this.#db.transaction(() => {
      const { found, by } = this.#ranked({ text, embedding }, ALL, 'avatar')
      const least = Math.max(by.least, (found[0]?.score ?? 0) * by.ofBest)
      const mine = new Set(this.#people.filter(({ me }) => me).map(({ author }) => author))
      return found
        .slice(0, k)
        .filter(({ score }) => score >= least)
        .map(({ item, window, score }) => ({
          item,
          mine: item.author !== null && mine.has(item.author),
          around: [...window],
          score,
        }))
    })()
  }

  #find(asked: Asked, k: number, parts: SearchParts): MemoryHit[] {
    const { query, found } = this.#ranked(asked, parts)
    return found.slice(0, k).map(({ item, window, score }) => ({
      item: item.number,
      itemIds: [item.id, ...window.filter((it) => it !== item).map(({ id }) => id)],
      score,
      snippet: snippetOf(item.text, query.terms),
      ts: item.ts,
    }))
  }

  #ranked(
    { text, embedding }: Asked,
    parts: SearchParts,
    askedOf?: AskedOf,
  ): {
    query: ParsedQuery
    by: (typeof BY)[keyof typeof BY]
    found: { item: MemoryItem; window: readonly MemoryItem[]; score: number }[]
  } {
    const named = parseQuery(text, this.#people, askedOf)
    const query = parts.people ? named : { ...named, speakers: new Set<string>(), span: null, asksWhen: false }
    const embeddings = parts.embedding && embedding ? this.#embeddings : null
    const by = BY[embeddings ? 'embedding' : 'lexicon']
    // A model that reads sentences knows better than a list of words what is alike.
    const lexicon = parts.queryEmbedding && !embeddings
    const weighed = query.terms.flatMap((asked) => this.#weigh(asked, lexicon))
    const queryEmbedding = embeddingOf(query.terms)
    const numbers = new Set(
      candidates(
        this.#db,
        weighed.map(({ term }) => term),
        this.#counts,
        MOST_BY_WORDS,
      ),
    )
    const near = embeddings
      ? embeddings.nearest(embedding!, MOST_BY_EMBEDDING, RESCORED)
      : lexicon
        ? this.#vectors.nearest(queryEmbedding, MOST_BY_EMBEDDING, RESCORED)
        : []
    for (const { number } of near) numbers.add(number)
    const [byWords, byModel] = [this.#vectors.likenessTo(queryEmbedding), embeddings?.likenessTo(embedding!)]
    // What the model has not read yet is judged by its words' embeddings meanwhile.
    const likeness = (number: number): number =>
      Math.max(0, byModel?.(number) ?? (parts.queryEmbedding ? ((byWords(number) ?? 0) - UNLIKE) / (1 - UNLIKE) : 0))
    const found = this.#items([...numbers])
      .map((item) => {
        const window = this.#window(item)
        const meant = { likeness: likeness(item.number), counts: by.counts }
        return {
          item,
          window,
          score: rank({
            query,
            weighed,
            meant,
            item,
            window: parts.window ? window : [item],
            meanLength: this.#counts.meanLength,
          }),
        }
      })
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score || a.item.number - b.item.number)
    return { query, by, found }
  }

  /** Messages never change, so each is read and taken apart once. */
  #items(numbers: readonly number[]): MemoryItem[] {
    if (this.#read.size > MOST_READ) this.#read.clear()
    for (const item of itemsOf(
      this.#db,
      numbers.filter((number) => !this.#read.has(number)),
    ))
      this.#read.set(item.number, { item })
    return numbers.flatMap((number) => this.#read.get(number)?.item ?? [])
  }

  #window(item: MemoryItem): readonly MemoryItem[] {
    const known = this.#read.get(item.number)
    if (known?.window) return known.window
    const window = this.#around(item, REACH).map((other) => {
      const same = this.#read.get(other.number)?.item ?? other
      if (same === other) this.#read.set(other.number, { item: other })
      return same
    })
    this.#read.set(item.number, { item, window })
    return window
  }

  #weigh(asked: string, byLexicon: boolean): Weighed[] {
    const weight = this.#counts.weight(asked)
    const alike = byLexicon ? Lexicon.shipped().near(asked, this.#known, LIKE.least, LIKE.most) : []
    return [
      { term: asked, asked, weight },
      ...alike.map(({ term, likeness }) => ({ term, asked, weight: weight * LIKE.weight(likeness) })),
    ]
  }
}

/** The part of a text where most of what was asked for stands. */
function snippetOf(text: string, terms: readonly string[]): string {
  if (text.length <= SNIPPET) return text
  const wanted = new Set(terms)
  let best = { at: 0, found: -1 }
  for (let at = 0; at < text.length; at += SNIPPET / 4) {
    const found = new Set(termsOf(text.slice(at, at + SNIPPET)).filter((term) => wanted.has(term))).size
    if (found > best.found) best = { at, found }
  }
  const end = best.at + SNIPPET
  return `${best.at > 0 ? '… ' : ''}${text.slice(best.at, end).trim()}${end < text.length ? ' …' : ''}`
}
