import { isFunctionWord } from '../text/function-words.ts'
import { termOf, wordsOf } from '../text/words.ts'

/** Numbers, single letters, and what stands in a single message say nothing of what many are about. */
const NOTHING = /^(?:\d+|\p{Script=Latin})$/u
const LEAST_MESSAGES = 2

/** How much a word tells among all messages. */
type Weight = (term: string) => number

/**
 * The words that tell what texts are about: those that stand in many of them and in few others (Grootendorst 2022,
 * BERTopic: TF-IDF of a class), as they are written most often.
 * @param leftOut terms that name nothing here: of whoever wrote, say
 */
export function tellingWords(
  texts: readonly string[],
  weight: Weight,
  leftOut: ReadonlySet<string>,
  most: number,
): string[] {
  const found = new Map<string, { messages: number; readonly forms: Map<string, number> }>()
  for (const text of texts) {
    const seen = new Set<string>()
    for (const word of wordsOf(text)) {
      const term = termOf(word)
      if (NOTHING.test(term) || isFunctionWord(term) || leftOut.has(term)) continue
      const entry = found.get(term) ?? { messages: 0, forms: new Map<string, number>() }
      found.set(term, entry)
      entry.forms.set(word, (entry.forms.get(word) ?? 0) + 1)
      if (!seen.has(term)) entry.messages++
      seen.add(term)
    }
  }
  const scored = [...found]
    .filter(([, { messages }]) => messages >= LEAST_MESSAGES)
    .map(([term, { messages, forms }]) => ({ forms, score: (messages / texts.length) * weight(term) }))
  return scored
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ forms }) => [...forms].toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b))[0]![0])
}
