import { scaledAttention } from '../../graph/attention.ts'
import type { Value } from '../../graph/graph.ts'
import { concat, expand, reshape, slice, transpose } from '../../graph/shape.ts'
import type { Scope } from '../scope.ts'

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

/** Queries per block in a causal model; blocks above the diagonal are not computed. */
const CAUSAL_BLOCK = 128

/** The computed share of the [tokens, tokens] scores. */
export function attendedShare(tokens: number, causal: boolean): number {
  const blocks = Math.ceil(tokens / CAUSAL_BLOCK)
  return causal ? (blocks + 1) / (2 * blocks) : 1
}

/**
 * Scaled dot-product attention with grouped keys (Ainslie et al. 2023): queries that share a key head are stacked as
 * rows, so no key is repeated in memory. A causal block of queries reads only the keys up to its own end.
 * @param q [batch, heads, tokens, headSize]
 * @param k [batch, kvHeads, tokens, headSize]
 * @returns [batch · tokens, heads · headSize]
 */
export function attention(
  scope: Scope,
  q: Value,
  k: Value,
  v: Value,
  {
    heads,
    kvHeads,
    headSize,
    causal,
    scale = 1 / Math.sqrt(headSize),
  }: Heads & { readonly causal: boolean; readonly scale?: number | undefined },
): Value {
  const {
    g,
    shape: { batch, tokens },
  } = scope
  const group = heads / kvHeads
  const prefix = scope.prefix()
  const lengthened = (own: Value, trained: Value | undefined) => {
    const flat = reshape(g, own, [batch * kvHeads, tokens, headSize])
    if (!trained) return flat
    const length = trained.shape[1]!
    const repeated = reshape(
      g,
      expand(g, reshape(g, trained, [1, kvHeads, length, headSize]), [batch, kvHeads, length, headSize]),
      [batch * kvHeads, length, headSize],
    )
    return concat(g, [repeated, flat], 1)
  }
  const [keys, values] = [lengthened(k, prefix?.keys), lengthened(v, prefix?.values)]
  const before = keys.shape[1]! - tokens
  const step = causal ? CAUSAL_BLOCK : tokens
  const blocks: Value[] = []
  for (let from = 0; from < tokens; from += step) {
    const to = Math.min(tokens, from + step)
    const span = causal ? before + to : before + tokens
    const rows = reshape(g, slice(g, q, 2, from, to), [batch * kvHeads, group * (to - from), headSize])
    const mask = slice(g, slice(g, scope.mask, 2, from, to), 3, 0, span)
    const mixed = scaledAttention(g, rows, slice(g, keys, 1, 0, span), slice(g, values, 1, 0, span), mask, scale)
    blocks.push(reshape(g, mixed, [batch, heads, to - from, headSize]))
  }
  return reshape(g, transpose(g, concat(g, blocks, 2), [0, 2, 1, 3]), [batch * tokens, heads * headSize])
}
