import { weightOf, type Weights } from '../../base/frozen.ts'
import { dequantize, embeddingRows } from '../../base/quantize.ts'

/** The sum of word, kind and place, normalised; float32 [tokens, width]. */
export function embed(
  weights: Weights,
  epsilon: number,
  ids: Int32Array,
  positions: Int32Array,
  types: Uint8Array,
): Float32Array {
  const rows = (name: string, at: ArrayLike<number>) => embeddingRows(weights, `bert.embeddings.${name}.weight`, at)
  const [words, places, kinds] = [
    rows('word_embeddings', ids),
    rows('position_embeddings', positions),
    rows('token_type_embeddings', types),
  ]
  const part = (name: string) => dequantize(weightOf(weights, `bert.embeddings.LayerNorm.${name}`))
  const [gain, bias] = [part('weight'), part('bias')]
  const width = gain.length
  const x = new Float32Array(words.length)
  const sums = new Float64Array(width)
  for (let from = 0; from < x.length; from += width) {
    for (let j = 0; j < width; j++) sums[j] = words[from + j]! + kinds[from + j]! + places[from + j]!
    const centre = sums.reduce((a, b) => a + b) / width
    const deviation = Math.sqrt(sums.reduce((a, b) => a + (b - centre) ** 2, 0) / width + epsilon)
    for (let j = 0; j < width; j++) x[from + j] = ((sums[j]! - centre) / deviation) * gain[j]! + bias[j]!
  }
  return x
}
