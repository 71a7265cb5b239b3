/** How a person's messages begin and end, as far as that is a habit. */
export interface Voice {
  /** One of each for every message that they wrote; empty where that one has none. */
  readonly openings: readonly string[]
  readonly closings: readonly string[]
  readonly lowerCase: boolean
  readonly noFullStop: boolean
}

/**
 * A few words up to a sign, as "Ha!" or "Well then,", where more is said after it; and the same at the end, or signs
 * and pictures alone.
 */
const OPENING = /^([\p{L}’']+(?: [\p{L}’']+){0,2} ?(?:[!…]+|,(?=(?: \S+){3}))|\p{Extended_Pictographic}+️?) (?=\S)/u
const CLOSINGS = [
  /(?<=[.!?…]) [\p{L}’']+(?: [\p{L}’']+){0,2} ?[.!…]*/u,
  /, [\p{L}’']+(?: [\p{L}’']+)? ?[.!…]*/u,
  /(?<!\p{Extended_Pictographic}️? ?) ?(?:\p{Extended_Pictographic}️? ?)+/u,
  / [:;]-?[)D(P]/u,
]
const CLOSING = new RegExp(`(?:${CLOSINGS.map(({ source }) => source).join('|')})$`, 'u')
/** Said in so many of the messages, it is a habit; and so general is a way of writing. */
const HABIT = 0.1
const LEAST = 4
const GENERAL = 0.8

export function voiceOf(texts: readonly string[]): Voice {
  const lines = texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())
  return {
    openings: habits(lines.map((line) => OPENING.exec(line)?.[1] ?? '')),
    closings: habits(lines.map((line) => CLOSING.exec(line.replace(OPENING, ''))?.[0] ?? '')),
    lowerCase: share(lines, (line) => /^\p{Ll}/u.test(line)) > GENERAL,
    noFullStop: share(lines, (line) => !/[.。]$/u.test(line)) > GENERAL,
  }
}

const share = <T>(items: readonly T[], is: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(is).length / items.length

/** What is said again and again; the rest is no habit and becomes empty. */
function habits(found: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const one of found) counts.set(one.toLowerCase(), (counts.get(one.toLowerCase()) ?? 0) + 1)
  return found.map((one) => {
    const count = counts.get(one.toLowerCase())!
    return one !== '' && count >= LEAST && count / found.length >= HABIT ? one : ''
  })
}

/**
 * An answer as this person would frame it; what it says stays. @param n which of their messages it borrows from, so
 * that habits come as often as they do
 */
export function inVoice(answer: string, { openings, closings, lowerCase, noFullStop }: Voice, n: number): string {
  if (openings.length === 0) return answer
  const [opening, closing] = [openings[n % openings.length]!, closings[n % closings.length]!]
  let text = answer.trim()
  // Its own full stop goes where something follows; one inside a quote is the quote's.
  if (noFullStop || closing !== '') text = text.replace(/[.。]$/u, '')
  if (lowerCase && !/^I\b/.test(text)) text = text.replace(/^\p{Lu}/u, (first) => first.toLowerCase())
  return `${opening === '' ? '' : `${opening} `}${text}${closing}`
}
