import { createHash } from 'node:crypto'
import { model, node, tensor, type Attributes, type DataType, type ValueInfo } from '../../onnx/writer.ts'
import type { OpProfile } from './profile.ts'

/** A tensor of static shape that a graph computes. `tracked` values carry a gradient. */
export interface Value {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: DataType
  readonly tracked: boolean
}

/** Gives each input's share of a gradient, or null for untracked inputs. */
export type Backward = (gradient: Value) => readonly (Value | null)[]

interface Step {
  readonly output: Value
  readonly inputs: readonly Value[]
  readonly backward: Backward
}

interface Node {
  readonly op: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

interface Constant extends ValueInfo {
  readonly data: ArrayBufferView
}

export interface OpOptions {
  readonly type?: DataType
  readonly attributes?: Attributes
  readonly domain?: string
}

export const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i])
export const untracked = (value: Value): Value => ({ ...value, tracked: false })

/**
 * Builds an ONNX graph of static shapes and differentiates it in reverse: every backward rule is itself plain ONNX, so
 * one session computes loss and gradients on any backend. The operators live in the files beside this one.
 */
export class Graph {
  readonly profile: OpProfile
  readonly #nodes: Node[] = []
  readonly #constants = new Map<string, Constant>()
  readonly #inputs: ValueInfo[] = []
  readonly #outputs: ValueInfo[] = []
  #tape: Step[] = []
  #recording = true
  #count = 0

  constructor(profile: OpProfile) {
    this.profile = profile
  }

  input(name: string, type: DataType, shape: readonly number[], tracked = false): Value {
    this.#inputs.push({ name, type, dims: shape })
    return { name, type, shape, tracked }
  }

  output(name: string, value: Value): void {
    this.#nodes.push({ op: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} })
    this.#outputs.push({ name, type: value.type, dims: value.shape })
  }

  /** A scalar constant; equal ones are shared. */
  scalar(value: number): Value {
    return this.#constant(`f${value}`, 'float', [], () => Float32Array.of(value))
  }

  /** A vector of int64, as shapes, axes and ranges are given to operators. */
  ints(values: readonly number[]): Value {
    return this.#constant(`i${values.join('_')}`, 'int64', [values.length], () => BigInt64Array.from(values, BigInt))
  }

  /** A constant table; tables of the same name are stored once. */
  table(name: string, type: DataType, shape: readonly number[], make: () => ArrayBufferView): Value {
    return this.#constant(`t${name}`, type, shape, make)
  }

  #constant(key: string, type: DataType, dims: readonly number[], make: () => ArrayBufferView): Value {
    let constant = this.#constants.get(key)
    if (!constant) this.#constants.set(key, (constant = { name: `c${this.#constants.size}`, type, dims, data: make() }))
    return { name: constant.name, type, shape: dims, tracked: false }
  }

  /** Adds a node of one output that carries no gradient by itself; `record` gives it one. */
  op(op: string, inputs: readonly (Value | null)[], shape: readonly number[], options: OpOptions = {}): Value {
    return this.ops(op, inputs, [shape], options)[0]!
  }

  /** Adds a node of several outputs. */
  ops(
    op: string,
    inputs: readonly (Value | null)[],
    shapes: readonly (readonly number[])[],
    { type = 'float', attributes = {}, domain = '' }: OpOptions = {},
  ): readonly Value[] {
    const outputs = shapes.map((shape): Value => ({ name: `v${this.#count++}`, shape, type, tracked: false }))
    this.#nodes.push({
      op,
      domain,
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: outputs.map(({ name }) => name),
      attributes,
    })
    return outputs
  }

  /** Records how the gradient of `output` flows to `inputs`. */
  record(output: Value, inputs: readonly Value[], backward: Backward): Value {
    if (!this.#recording || !inputs.some(({ tracked }) => tracked)) return output
    const tracked = { ...output, tracked: true }
    this.#tape.push({ output: tracked, inputs, backward })
    return tracked
  }

  /** Reverse-mode differentiation of `root`, whose own gradient is `seed` (1 for a loss). */
  backward(root: Value, seed?: Value): ReadonlyMap<string, Value> {
    const gradients = new Map<string, Value>([[root.name, seed ?? this.scalar(1)]])
    this.#recording = false
    for (const { output, inputs, backward } of this.#tape.toReversed()) {
      const gradient = gradients.get(output.name)
      if (!gradient) continue
      for (const [i, share] of backward(gradient).entries()) {
        const input = inputs[i]!
        if (!share || !input.tracked) continue
        const sum = gradients.get(input.name)
        gradients.set(input.name, sum ? this.op('Add', [sum, share], share.shape) : share)
      }
    }
    this.#tape = []
    this.#recording = true
    return gradients
  }

  /** onnxruntime also runs nodes that no output needs, so they are removed here. */
  #needed(): { nodes: readonly Node[]; names: ReadonlySet<string> } {
    const names = new Set(this.#outputs.map(({ name }) => name))
    const nodes: Node[] = []
    for (const item of this.#nodes.toReversed()) {
      if (!item.outputs.some((name) => names.has(name))) continue
      for (const name of item.inputs) names.add(name)
      nodes.push(item)
    }
    return { nodes: nodes.toReversed(), names }
  }

  /** The ONNX file. */
  encode(): Uint8Array {
    const { nodes, names } = this.#needed()
    return model({
      nodes: nodes.map(({ op, inputs, outputs, attributes, domain }) => node(op, inputs, outputs, attributes, domain)),
      initializers: [...this.#constants.values()]
        .filter(({ name }) => names.has(name))
        .map(({ name, type, dims, data }) => tensor(name, type, dims, data)),
      inputs: this.#inputs.filter(({ name }) => names.has(name)),
      outputs: this.#outputs,
    })
  }
}

/** SHA-256 of encoded graphs; a recipe holds it, so an engine that builds other graphs is detected. */
export function hashGraphs(graphs: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const bytes of graphs) hash.update(createHash('sha256').update(bytes).digest())
  return hash.digest('hex')
}
