/**
 * Reorders the rows of queries' and keys' projections: llama.cpp rotates pairs of neighbours, Hugging Face rotates
 * halves.
 */
export function interleaveRows<A extends Float32Array | Uint8Array | Uint16Array | Int8Array>(
  data: A,
  rows: number,
  heads: number,
  direction: 'to-gguf' | 'from-gguf',
): A {
  const out = data.slice() as A
  const width = data.length / rows
  const size = rows / heads
  for (let head = 0; head < heads; head++) {
    for (let half = 0; half < 2; half++) {
      for (let j = 0; j < size / 2; j++) {
        const [split, paired] = [head * size + (half * size) / 2 + j, head * size + 2 * j + half]
        const [from, to] = direction === 'to-gguf' ? [split, paired] : [paired, split]
        out.set(data.subarray(from * width, (from + 1) * width) as never, to * width)
      }
    }
  }
  return out
}
