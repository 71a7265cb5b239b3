import { add, div, mean, mul, sqrt, sub } from './arithmetic.ts'
import { untracked, type Graph, type Value } from './graph.ts'

/** Root-mean-square normalisation (Zhang and Sennrich 2019) with a frozen weight over the last axis. */
export function rmsNorm(g: Graph, x: Value, weight: Value, epsilon: number): Value {
  if (!g.profile.fusedNorm) {
    const inverse = div(g, g.scalar(1), sqrt(g, add(g, mean(g, mul(g, x, x)), g.scalar(epsilon))))
    return mul(g, mul(g, x, inverse), weight)
  }
  const column = x.shape.with(-1, 1)
  // Its second output, the inverse deviation, saves the backward pass a reduction.
  const [y, inverse] = g.ops('SimplifiedLayerNormalization', [x, weight], [x.shape, column], {
    attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
  })
  return g.record(y!, [x], (dy) => {
    const gain = mul(g, dy, weight)
    const unit = mul(g, untracked(x), inverse!)
    return [mul(g, inverse!, sub(g, gain, mul(g, unit, mean(g, mul(g, gain, unit)))))]
  })
}

/** Layer normalisation (Ba et al. 2016) with frozen gain and bias over the last axis. */
export function layerNorm(g: Graph, x: Value, weight: Value, bias: Value, epsilon: number): Value {
  const centred = sub(g, x, mean(g, x))
  const deviation = sqrt(g, add(g, mean(g, mul(g, centred, centred)), g.scalar(epsilon)))
  return add(g, mul(g, div(g, centred, deviation), weight), bias)
}
