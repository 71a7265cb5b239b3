import { stemmer } from 'stemmer'

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu
/** Scripts that put no spaces between words. */
const UNSPACED_SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
const UNSPACED = new RegExp(`[${UNSPACED_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`, 'u')
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })
const stems = new Map<string, string>()
const MOST_STEMS = 200_000

/**
 * English words by their stem (Porter 1980), others as they are; without accents, and without what an apostrophe adds.
 */
export function termOf(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const bare = word
    .replace(/['’].*$/u, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
  const stem = /^[a-z]{3,}$/.test(bare) ? stemmer(bare) : bare
  if (stems.size >= MOST_STEMS) stems.clear()
  stems.set(word, stem)
  return stem
}

/** A text's words in lower case, as they stand there. */
export function wordsOf(text: string): string[] {
  const found: string[] = []
  for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (!UNSPACED.test(run)) found.push(run)
    else for (const { segment, isWordLike } of segmenter.segment(run)) if (isWordLike) found.push(segment)
  }
  return found
}

/** A text's words as the index and the ranking know them. */
export const termsOf = (text: string): string[] => wordsOf(text).map(termOf)
