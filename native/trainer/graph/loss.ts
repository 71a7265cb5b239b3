import { mul, negate, softmax, sub } from './arithmetic.ts'
import { untracked, type Graph, type Value } from './graph.ts'
import { matmul } from './matmul.ts'
import { concat, reshape, slice, sum } from './shape.ts'

/** −Σ weight · log p[label]; probabilities that underflow count as the smallest normal number. */
function negativeLog(g: Graph, probabilities: Value, labels: Value, weights: Value): Value {
  const rows = labels.shape[0]!
  const chosen = g.op('GatherElements', [probabilities, reshape(g, labels, [rows, 1])], [rows, 1], { attributes: { axis: 1 } })
  const logarithm = g.op('Log', [g.op('Max', [chosen, g.scalar(1.2e-38)], [rows, 1])], [rows, 1])
  return reshape(g, sum(g, mul(g, negate(g, logarithm), weights), [0, 1]), [1])
}

/**
 * Cross-entropy of a frozen output head, fused with the head: each chunk of rows makes its logits, its loss and its
 * share of dh = weight · (p·E − E[label]) at once, so the [tokens, vocabulary] matrix never exists as a whole.
 * @param hidden [tokens, width]
 * @param head [vocabulary, width]
 * @param labels int64 [tokens]; a token without a label has weight 0
 * @param weights [tokens, 1]
 */
export function linearCrossEntropy(g: Graph, hidden: Value, head: Value, labels: Value, weights: Value, chunks: number): Value {
  const [tokens, width] = hidden.shape as [number, number]
  const rows = Math.ceil(tokens / chunks)
  const losses: Value[] = []
  const gradients: Value[] = []
  for (let from = 0; from < tokens; from += rows) {
    const to = Math.min(tokens, from + rows)
    const [h, label, weight] = [untracked(hidden), labels, weights].map((value) => slice(g, value, 0, from, to)) as [Value, Value, Value]
    const probabilities = softmax(g, matmul(g, h, head, { transB: true }))
    losses.push(negativeLog(g, probabilities, label, weight))
    if (!hidden.tracked) continue
    const expected = g.op('Gather', [head, label], [to - from, width], { attributes: { axis: 0 } })
    gradients.push(mul(g, sub(g, matmul(g, probabilities, head), expected), weight))
  }
  const loss = reshape(g, sum(g, concat(g, losses, 0), [0]), [])
  return g.record(loss, [hidden], () => [concat(g, gradients, 0)])
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
  const loss = reshape(g, negativeLog(g, probabilities, labels, weights), [])
  return g.record(loss, [logits], () => {
    const classNumbers = g.table(`classes${classes}`, 'int64', [1, classes], () => BigInt64Array.from({ length: classes }, (_, i) => BigInt(i)))
    const hot = g.op('Cast', [g.op('Equal', [reshape(g, labels, [rows, 1]), classNumbers], [rows, classes], { type: 'bool' })], [rows, classes], { attributes: { to: 1 } })
    return [mul(g, sub(g, probabilities, hot), weights)]
  })
}
