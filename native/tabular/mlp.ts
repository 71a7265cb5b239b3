import { add, mul, softmax, sub } from '../trainer/graph/arithmetic.ts'
import { silu } from '../trainer/graph/activation.ts'
import { Graph, type Value } from '../trainer/graph/graph.ts'
import { crossEntropy } from '../trainer/graph/loss.ts'
import { matmul } from '../trainer/graph/matmul.ts'
import type { OpProfile } from '../trainer/graph/profile.ts'
import { reshape, slice, sum } from '../trainer/graph/shape.ts'
import { Random } from '../trainer/random.ts'

/** A net of dense layers with SiLU between them; without hidden layers it is a perceptron. */
export interface NetShape {
  readonly inputs: number
  readonly hidden: readonly number[]
  /** Classes, or 1 for a value. */
  readonly outputs: number
  readonly classifies: boolean
}

interface Layer {
  readonly from: number
  readonly to: number
  /** Where its weights [to, from] and its bias [to] begin in the flat vector. */
  readonly weight: number
  readonly bias: number
}

export function layersOf({ inputs, hidden, outputs }: NetShape): { layers: readonly Layer[]; total: number } {
  const widths = [inputs, ...hidden, outputs]
  let at = 0
  const layers = widths.slice(1).map((to, i): Layer => {
    const from = widths[i]!
    const layer = { from, to, weight: at, bias: at + from * to }
    at += from * to + to
    return layer
  })
  return { layers, total: at }
}

/** Weights of deviation 1/√inputs, biases 0. */
export function startingNet(shape: NetShape, seed: string): Float32Array {
  const { layers, total } = layersOf(shape)
  const random = new Random(`net/${seed}`)
  const parameters = new Float32Array(total)
  for (const { from, weight, bias } of layers)
    for (let i = weight; i < bias; i++) parameters[i] = random.normal() / Math.sqrt(from)
  return parameters
}

/** @param parameters float [total] */
function forward(g: Graph, shape: NetShape, x: Value, parameters: Value): Value {
  const { layers } = layersOf(shape)
  return layers.reduce((h, { from, to, weight, bias }, i) => {
    const w = reshape(g, slice(g, parameters, 0, weight, bias), [to, from])
    const b = slice(g, parameters, 0, bias, bias + to)
    const z = add(g, matmul(g, h, w, { transB: true }), b)
    return i < layers.length - 1 ? silu(g, z) : z
  }, x)
}

/** Outputs of a batch: logits [rows, classes] or values [rows, 1]. */
export function outputGraph(shape: NetShape, rows: number, profile: OpProfile): Graph {
  const g = new Graph(profile)
  const { total } = layersOf(shape)
  const x = g.input('x', 'float', [rows, shape.inputs])
  g.output('y', forward(g, shape, x, g.input('parameters', 'float', [total])))
  return g
}

/**
 * Loss and gradient of a batch; a row of weight 0 counts for nothing. Squared error is halved, so its gradient is the
 * error.
 */
export function trainingGraph(shape: NetShape, rows: number, profile: OpProfile): Graph {
  const g = new Graph(profile)
  const { total } = layersOf(shape)
  const x = g.input('x', 'float', [rows, shape.inputs])
  const weights = g.input('weights', 'float', [rows, 1])
  const parameters = g.input('parameters', 'float', [total], true)
  const y = forward(g, shape, x, parameters)
  const loss = shape.classifies
    ? crossEntropy(g, y, g.input('labels', 'int64', [rows]), weights)
    : squaredError(g, y, g.input('targets', 'float', [rows, 1]), weights)
  g.output('loss', loss)
  g.output('gradient', g.backward(loss).get(parameters.name)!)
  return g
}

function squaredError(g: Graph, y: Value, targets: Value, weights: Value): Value {
  const error = sub(g, y, targets)
  return reshape(g, sum(g, mul(g, mul(g, mul(g, error, error), weights), g.scalar(0.5)), [0, 1]), [])
}

/**
 * The finished net for one row, its weights inside: an ONNX file that any runtime reads. Classes come out as
 * probabilities.
 */
export function finishedGraph(shape: NetShape, parameters: Float32Array, profile: OpProfile): Graph {
  const g = new Graph(profile)
  const y = forward(
    g,
    shape,
    g.input('x', 'float', [1, shape.inputs]),
    g.table('parameters', 'float', [parameters.length], () => parameters),
  )
  g.output('y', shape.classifies ? softmax(g, y) : y)
  return g
}
