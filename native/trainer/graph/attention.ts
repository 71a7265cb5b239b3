import { add, exp, max, mul, sub } from './arithmetic.ts'
import { untracked, type Graph, type Value } from './graph.ts'
import { matmul } from './matmul.ts'
import { reshape, sum } from './shape.ts'

/**
 * softmax(scale·q·kᵀ + mask)·v, with two tricks of FlashAttention-2 (Dao 2023, section 3.1) that save passes over the
 * scores: the output is divided by the row's total, and the backward pass computes Σ p·dp as output·gradient.
 * @param q [groups, rows, size]; `rows` are `heads` times `tokens`
 * @param k [groups, span, size]
 * @param v [groups, span, size]
 * @param mask additive, [batch, 1 or heads, tokens, span]
 * @returns [groups, rows, size]
 */
export function scaledAttention(g: Graph, q: Value, k: Value, v: Value, mask: Value, scale: number): Value {
  const [groups, rows] = q.shape as [number, number]
  const [batch, , tokens, span] = mask.shape as [number, number, number, number]
  const flat = [groups, rows, span]
  const [query, keys, values] = [untracked(q), untracked(k), untracked(v)]
  const scores = reshape(g, matmul(g, query, keys, { transB: true, alpha: scale }), [
    batch,
    (groups * rows) / (batch * tokens),
    tokens,
    span,
  ])
  const masked = reshape(g, add(g, scores, mask), flat)
  const powers = exp(g, sub(g, masked, max(g, masked)))
  const inverse = g.op('Reciprocal', [sum(g, powers, [2])], [groups, rows, 1])
  const y = mul(g, matmul(g, powers, values), inverse)
  return g.record(y, [q, k, v], (dy) => {
    const share = mul(g, dy, inverse)
    const dv = v.tracked ? matmul(g, powers, share, { transA: true }) : null
    if (!q.tracked && !k.tracked) return [null, null, dv]
    const spread = sum(g, mul(g, share, untracked(y)), [2])
    const dscores = mul(g, powers, sub(g, matmul(g, share, values, { transB: true }), spread))
    return [
      q.tracked ? matmul(g, dscores, keys, { alpha: scale }) : null,
      k.tracked ? matmul(g, dscores, query, { transA: true, alpha: scale }) : null,
      dv,
    ]
  })
}
