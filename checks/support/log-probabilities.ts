/** Log-softmax of each row, [tokens, vocabulary]: llama.cpp gives no logits. */
export function logProbabilities(logits: Float32Array, vocabulary: number): Float32Array {
  const out = new Float32Array(logits.length)
  for (let from = 0; from < logits.length; from += vocabulary) {
    const row = logits.subarray(from, from + vocabulary)
    const peak = Math.max(...row)
    const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value - peak), 0)) + peak
    row.forEach((value, i) => (out[from + i] = value - total))
  }
  return out
}
