import { stemmer } from 'stemmer'

/** Marks are part of the letter that they stand on: vowels of Devanagari and Thai are marks. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+)*/gu
/** Hyphens that are only shown at a line's end, and what joins letters or parts them without being seen. */
const UNSEEN = /\u00ad|[\u200c-\u200d]|\u2060|\ufeff/g
/**
 * Marks without which people write the same word: accents, Hebrew points, Arabic and Syriac vowels and stretching.
 * Those of other scripts make another word of it.
 */
const OPTIONAL_MARKS = [
  String.raw`\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f`,
  String.raw`\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7`,
  String.raw`\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed`,
  String.raw`\u0711\u0730-\u074a`,
]
const OPTIONAL = new RegExp(`[${OPTIONAL_MARKS.join('')}]`, 'g')
/** Letters whose accent is no mark, and what people without them on their keyboard write. */
const PLAIN: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', đ: 'd', ð: 'd', ø: 'o', ß: 'ss', æ: 'ae', œ: 'oe' }
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
    .replace(/['’].*/su, '')
    .normalize('NFKD')
    .replaceAll(OPTIONAL, '')
    .normalize('NFC')
    .replaceAll(/[ıłđðøßæœ]/g, (letter) => PLAIN[letter] ?? letter)
  const stem = /^[a-z]{3,}$/.test(bare) ? stemmer(bare) : bare
  if (stems.size >= MOST_STEMS) stems.clear()
  stems.set(word, stem)
  return stem
}

/** A text's words in lower case, as they stand there. */
export function wordsOf(text: string): string[] {
  const found: string[] = []
  for (const [run] of text.replaceAll(UNSEEN, '').normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (!UNSPACED.test(run)) found.push(run)
    else for (const { segment, isWordLike } of segmenter.segment(run)) if (isWordLike) found.push(segment)
  }
  return found
}

/** A text's words as the index and the ranking know them. */
export const termsOf = (text: string): string[] => wordsOf(text).map(termOf)
