const LONGEST_GRAM = 4
/** Messages of a side, from which on a classifier is worth its name, and of which it sees no more. */
const FEWEST = 8
const MOST = 2000
/** Every which message is kept to see how often it is right. */
const HELD_OUT_EVERY = 5

/** Tells who wrote something. */
export interface Authorship {
  /** Whether it looks like the person's. */
  readonly isMine: (text: string) => boolean
  /** How often it is right about messages that it was not made from, both sides weighing the same. */
  readonly right: number
}

/**
 * Runs of one to four characters, those at the ends of a text marked as such: what authorship shows in (Stamatatos
 * 2009, section 3.2).
 */
function* grams(text: string): Generator<string> {
  const marked = `^${text.replaceAll(/\s+/g, ' ').trim()}$`
  for (let size = 1; size <= LONGEST_GRAM; size++)
    for (let at = 0; at + size <= marked.length; at++) yield marked.slice(at, at + size)
}

/** A naive Bayes classifier over character n-grams, or null where either side wrote too little. */
export function authorship(mine: readonly string[], others: readonly string[]): Authorship | null {
  if (mine.length < FEWEST || others.length < FEWEST) return null
  const sides = [mine.slice(0, MOST), others.slice(0, MOST)] as const
  const held = (_: string, i: number): boolean => i % HELD_OUT_EVERY === 0
  const isMine = classifier(sides.map((texts) => texts.filter((text, i) => !held(text, i))) as [string[], string[]])
  const [rightOfMine, rightOfOthers] = sides.map((texts, side) => {
    const asked = texts.filter(held)
    return asked.filter((text) => isMine(text) === (side === 0)).length / asked.length
  }) as [number, number]
  return { isMine, right: (rightOfMine + rightOfOthers) / 2 }
}

function classifier(sides: readonly [readonly string[], readonly string[]]): (text: string) => boolean {
  const counts = sides.map((texts) => {
    const seen = new Map<string, number>()
    let total = 0
    for (const text of texts)
      for (const gram of grams(text)) {
        seen.set(gram, (seen.get(gram) ?? 0) + 1)
        total++
      }
    return { seen, total }
  })
  const known = new Set(counts.flatMap(({ seen }) => [...seen.keys()])).size
  const chance = (side: number, gram: string): number =>
    ((counts[side]!.seen.get(gram) ?? 0) + 1) / (counts[side]!.total + known)
  return (text) => {
    let evidence = 0
    for (const gram of grams(text)) evidence += Math.log(chance(0, gram) / chance(1, gram))
    return evidence > 0
  }
}
