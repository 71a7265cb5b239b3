import { oneOf } from '../../../core/one-of.ts'

/** A stretch of a folded text. */
export interface Stretch {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * What a number's or a key's neighbour must not be. Scripts without spaces, and those that put particles right behind
 * a number (Han, kana, Hangul, Thai, Lao, Khmer, Arabic, Hebrew, Devanagari …), are not of it: 我的电话13800138000谢谢.
 */
export const WORD =
  String.raw`[[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Georgian}\p{Nd` +
  String.raw`}_]--[ªº]]`

/** All matches of a pattern that fit. The pattern must take bounded time at each place. */
export function all(text: string, pattern: RegExp, fits: (found: string, start: number) => boolean = () => true) {
  const found: Stretch[] = []
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length
    if (fits(match[0], match.index)) found.push({ start: match.index, end, text: match[0] })
  }
  return found
}

/** No letter of an alphabet before: 我的iban has a word's begin, and Spiban has none. */
const ALPHABETIC_BEFORE = String.raw`(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}])`

/** Sources of expressions, parted by slashes and lines. */
const listOf = (words: string): string[] => words.trim().split(/\n *| \/ /)
/** The source of an expression for any of the words of a list. */
export const anyOf = (words: string): string => oneOf(...listOf(words))

/** An expression for words in any case; no letter of an alphabet stands before one that begins with a letter of it. */
export const wordsOf = (words: string): RegExp =>
  new RegExp(
    listOf(words)
      .map((word) =>
        /^(?:\(\?:)?[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word)
          ? `${ALPHABETIC_BEFORE}${word}`
          : word,
      )
      .join('|'),
    'giu',
  )

const AHEAD = 60
const BEHIND = 60
const STOP = /[!?\n。！？]|(?<=\p{L}{3})\.(?=\s+\p{Lu})/u

const ENDS = ['!', '?', '\n', '。', '！', '？']

interface Near {
  readonly words: RegExp
  /** Without the flag g. */
  readonly token: RegExp
  readonly fits?: (token: string) => boolean
  /** How much may stand between the word and the token. */
  readonly between?: number
  /** Languages put the word behind as well: 1990年5月3日出生. */
  readonly before?: boolean
}

/** What stands near a word that says what it is, in the same sentence: behind the word, else before it. */
export function near(text: string, { words, token, fits = () => true, between = 30, before = true }: Near): Stretch[] {
  const found: Stretch[] = []
  const last = new RegExp(token.source, `${token.flags.replace('g', '')}g`)
  for (const match of text.matchAll(words)) {
    const end = match.index + match[0].length
    const ahead = untilStop(text.slice(end, end + between + AHEAD))
    const behind = first(ahead, last, fits, between)
    if (behind) {
      found.push(moved(behind, end))
      continue
    }
    if (!before) continue
    const from = Math.max(0, match.index - BEHIND)
    const earlier = sinceStop(text.slice(from, match.index))
    const at = match.index - earlier.length
    const stretch = all(earlier, last, fits).findLast((it) => earlier.length - it.end <= between)
    if (stretch) found.push(moved(stretch, at))
  }
  return found
}

const first = (text: string, token: RegExp, fits: (token: string) => boolean, between: number): Stretch | undefined =>
  all(text, token, fits).find(({ start }) => start <= between)
const moved = ({ start, end, text }: Stretch, by: number): Stretch => ({ start: start + by, end: end + by, text })
const untilStop = (text: string): string => {
  const stop = STOP.exec(text)
  return stop ? text.slice(0, stop.index) : text
}
const sinceStop = (text: string): string => text.slice(Math.max(...ENDS.map((it) => text.lastIndexOf(it))) + 1)
