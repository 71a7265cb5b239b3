import type { MemoryItem } from '../../../../common/model/memory.ts'
import { oneOf } from '../../../core/one-of.ts'
import { dateWords } from '../text/dates.ts'
import { termsOf } from '../text/words.ts'
import type { ParsedQuery } from './parse-query.ts'

/** BM25's, for messages, which are short. */
const K1 = 0.9
const B = 0.3
/** What a word counts that stands one or two messages before the one that is judged, which may answer it, or after. */
const NEAR = { before: [0.65, 0.3], after: [0.45, 0.25] } as const
const ABOUT = 0.5
const OTHER_SPEAKER = 0.7
const OUTSIDE_THE_TIME = 0.5
const ONLY_A_QUESTION = 0.8
const SAYS_A_TIME = 1.08
const TIME_WORD = oneOf(
  'yesterday|today|tonight|tomorrow|ago|last|next|week(?:end)?s?|months?|years?|since',
  '(?:mon|tues|wednes|thurs|fri|satur|sun)day',
  'january|february|march|april|may|june|july|august|september|october|november|december',
  String.raw`\d{4}|\d{1,2}(?:st|nd|rd|th)`,
)
const TIME_WORDS = new RegExp(String.raw`\b${TIME_WORD}\b`, 'i')

export interface Weighed {
  readonly term: string
  /** Of the term as a whole: how much it tells, times how near it is to what was asked. */
  readonly weight: number
  /** The asked term that it stands for. */
  readonly asked: string
}

/** A message taken apart. */
interface Turn {
  readonly counts: ReadonlyMap<string, number>
  readonly length: number
  /** Words of its day. */
  readonly about: ReadonlySet<string>
}
const turns = new WeakMap<MemoryItem, Turn>()
function turnOf(item: MemoryItem): Turn {
  const known = turns.get(item)
  if (known) return known
  const counts = new Map<string, number>()
  const terms = termsOf(item.text)
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  const turn = { counts, length: terms.length, about: new Set(termsOf(dateWords(item.ts))) }
  turns.set(item, turn)
  return turn
}

function saturated(turn: Turn, term: string, meanLength: number): number {
  const count = turn.counts.get(term) ?? 0
  return count === 0 ? 0 : count / (count + K1 * (1 - B + (B * turn.length) / meanLength))
}

interface Judged {
  readonly query: ParsedQuery
  readonly weighed: readonly Weighed[]
  /**
   * How near what is said there is to what was asked, 0 to 1, and what that counts beside the words that stand in it.
   */
  readonly meant: { readonly likeness: number; readonly counts: number }
  readonly item: MemoryItem
  /** The message and those around it, in their order. */
  readonly window: readonly MemoryItem[]
  /** Words that a message has on average. */
  readonly meanLength: number
}

/**
 * How well a message answers a query, 0 to 1: the share of what was asked, by weight, that stands in it or near it, and
 * what it is about.
 */
export function rank({ query, weighed, meant, item, window, meanLength }: Judged): number {
  const at = window.indexOf(item)
  const best = new Map<string, { of: number; got: number }>()
  for (const { term, weight, asked } of weighed) {
    let missing = 1 - saturated(turnOf(item), term, meanLength)
    for (const [i, other] of window.entries()) {
      const near = i === at ? undefined : NEAR[i < at ? 'before' : 'after'][Math.abs(i - at) - 1]
      if (near) missing *= 1 - near * saturated(turnOf(other), term, meanLength)
    }
    if (turnOf(item).about.has(term)) missing *= 1 - ABOUT
    const entry = best.get(asked) ?? { of: 0, got: 0 }
    best.set(asked, { of: Math.max(entry.of, weight), got: Math.max(entry.got, weight * (1 - missing)) })
  }
  let [got, of] = [0, 0]
  for (const entry of best.values()) [got, of] = [got + entry.got, of + entry.of]
  let score = ((of === 0 ? 0 : got / of) + meant.counts * meant.likeness) / (1 + meant.counts)
  if (query.speakers.size > 0 && !(item.author !== null && query.speakers.has(item.author))) score *= OTHER_SPEAKER
  if (query.span && !(item.ts !== null && item.ts >= query.span.from && item.ts < query.span.to))
    score *= OUTSIDE_THE_TIME
  if (/[?？]\s*$/.test(item.text)) score *= ONLY_A_QUESTION
  if (query.asksWhen && TIME_WORDS.test(item.text)) score *= SAYS_A_TIME
  return Math.min(1, score)
}
