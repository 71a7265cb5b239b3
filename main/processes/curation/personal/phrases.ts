import { createHash } from 'node:crypto'
import { wordlists } from 'ethers'
import { wordsOf, type Stretch } from './context.ts'

const LENGTHS = [24, 21, 18, 15, 12]
const LEAST = 12
const LONGEST = 240
const WORDS = /[a-z]{3,8}/g
const BETWEEN = /^[\s,.;:\d)\-"'|/]{1,8}$/
const SAID = wordsOf(String.raw`
  seed ?phrase / seed ?words / recovery (?:phrase|words) / mnemonic / backup (?:phrase|words) / wiederherstellung
  frase (?:semilla|de recuperación|di recupero|de recuperação) / phrase de récupération / сид-?фраз / мнемоник
  助记词 / リカバリーフレーズ / ニーモニック / 니모닉 / kurtarma kelime / gjenoppretting / wallet seed
`)
const english = wordlists['en']
const indexOf = new Map(Array.from({ length: 2048 }, (_, i) => [english?.getWord(i) ?? '', i]))

/** The checksum of BIP-39: the first bits of the entropy's SHA-256 stand behind it. */
export function isPhrase(indices: readonly number[]): boolean {
  const bytes = Buffer.alloc(Math.ceil((indices.length * 11) / 8))
  for (const [word, index] of indices.entries())
    for (let bit = 0; bit < 11; bit++)
      if (index & (1 << (10 - bit))) {
        const at = word * 11 + bit
        bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7))
      }
  const entropy = (indices.length * 32) / 3 / 8
  const bits = indices.length / 3
  const hash = createHash('sha256').update(bytes.subarray(0, entropy)).digest()
  return (hash[0] ?? 0) >> (8 - bits) === (bytes[entropy] ?? 0) >> (8 - bits)
}

interface Word {
  readonly start: number
  readonly end: number
  readonly index: number
}

/** Words of the list in a row. */
function runsOf(text: string): Word[][] {
  const runs: Word[][] = [[]]
  for (const match of text.matchAll(WORDS)) {
    const index = indexOf.get(match[0])
    const word = { start: match.index, end: match.index + match[0].length, index: index ?? 0 }
    const last = runs.at(-1) ?? []
    const before = last.at(-1)
    if (index === undefined) runs.push([])
    else if (!before || BETWEEN.test(text.slice(before.end, Math.min(word.start, before.end + 9)))) last.push(word)
    else runs.push([word])
  }
  return runs.filter((run) => run.length >= LEAST)
}

/** Recovery phrases: words of BIP-39's list in a row whose checksum holds, or that a word before says to be one. */
export function phrases(text: string): Stretch[] {
  const lower = text.toLowerCase()
  // A letter that grows in lower case would shift all that follows.
  if (lower.length !== text.length) return []
  const found: { start: number; end: number }[] = []
  for (const run of runsOf(lower)) {
    const said = SAID.test(lower.slice(Math.max(0, (run[0]?.start ?? 0) - 60), run[0]?.start))
    SAID.lastIndex = 0
    // Nobody's prose has so many of the list's words in a row; each of its stretches would be tried.
    if (run.length > LONGEST) {
      found.push({ start: run[0]?.start ?? 0, end: run.at(-1)?.end ?? 0 })
      continue
    }
    const indices = run.map(({ index }) => index)
    for (let at = 0; at + LEAST <= run.length; at++) {
      const count = said
        ? run.length
        : LENGTHS.find((it) => at + it <= run.length && isPhrase(indices.slice(at, at + it)))
      if (count === undefined) continue
      const [start, end] = [run[at]?.start ?? 0, run[at + count - 1]?.end ?? 0]
      const last = found.at(-1)
      // One checksum in sixteen holds by chance, so a neighbour of the list may seem to belong to it: all of it is
      // taken.
      if (last && last.end > start) last.end = Math.max(end, last.end)
      else found.push({ start, end })
      if (said) break
    }
  }
  return found.map(({ start, end }) => ({ start, end, text: text.slice(start, end) }))
}
