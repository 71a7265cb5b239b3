import { add, div, exp, max, mul, negate, softmax, sub } from './arithmetic.ts'
import { untracked, type Graph, type Value } from './graph.ts'
import { matmul } from './matmul.ts'
import { reshape, sum } from './shape.ts'

/**
 * Cross-entropy of a frozen output head, fused with the head and run over its vocabulary in chunks: each chunk's logits
 * add to the rows' totals (online softmax, Milakov and Gimelshein 2018) and to dh = weight · (Σ p·E − E[label]), so the
 * [tokens, vocabulary] matrix is never stored.
 * @param hidden [tokens, width]
 * @param chunks of the head, [chunk, width] each
 * @param expected the head's rows of the labels, [tokens, width]
 * @param weights [tokens, 1]; a token without a label has weight 0
 */
export function linearCrossEntropy(
  g: Graph,
  hidden: Value,
  chunks: readonly Value[],
  expected: Value,
  weights: Value,
): Value {
  const column = [hidden.shape[0]!, 1]
  const h = untracked(hidden)
  let [peak, total, mixed]: (Value | undefined)[] = []
  for (const rows of chunks) {
    const logits = matmul(g, h, rows, { transB: true })
    const top = max(g, logits)
    const highest: Value = peak ? g.op('Max', [peak, top], column) : top
    const powers = exp(g, sub(g, logits, highest))
    const shrink = peak && exp(g, sub(g, peak, highest))
    const joined = (before: Value | undefined, own: Value) =>
      before && shrink ? add(g, own, mul(g, before, shrink)) : own
    total = joined(total, sum(g, powers, [1]))
    if (hidden.tracked) mixed = joined(mixed, matmul(g, powers, rows))
    peak = highest
  }
  const chosen = sum(g, mul(g, h, expected), [1])
  const surprise = sub(g, add(g, g.op('Log', [total!], column), peak!), chosen)
  const loss = reshape(g, sum(g, mul(g, surprise, weights), [0, 1]), [])
  return g.record(loss, [hidden], () => [mul(g, sub(g, div(g, mixed!, total!), expected), weights)])
}

/** −Σ weight · log p[label]; probabilities that underflow count as the smallest normal number. */
function negativeLog(g: Graph, probabilities: Value, labels: Value, weights: Value): Value {
  const rows = labels.shape[0]!
  const chosen = g.op('GatherElements', [probabilities, reshape(g, labels, [rows, 1])], [rows, 1], {
    attributes: { axis: 1 },
  })
  const logarithm = g.op('Log', [g.op('Max', [chosen, g.scalar(1.2e-38)], [rows, 1])], [rows, 1])
  return reshape(g, sum(g, mul(g, negate(g, logarithm), weights), [0, 1]), [])
}

/**
 * Cross-entropy over a few classes, for a head that is trained too.
 * @param logits [rows, classes]
 * @param labels int64 [rows]
 * @param weights [rows, 1]
 */
export function crossEntropy(g: Graph, logits: Value, labels: Value, weights: Value): Value {
  const [rows, classes] = logits.shape as [number, number]
  const probabilities = softmax(g, untracked(logits))
  const loss = negativeLog(g, probabilities, labels, weights)
  return g.record(loss, [logits], () => {
    const classNumbers = g.table(`classes${classes}`, 'int64', [1, classes], () =>
      BigInt64Array.from({ length: classes }, (_, i) => BigInt(i)),
    )
    const hot = g.op(
      'Cast',
      [g.op('Equal', [reshape(g, labels, [rows, 1]), classNumbers], [rows, classes], { type: 'bool' })],
      [rows, classes],
      { attributes: { to: 1 } },
    )
    return [mul(g, sub(g, probabilities, hot), weights)]
  })
}
