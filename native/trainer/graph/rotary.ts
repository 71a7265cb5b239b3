import { add, mul, negate, sub } from './arithmetic.ts'
import { untracked, type Graph, type Value } from './graph.ts'
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
  const table = (name: 'cos' | 'sin') =>
    g.table(`rotary.${name}`, 'float', [tables.positions, tables.half], () => tables[name])
  const [cos, sin] = [table('cos'), table('sin')]
  const turn = g.profile.fusedRotary ? turnAtOnce : turnInParts
  // The inverse rotation is by the negative angle.
  return g.record(turn(g, untracked(x), positions, cos, sin), [x], (dy) => [
    turn(g, dy, positions, cos, negate(g, sin)),
  ])
}

function turnAtOnce(g: Graph, x: Value, positions: Value, cos: Value, sin: Value): Value {
  const [batch, , tokens] = x.shape as [number, number, number]
  return g.op('RotaryEmbedding', [x, reshape(g, positions, [batch, tokens]), cos, sin], x.shape, {
    attributes: { interleaved: 0 },
    domain: 'com.microsoft',
  })
}

function turnInParts(g: Graph, x: Value, positions: Value, cos: Value, sin: Value): Value {
  const [batch, , tokens, headSize] = x.shape as [number, number, number, number]
  const half = headSize / 2
  const rows = (table: Value) =>
    reshape(g, g.op('Gather', [table, positions], [batch * tokens, half], { attributes: { axis: 0 } }), [
      batch,
      1,
      tokens,
      half,
    ])
  const [cosines, sines] = [rows(cos), rows(sin)]
  const [low, high] = [slice(g, x, 3, 0, half), slice(g, x, 3, half, headSize)]
  return concat(
    g,
    [sub(g, mul(g, low, cosines), mul(g, high, sines)), add(g, mul(g, high, cosines), mul(g, low, sines))],
    3,
  )
}
