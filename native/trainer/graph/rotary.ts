import { add, mul, negate, sub } from './arithmetic.ts'
import type { Graph, Value } from './graph.ts'
import { concat, reshape, slice } from './shape.ts'

/** Cosines and sines by position, as graph inputs' neighbours: [positions, headSize / 2] each. */
export interface RotaryTables {
  readonly cos: Float32Array
  readonly sin: Float32Array
  readonly positions: number
  readonly half: number
}

/**
 * Rotary position embedding (Su et al. 2021), in the half-split order of Hugging Face.
 * @param x [batch, heads, tokens, headSize]
 * @param positions int64 [batch · tokens]
 */
export function rotary(g: Graph, x: Value, positions: Value, tables: RotaryTables): Value {
  const [batch, , tokens, headSize] = x.shape as [number, number, number, number]
  const { half } = tables
  const rows = (name: string, data: Float32Array) => {
    const table = g.table(`rotary.${name}`, 'float', [tables.positions, half], () => data)
    return reshape(g, g.op('Gather', [table, positions], [batch * tokens, half], { attributes: { axis: 0 } }), [batch, 1, tokens, half])
  }
  const [cos, sin] = [rows('cos', tables.cos), rows('sin', tables.sin)]
  const turn = (y: Value, sine: Value): Value => {
    const [low, high] = [slice(g, y, 3, 0, half), slice(g, y, 3, half, headSize)]
    return concat(g, [sub(g, mul(g, low, cos), mul(g, high, sine)), add(g, mul(g, high, cos), mul(g, low, sine))], 3)
  }
  // Turning back is turning by the negative angle.
  return g.record(turn({ ...x, tracked: false }, sin), [x], (dy) => [turn(dy, negate(g, sin))])
}
