import { add, mul, scale, sub, tanh } from './arithmetic.ts'
import type { Graph, Value } from './graph.ts'

/** x · σ(x). */
export function silu(g: Graph, x: Value): Value {
  const gate = g.op('Sigmoid', [x], x.shape)
  const y = g.op('Mul', [x, gate], x.shape)
  // dy/dx = σ + y(1 − σ)
  return g.record(y, [x], (dy) => [mul(g, dy, add(g, gate, mul(g, y, sub(g, g.scalar(1), gate))))])
}

/** GELU by its tanh approximation, GPT-2's `gelu_new` (Hendrycks and Gimpel 2016). */
export function geluTanh(g: Graph, x: Value): Value {
  const cube = mul(g, mul(g, x, x), x)
  const inner = scale(g, add(g, x, scale(g, cube, 0.044715)), Math.sqrt(2 / Math.PI))
  return mul(g, scale(g, x, 0.5), add(g, g.scalar(1), tanh(g, inner)))
}

/** GELU by the error function, as in BERT. */
export function geluErf(g: Graph, x: Value): Value {
  const halfPlus = scale(g, add(g, g.scalar(1), g.op('Erf', [scale(g, x, Math.SQRT1_2)], x.shape)), 0.5)
  const y = g.op('Mul', [x, halfPlus], x.shape)
  // dy/dx = Φ(x) + x·φ(x)
  return g.record(y, [x], (dy) => {
    const density = scale(g, g.op('Exp', [scale(g, mul(g, x, x), -0.5)], x.shape), 1 / Math.sqrt(2 * Math.PI))
    return [mul(g, dy, add(g, halfPlus, mul(g, x, density)))]
  })
}
