import type { AdapterScope } from '../adapters/adapter.ts'
import type { PlacedLayer, PlacedParameter } from '../adapters/layout.ts'
import type { BatchShape, Scope } from '../models/scope.ts'
import { frozenWeight } from '../base/frozen.ts'
import { add, scale } from '../graph/arithmetic.ts'
import { untracked, type Graph, type Value } from '../graph/graph.ts'
import { matmul } from '../graph/matmul.ts'
import { concat, reshape, slice } from '../graph/shape.ts'
import type { TrainedModel } from './trained-model.ts'

export interface ScopeOptions {
  /** Precedes the names of weights and dropout masks where one graph holds many layers. */
  readonly prefix: string
  readonly layer: PlacedLayer
  /** This layer's trained tensors. */
  readonly parameters: ReadonlyMap<string, Value>
  readonly mask: Value
  readonly positions: Value
  /** Output of the stack before. */
  readonly before: Value | null
  /** With dropout; evaluations go without. */
  readonly training: boolean
  readonly saveForBackward: (name: string, value: Value) => Value
}

/** One layer's view of the graph: joins frozen weights, trained parameters and the adapter. */
export class LayerScope implements Scope, AdapterScope {
  readonly g: Graph
  readonly mask: Value
  readonly positions: Value
  readonly before: Value | null
  readonly #model: TrainedModel
  readonly #options: ScopeOptions
  readonly #weights = new Map<string, Value>()
  readonly #dropped = new Map<string, Value>()

  constructor(g: Graph, model: TrainedModel, options: ScopeOptions) {
    this.g = g
    this.mask = options.mask
    this.positions = options.positions
    this.before = options.before
    this.#model = model
    this.#options = options
  }

  get shape(): BatchShape {
    return this.#model.shape
  }

  weight(name: string): Value {
    let value = this.#weights.get(name)
    if (!value) {
      const { stack, prefix } = this.#options.layer
      const spec = stack.weights[name]
      if (!spec) throw new Error(`the layers of ${stack.name} have no weight ${name}`)
      value = frozenWeight(this.g, this.#options.prefix + name, this.#model.formatOf(prefix + name), spec.shape)
      this.#weights.set(name, value)
    }
    return value
  }

  linear(x: Value, module: string): Value {
    const frozen = matmul(this.g, x, this.weight(`${module}.weight`), { transB: true })
    const { adapted, stack } = this.#options.layer
    const y = adapted ? this.#model.adapter.linear(this, x, frozen, module) : frozen
    return stack.modules[module]?.bias ? add(this.g, y, this.weight(`${module}.bias`)) : y
  }

  sublayer(y: Value, module: string): Value {
    return this.#model.adapter.sublayer(this, y, module)
  }

  prefix(): { keys: Value; values: Value } | null {
    return this.#model.adapter.prefix(this)
  }

  saveForBackward(name: string, value: Value): Value {
    return this.#options.saveForBackward(name, value)
  }

  parameter(name: string): Value {
    const parameter = this.#options.parameters.get(name)
    if (!parameter) throw new Error(`no parameter ${name}`)
    return parameter
  }

  dropout(x: Value, module: string): Value {
    const rate = this.#model.dropout
    if (rate === 0 || !this.#options.training) return x
    let dropped = this.#dropped.get(module)
    if (!dropped) {
      const kept = this.g.input(`${this.#options.prefix}dropout.${module}`, 'uint8', x.shape)
      const mask = scale(this.g, this.g.op('Cast', [kept], x.shape, { attributes: { to: 1 } }), 1 / (1 - rate))
      dropped = this.g.record(this.g.op('Mul', [x, mask], x.shape), [x], (dy) => [
        this.g.op('Mul', [dy, mask], x.shape),
      ])
      this.#dropped.set(module, dropped)
    }
    return dropped
  }
}

/** Cuts a flat vector into its tensors. */
export function unflatten(g: Graph, flat: Value, parameters: readonly PlacedParameter[]): ReadonlyMap<string, Value> {
  return new Map(
    parameters.map(({ name, offset, size, shape }) => [
      name,
      reshape(g, slice(g, flat, 0, offset, offset + size), shape),
    ]),
  )
}

/** The same with each tensor as a root of its own, whose gradient is not padded to the vector's length. */
export function leaves(g: Graph, flat: Value, parameters: readonly PlacedParameter[]): ReadonlyMap<string, Value> {
  return new Map(
    [...unflatten(g, untracked(flat), parameters)].map(([name, value]) => [name, { ...value, tracked: true }]),
  )
}

/** The gradients of the tensors from `leaves`, as one flat vector. */
export function flatten(g: Graph, values: ReadonlyMap<string, Value>, gradients: ReadonlyMap<string, Value>): Value {
  const parts = [...values.values()].map(({ name, shape }) => {
    const length = shape.reduce((a, b) => a * b, 1)
    const gradient = gradients.get(name)
    return gradient
      ? reshape(g, gradient, [length])
      : g.table(`zeros${length}`, 'float', [length], () => new Float32Array(length))
  })
  return concat(g, parts, 0)
}
