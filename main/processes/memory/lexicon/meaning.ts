import { isFunctionWord } from '../text/function-words.ts'
import { Lexicon, toDirection } from './lexicon.ts'

/** What a message's neighbours count in its meaning, by their distance. */
const NEAR = [1, 0.5, 0.2] as const

/** The direction of what words mean together. */
export function meaningOf(terms: readonly string[]): Int8Array {
  return meaningAmid([terms], 0)
}

/** The direction of what a message means, amid those around it. @param turns terms of each, in their order */
export function meaningAmid(turns: readonly (readonly string[])[], at: number): Int8Array {
  const lexicon = Lexicon.shipped()
  const sum = new Float32Array(lexicon.dimensions)
  for (const [i, terms] of turns.entries()) {
    const factor = NEAR[Math.abs(i - at)]
    if (factor) lexicon.addTo(sum, terms.filter((term) => !isFunctionWord(term)), factor)
  }
  return toDirection(sum)
}

/** A direction as numbers whose squares sum to 1; nothing but zeros where no word is known. */
export function unitVector(direction: Int8Array): number[] {
  const length = Math.hypot(...direction) || 1
  return Array.from(direction, (value) => value / length)
}
