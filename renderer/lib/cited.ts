/** A piece of an answer: words, or the number of a note that it names. */
export type CitedPart = { readonly text: string } | { readonly note: number }

/** Splits an answer at the notes that it names, [1] or [1, 3]; numbers that no note has stay words. */
export function citedParts(text: string, notes: number): CitedPart[] {
  const parts: CitedPart[] = []
  const say = (words: string): void => {
    const last = parts.at(-1)
    if (words === '') return
    if (last && 'text' in last) parts[parts.length - 1] = { text: last.text + words }
    else parts.push({ text: words })
  }
  let at = 0
  for (const match of text.matchAll(/\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g)) {
    const numbers = match[1]!.split(',').map(Number)
    if (!numbers.every((number) => number >= 1 && number <= notes)) continue
    say(text.slice(at, match.index))
    for (const number of numbers) parts.push({ note: number })
    at = match.index + match[0].length
  }
  say(text.slice(at))
  return parts
}

/**
 * Whether an answer may well be none: it names no note, quotes one wrongly, or names only what was asked itself.
 * @param cited notes that it names
 */
export const isGuess = (
  text: string,
  cited: readonly number[],
  textOf: (note: number) => string | undefined,
): boolean => misquoted(text, textOf).length > 0 || cited.every((note) => /[?？]\s*$/u.test(textOf(note)?.trim() ?? ''))

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/**
 * Notes that an answer quotes, [1]“…”, in words that do not stand in them.
 * @param textOf of a note by its number; undefined where it is not known
 */
export function misquoted(text: string, textOf: (note: number) => string | undefined): number[] {
  const quotes = [...text.matchAll(/\[(\d{1,3})\]\s*“([^”]*)”?/g)].map(([, note, words]) => ({
    note: Number(note),
    words: plain(words!),
  }))
  return quotes
    .filter(({ note, words }) => textOf(note) !== undefined && !plain(textOf(note)!).includes(words))
    .map(({ note }) => note)
}
