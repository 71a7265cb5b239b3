import { toDirection } from '../../../../common/model/embedding-vector.ts'
import { isFunctionWord } from '../text/function-words.ts'
import { Lexicon } from './lexicon.ts'

/**
 * What a message's neighbours count in its meaning, by their distance: more those before it, for they may ask what it
 * answers.
 */
const NEAR = { before: [1, 0.5, 0.2], after: [1, 0.3, 0.1] } as const

/** The embedding of what words mean together. */
export function embeddingOf(terms: readonly string[]): Int8Array {
  return embeddingAmid([terms], 0)
}

/** The embedding of what a message means, amid those around it. @param turns terms of each, in their order */
export function embeddingAmid(turns: readonly (readonly string[])[], at: number): Int8Array {
  const lexicon = Lexicon.shipped()
  const sum = new Float32Array(lexicon.dimensions)
  for (const [i, terms] of turns.entries()) {
    const factor = NEAR[i < at ? 'before' : 'after'][Math.abs(i - at)]
    if (factor)
      lexicon.addTo(
        sum,
        terms.filter((term) => !isFunctionWord(term)),
        factor,
      )
  }
  return toDirection(sum)
}
