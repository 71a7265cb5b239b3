import { sameShape, size, type Graph, type Value } from './graph.ts'

export function reshape(g: Graph, x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x
  if (size(x.shape) !== size(shape)) throw new Error(`cannot reshape [${x.shape.join()}] to [${shape.join()}]`)
  return g.record(g.op('Reshape', [x, g.ints(shape)], shape, { type: x.type }), [x], (dy) => [reshape(g, dy, x.shape)])
}

export function transpose(g: Graph, x: Value, order: readonly number[]): Value {
  const y = g.op(
    'Transpose',
    [x],
    order.map((axis) => x.shape[axis]!),
    { type: x.type, attributes: { perm: { ints: order } } },
  )
  return g.record(y, [x], (dy) => [
    transpose(
      g,
      dy,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ])
}

/** Elements `from` (included) to `to` (excluded) along an axis. */
export function slice(g: Graph, x: Value, axis: number, from: number, to: number): Value {
  if (from === 0 && to === x.shape[axis]) return x
  const y = g.op('Slice', [x, g.ints([from]), g.ints([to]), g.ints([axis])], x.shape.with(axis, to - from), {
    type: x.type,
  })
  return g.record(y, [x], (dy) => {
    const rank = x.shape.length
    const pads = Array.from({ length: 2 * rank }, () => 0)
    pads[axis] = from
    pads[rank + axis] = x.shape[axis]! - to
    return [g.op('Pad', [dy, g.ints(pads)], x.shape)]
  })
}

export function concat(g: Graph, parts: readonly Value[], axis: number): Value {
  if (parts.length === 1) return parts[0]!
  const lengths = parts.map(({ shape }) => shape[axis]!)
  const y = g.op(
    'Concat',
    parts,
    parts[0]!.shape.with(
      axis,
      lengths.reduce((a, b) => a + b),
    ),
    { type: parts[0]!.type, attributes: { axis } },
  )
  return g.record(y, parts, (dy) => {
    let from = 0
    return parts.map((part, i) => {
      const start = from
      from += lengths[i]!
      return part.tracked ? slice(g, dy, axis, start, from) : null
    })
  })
}

export function expand(g: Graph, x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x
  return g.record(g.op('Expand', [x, g.ints(shape)], shape), [x], (dy) => [reduceTo(g, dy, x.shape)])
}

/** Sums over the given axes and keeps them as 1. */
export function sum(g: Graph, x: Value, axes: readonly number[]): Value {
  const y = g.op(
    'ReduceSum',
    [x, g.ints(axes)],
    x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
    { attributes: { keepdims: 1 } },
  )
  return g.record(y, [x], (dy) => [expand(g, dy, x.shape)])
}

/** Undoes broadcasting: sums a gradient down to the shape of the value that was broadcast. */
export function reduceTo(g: Graph, x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x
  const extra = x.shape.length - shape.length
  const axes = x.shape.flatMap((dim, axis) => (axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : []))
  return reshape(g, axes.length > 0 ? sum(g, x, axes) : x, shape)
}

/** The shape that two operands broadcast to (ONNX, multidirectional). */
export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1]
    if (x !== y && x !== 1 && y !== 1) throw new Error(`[${a.join()}] and [${b.join()}] do not broadcast`)
    return Math.max(x, y)
  })
}
