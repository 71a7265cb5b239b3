import { untracked, type Graph, type Value } from './graph.ts'
import { broadcast, expand, reduceTo, sum } from './shape.ts'

export function add(g: Graph, a: Value, b: Value): Value {
  return g.record(g.op('Add', [a, b], broadcast(a.shape, b.shape)), [a, b], (dy) => [
    a.tracked ? reduceTo(g, dy, a.shape) : null,
    b.tracked ? reduceTo(g, dy, b.shape) : null,
  ])
}

export function sub(g: Graph, a: Value, b: Value): Value {
  return g.record(g.op('Sub', [a, b], broadcast(a.shape, b.shape)), [a, b], (dy) => [
    a.tracked ? reduceTo(g, dy, a.shape) : null,
    b.tracked ? reduceTo(g, negate(g, dy), b.shape) : null,
  ])
}

export function mul(g: Graph, a: Value, b: Value): Value {
  return g.record(g.op('Mul', [a, b], broadcast(a.shape, b.shape)), [a, b], (dy) => [
    a.tracked ? reduceTo(g, mul(g, dy, b), a.shape) : null,
    b.tracked ? reduceTo(g, mul(g, dy, a), b.shape) : null,
  ])
}

export function div(g: Graph, a: Value, b: Value): Value {
  const y = g.op('Div', [a, b], broadcast(a.shape, b.shape))
  return g.record(y, [a, b], (dy) => [
    a.tracked ? reduceTo(g, div(g, dy, b), a.shape) : null,
    b.tracked ? reduceTo(g, negate(g, div(g, mul(g, dy, y), b)), b.shape) : null,
  ])
}

/** x · factor. */
export const scale = (g: Graph, x: Value, factor: number): Value => (factor === 1 ? x : mul(g, x, g.scalar(factor)))

export function negate(g: Graph, x: Value): Value {
  return g.record(g.op('Neg', [x], x.shape), [x], (dy) => [negate(g, dy)])
}

export function sqrt(g: Graph, x: Value): Value {
  const y = g.op('Sqrt', [x], x.shape)
  return g.record(y, [x], (dy) => [div(g, scale(g, dy, 0.5), y)])
}

export function tanh(g: Graph, x: Value): Value {
  const y = g.op('Tanh', [x], x.shape)
  return g.record(y, [x], (dy) => [mul(g, dy, sub(g, g.scalar(1), mul(g, y, y)))])
}

/** eˣ, without a gradient of its own. */
export const exp = (g: Graph, x: Value): Value => g.op('Exp', [x], x.shape)

/** Largest of the last axis, kept as 1; without a gradient. */
export const max = (g: Graph, x: Value): Value =>
  g.op('ReduceMax', [x, g.ints([x.shape.length - 1])], x.shape.with(-1, 1), { attributes: { keepdims: 1 } })

/** Mean over the last axis, kept as 1. */
export function mean(g: Graph, x: Value): Value {
  const axis = x.shape.length - 1
  const y = g.op('ReduceMean', [x, g.ints([axis])], x.shape.with(axis, 1), { attributes: { keepdims: 1 } })
  return g.record(y, [x], (dy) => [expand(g, scale(g, dy, 1 / x.shape[axis]!), x.shape)])
}

/**
 * Softmax over the last axis, written out: the one operator whose fused form differs between CPUs (AVX2 and AVX-512)
 * is this one, and exp(x−max)/sum does not.
 */
export function softmax(g: Graph, x: Value): Value {
  const axis = x.shape.length - 1
  const own = untracked(x)
  const powers = exp(g, sub(g, own, max(g, own)))
  const y = div(g, powers, sum(g, powers, [axis]))
  return g.record(y, [x], (dy) => {
    const weighted = mul(g, dy, y)
    return [sub(g, weighted, mul(g, y, sum(g, weighted, [axis])))]
  })
}
