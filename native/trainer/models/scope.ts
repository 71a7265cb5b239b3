import type { Graph, Value } from '../graph/graph.ts'

/** Access to frozen weights outside the layers, by their full names, while a graph is built. */
export interface OuterScope {
  readonly g: Graph
  weight(name: string): Value
  /** x·Wᵀ + bias. */
  linear(x: Value, module: string): Value
}

/** A layer's access to frozen weights, adapted projections and the batch's masks while its graph is built. */
export interface Scope {
  readonly g: Graph
  readonly shape: BatchShape
  /** Additive attention mask [batch, 1, tokens, prefix + tokens]. */
  readonly mask: Value
  /** int64 [batch · tokens]. */
  readonly positions: Value
  /** Output of the stack before this one, [batch · tokens, width], for cross-attention; null in the first stack. */
  readonly before: Value | null
  /** A frozen weight of this layer, by its name in the layer. */
  weight(name: string): Value
  /** x·Wᵀ (+ bias), with what the adapter adds. */
  linear(x: Value, module: string): Value
  /** The output of a sublayer, through the adapter that may follow it. */
  sublayer(y: Value, module: string): Value
  /** Trained keys and values that precede the tokens' own, [kvHeads, prefix, headSize] each. */
  prefix(): { keys: Value; values: Value } | null
  /** Marks a value that the save plan stores in the forward pass instead of recomputing it. */
  saveForBackward(name: string, value: Value): Value
}

export interface BatchShape {
  readonly batch: number
  readonly tokens: number
}
