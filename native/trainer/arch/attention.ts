import { add, softmax } from '../graph/arithmetic.ts'
import type { Value } from '../graph/graph.ts'
import { matmul } from '../graph/matmul.ts'
import { concat, expand, reshape, transpose } from '../graph/shape.ts'
import type { Scope } from './scope.ts'

export interface Heads {
  readonly heads: number
  readonly kvHeads: number
  readonly headSize: number
}

/** [batch · tokens, heads · headSize] → [batch, heads, tokens, headSize]. */
export function splitHeads(scope: Scope, x: Value, heads: number, headSize: number): Value {
  const { batch, tokens } = scope.shape
  return transpose(scope.g, reshape(scope.g, x, [batch, tokens, heads, headSize]), [0, 2, 1, 3])
}

/**
 * Scaled dot-product attention with grouped keys (Ainslie et al. 2023): queries that share a key head are stacked as
 * rows, so no key is repeated in memory.
 * @param q [batch, heads, tokens, headSize]
 * @param k [batch, kvHeads, tokens, headSize]
 * @returns [batch · tokens, heads · headSize]
 */
export function attention(scope: Scope, q: Value, k: Value, v: Value, { heads, kvHeads, headSize }: Heads): Value {
  const { g, shape: { batch, tokens } } = scope
  const group = heads / kvHeads
  const stacked = reshape(g, q, [batch * kvHeads, group * tokens, headSize])
  const prefix = scope.prefix()
  const lengthened = (own: Value, trained: Value | undefined) => {
    const flat = reshape(g, own, [batch * kvHeads, tokens, headSize])
    if (!trained) return flat
    const length = trained.shape[1]!
    const repeated = reshape(g, expand(g, reshape(g, trained, [1, kvHeads, length, headSize]), [batch, kvHeads, length, headSize]), [batch * kvHeads, length, headSize])
    return concat(g, [repeated, flat], 1)
  }
  const [keys, values] = [lengthened(k, prefix?.keys), lengthened(v, prefix?.values)]
  const span = keys.shape[1]!
  const scores = matmul(g, stacked, keys, { transB: true, alpha: 1 / Math.sqrt(headSize) })
  const masked = add(g, reshape(g, scores, [batch, heads, tokens, span]), scope.mask)
  const weights = reshape(g, softmax(g, masked), [batch * kvHeads, group * tokens, span])
  const mixed = reshape(g, matmul(g, weights, values), [batch, heads, tokens, headSize])
  return reshape(g, transpose(g, mixed, [0, 2, 1, 3]), [batch * tokens, heads * headSize])
}
