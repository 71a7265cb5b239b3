/** A line as a reader of mail sees it. */
export interface Line {
  readonly text: string
  /** Marked as somebody else's: behind ">", or within a quotation of HTML. */
  readonly quoted: boolean
  /** From here on a program put in what another wrote, whatever its language. */
  readonly cut?: boolean
  /** A rule across the page, which stands for no words. */
  readonly rule?: boolean
  /** The part of a page that a program set aside for what was written before; 0 for none. */
  readonly scope?: number
}

/** Marks of direction (UAX 9) and of byte order say nothing, and a space that does not break is a space. */
const UNSEEN = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g
export const bare = (text: string): string => text.replaceAll(UNSEEN, '').replaceAll('\u00a0', ' ').trim()

/** For comparison: in lower case, and without the dot that Turkish İ leaves above its i. */
export const folded = (text: string): string => text.toLowerCase().replaceAll('\u0307', '')

/** A mark of its own, or with the name of whoever is quoted. */
const QUOTE = /^[ \t]{0,3}(?:\p{Lu}[\p{L}.]{0,12})?>/u
export const isMarked = (text: string): boolean => QUOTE.test(text)
export const plainLines = (text: string): Line[] =>
  text.split(/\r\n|\r|\n/).map((line) => ({ text: line, quoted: isMarked(line) }))

/** Lines that were broken to fit are joined again, each with those of its depth (RFC 3676, 4). */
export function flowedLines(text: string, { deleteSpace }: { readonly deleteSpace: boolean }): Line[] {
  const lines: Line[] = []
  let [depth, flowing, parts]: [number, boolean, string[]] = [0, false, []]
  const close = (): void => {
    if (parts.length > 0) lines.push({ text: parts.join(''), quoted: depth > 0 })
    parts = []
  }
  for (const line of text.split(/\r\n|\r|\n/)) {
    const marks = /^>*/.exec(line)?.[0].length ?? 0
    const said = line.slice(marks).replace(/^ /, '')
    const isSignature = said === '-- '
    if (!flowing || marks !== depth || isSignature) close()
    depth = marks
    flowing = said.endsWith(' ') && !isSignature
    parts.push(flowing && deleteSpace ? said.slice(0, -1) : said)
  }
  close()
  return lines
}
