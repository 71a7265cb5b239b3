/** Sequences of one graph run, as host arrays of [batch · tokens]. */
export interface Batch {
  readonly ids: Int32Array
  readonly positions: Int32Array
  /** The packed sample of each token, counted from 1; 0 is padding. Tokens see only their own sample. */
  readonly segments: Uint16Array
  readonly types: Uint8Array
  /** The token to predict, or the class of the sequence [batch]. */
  readonly labels: Int32Array
  /** The share of each label in the loss; 0 where there is none. */
  readonly weights: Float32Array
  /** Position at which each sequence is pooled for classification [batch]; empty for language models. */
  readonly pool: Int32Array
}

/** Big enough to vanish in a softmax, small enough to stay finite when scores are added. */
const NEVER = -1e30

/**
 * Additive attention mask [batch, 1, tokens, prefix + tokens]: a token sees the prefix and its own sample, up to itself
 * where the stack is causal.
 * @param window positions that a token sees at most, its own included; null for all
 */
export function attentionMask(
  segments: Uint16Array,
  batch: number,
  tokens: number,
  prefix: number,
  causal: boolean,
  window: number | null = null,
): Float32Array {
  const reach = window ?? Infinity
  const span = prefix + tokens
  const mask = new Float32Array(batch * tokens * span).fill(NEVER)
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < tokens; i++) {
      const row = (b * tokens + i) * span
      const own = segments[b * tokens + i]!
      mask.fill(0, row + Math.min(prefix, Math.max(0, prefix + i + 1 - reach)), row + prefix)
      const last = causal ? i : tokens - 1
      for (let j = Math.max(0, i + 1 - reach); j <= last; j++)
        if (segments[b * tokens + j] === own) mask[row + prefix + j] = 0
    }
  }
  return mask
}

/** Zeros and ones [batch, batch · tokens] that pick each sequence's pooled token. */
export function poolMatrix(pool: Int32Array, tokens: number): Float32Array {
  const matrix = new Float32Array(pool.length * pool.length * tokens)
  for (const [b, at] of pool.entries()) matrix[b * pool.length * tokens + b * tokens + at] = 1
  return matrix
}
