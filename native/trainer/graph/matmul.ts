import { scale } from './arithmetic.ts'
import type { Graph, Value } from './graph.ts'
import { broadcast, reduceTo } from './shape.ts'

export interface MatMulOptions {
  /** Transposes the last two axes of `a` or `b`. */
  readonly transA?: boolean
  readonly transB?: boolean
  readonly alpha?: number
}

function transposed(g: Graph, x: Value): Value {
  const rank = x.shape.length
  const order = [...Array(rank - 2).keys(), rank - 1, rank - 2]
  return g.op(
    'Transpose',
    [x],
    order.map((axis) => x.shape[axis]!),
    { attributes: { perm: { ints: order } } },
  )
}

/** alpha · op(a) op(b) over the last two axes; the axes before broadcast. */
export function matmul(
  g: Graph,
  a: Value,
  b: Value,
  { transA = false, transB = false, alpha = 1 }: MatMulOptions = {},
): Value {
  const [rows, inner] = transA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!]
  const [inner2, columns] = transB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!]
  if (inner !== inner2)
    throw new Error(
      `[${a.shape.join()}]${transA ? 'ᵀ' : ''} × [${b.shape.join()}]${transB ? 'ᵀ' : ''}: inner sizes differ`,
    )
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns]
  let y: Value
  if (!transA && !transB && alpha === 1) y = g.op('MatMul', [a, b], shape)
  else if (g.profile.fusedMatMul)
    y = g.op('FusedMatMul', [a, b], shape, {
      attributes: { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } },
      domain: 'com.microsoft',
    })
  else if (a.shape.length === 2 && b.shape.length === 2)
    y = g.op('Gemm', [a, b], shape, {
      attributes: { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } },
    })
  else y = scale(g, g.op('MatMul', [transA ? transposed(g, a) : a, transB ? transposed(g, b) : b], shape), alpha)
  return g.record(y, [a, b], (dy) => {
    const da = () =>
      transA ? matmul(g, b, dy, { transA: transB, transB: true, alpha }) : matmul(g, dy, b, { transB: !transB, alpha })
    const db = () =>
      transB ? matmul(g, dy, a, { transA: true, transB: transA, alpha }) : matmul(g, a, dy, { transA: !transA, alpha })
    return [a.tracked ? reduceTo(g, da(), a.shape) : null, b.tracked ? reduceTo(g, db(), b.shape) : null]
  })
}
