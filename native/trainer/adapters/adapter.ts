import type { Graph, Value } from '../graph/graph.ts'
import type { Stack } from '../models/architecture.ts'

/** Initial value of a trained tensor. All draws come from the recipe's seed. */
export type Initializer =
  | { readonly kind: 'zero' }
  /** Uniform in ±bound. */
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  /** The Euclidean lengths of a frozen weight's rows. */
  | { readonly kind: 'row-length'; readonly weight: string }

export interface ParameterSpec {
  /** Unique in its group: a layer's, the shared ones, or the head's. */
  readonly name: string
  readonly shape: readonly number[]
  readonly initializer: Initializer
}

/** An adapter's access to a layer while its graph is built. */
export interface AdapterScope {
  readonly g: Graph
  /** A trained tensor of this layer. */
  parameter(name: string): Value
  /** A frozen weight of this layer. */
  weight(name: string): Value
  /** x with dropout by the committed masks; x itself where the recipe has none or the pass is an evaluation. */
  dropout(x: Value, module: string): Value
}

/** A parameter-efficient method as a rewrite of the frozen model's graph. */
export interface Adapter {
  /** Trained tensors of each layer of a stack. */
  layer(stack: Stack): readonly ParameterSpec[]
  /** Trained tensors from which the layers' tensors are computed; empty where those are trained directly. */
  readonly shared: readonly ParameterSpec[]
  /** True for layers, counted over all stacks, that the method changes. */
  adapts(layer: number): boolean
  /** @param y the frozen projection of x */
  linear(scope: AdapterScope, x: Value, y: Value, module: string): Value
  sublayer(scope: AdapterScope, y: Value, module: string): Value
  prefix(scope: AdapterScope): { keys: Value; values: Value } | null
  /** All layers' tensors as one vector, from the shared ones. */
  reparameterise(g: Graph, shared: (name: string) => Value): Value
}

/** The defaults of all methods: nothing is changed. */
export const frozenModel: Adapter = {
  layer: () => [],
  shared: [],
  adapts: () => true,
  linear: (_scope, _x, y) => y,
  sublayer: (_scope, y) => y,
  prefix: () => null,
  reparameterise: () => {
    throw new Error('this method trains its tensors directly')
  },
}
