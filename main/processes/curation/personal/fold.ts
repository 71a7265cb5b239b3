/**
 * A text as the detectors read it: digits of every script as ASCII, full-width and mathematical letters as plain ones,
 * every space as a space, every dash as a hyphen, letters composed (NFC), and what has no width left out.
 */
export interface Folded {
  readonly text: string
  /** Where a stretch of the folded text stands in the original one. */
  original: (start: number, end: number) => { start: number; end: number }
}

const COMPOSED = String.raw`[\u1100-\u11ff]+|\p{ASCII}\p{M}{1,30}|\P{ASCII}\p{M}{1,30}`
/** What has another form in the folded text; marks are composed with their letter. */
const FORMS = new RegExp(
  String.raw`${COMPOSED}|[\t\v\f]|(?!\p{ASCII})[\p{Nd}\p{Zs}\p{Pd}\p{Cf}\uff01-\uff5e\u{1d400}-\u{1d7ff}\u2212ー]`,
  'gu',
)
const NO_WIDTH = /[\p{Cf}\ufe0e\ufe0f\u20e3]/gu
const DIGIT = /^\p{Nd}$/u

/** Decimal digits stand in a row in Unicode, from the zero on. */
function digitOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}

function formOf(sign: string, before: string): string {
  const bare = sign.replace(NO_WIDTH, '')
  if (bare === '') return ''
  if (/^[\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u.test(bare)) return bare.normalize('NFKC')
  if (DIGIT.test(bare)) return digitOf(bare)
  if (/^[\s\p{Zs}]$/u.test(bare)) return ' '
  // Japanese keyboards give the long vowel's sign between digits.
  if (bare === 'ー') return DIGIT.test(before) ? '-' : bare
  if (/^[\p{Pd}\u2212]$/u.test(bare)) return '-'
  return bare.normalize('NFC')
}

/** Replaces what `pattern` matches, and keeps where each unit came from. */
export function foldBy(text: string, pattern: RegExp, form: (sign: string, before: string) => string): Folded {
  /** Pairs: where a stretch begins in the folded text, and in the original one. */
  const cuts: { folded: number; start: number; end: number; length: number }[] = []
  let [out, at] = ['', 0]
  for (const { 0: sign, index } of text.matchAll(pattern)) {
    out += text.slice(at, index)
    at = index + sign.length
    const whole = form(sign, text[index - 1] ?? '')
    if (whole.length !== sign.length) cuts.push({ folded: out.length, start: index, end: at, length: whole.length })
    out += whole
  }
  out += text.slice(at)
  return { text: out, original: (start, end) => ({ start: place(cuts, start, false), end: place(cuts, end, true) }) }
}

/** The original place of a border in the folded text: before what was left out there for an end, behind it else. */
function place(
  cuts: readonly { folded: number; start: number; end: number; length: number }[],
  border: number,
  isEnd: boolean,
): number {
  let [low, high] = [0, cuts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const { folded } = cuts[middle] ?? { folded: 0 }
    if (isEnd ? folded < border : folded <= border) low = middle + 1
    else high = middle
  }
  const cut = cuts[low - 1]
  if (!cut) return border
  const inside = border - cut.folded
  if (inside >= cut.length) return cut.end + inside - cut.length
  return isEnd ? cut.end : cut.start
}

export const fold = (text: string): Folded => foldBy(text, FORMS, formOf)

const UNACCENTED: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ß: 'ss',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  ð: 'd',
  þ: 'th',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ة: 'ه',
  ς: 'σ',
}
const ACCENTED = /[A-Z]|\P{ASCII}/gu

/** Names are compared without case and accents, since people write them so. */
const unaccent = (sign: string): string => {
  const small = sign.toLowerCase()
  const known = UNACCENTED[small]
  if (known !== undefined) return known
  return /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u.test(small)
    ? small.normalize('NFD').replace(/\p{M}/gu, '')
    : small
}
export const foldName = (text: string): Folded => foldBy(text, ACCENTED, unaccent)
