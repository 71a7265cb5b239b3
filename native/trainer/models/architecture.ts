import type { Value } from '../graph/graph.ts'
import type { Weights } from '../base/frozen.ts'
import type { GgufTensor, TypedValue } from '../formats/gguf.ts'
import type { Heads } from './shared/attention.ts'
import type { OuterScope, Scope } from './scope.ts'

export interface WeightSpec {
  readonly shape: readonly number[]
  /** The file stores the matrix as [in, out]; it is transposed when it is read. */
  readonly transposed?: boolean
  /** llama.cpp orders these rows by pairs; the order is restored for this many heads. */
  readonly interleavedHeads?: number
}

export type WeightSpecs = Readonly<Record<string, WeightSpec>>

/** A projection that adapters may attach to. */
export interface Module {
  readonly inputs: number
  readonly outputs: number
  readonly bias: boolean
}

/** A chain of equal layers. Names of weights and modules are those of a layer, without the layer's prefix. */
export interface Stack {
  /** Unique in its architecture. */
  readonly name: string
  readonly layers: number
  readonly causal: boolean
  /** Layers whose tokens see only the last positions, their own included (a sliding window). */
  readonly window?: { readonly positions: number; readonly layers: readonly boolean[] }
  readonly modules: Readonly<Record<string, Module>>
  /** Sublayers that bottleneck adapters follow (Houlsby et al. 2019). */
  readonly sublayers: readonly string[]
  readonly weights: WeightSpecs
  readonly prefix: (layer: number) => string
  /**
   * Input vectors of tokens, float32 [tokens, width], by exact host arithmetic.
   * @param types 0 for a token of the first text, 1 for one of the second
   */
  embed(weights: Weights, ids: Int32Array, positions: Int32Array, types: Uint8Array): Float32Array
  /** One layer: x → y, both [batch · tokens, width]. */
  build(scope: Scope, x: Value): Value
}

/** A model in llama.cpp's terms. */
export interface GgufDescription {
  /** llama.cpp's name of a weight, by its Hugging Face name; null where llama.cpp has none. */
  name(weight: string): string | null
  readonly metadata: Readonly<Record<string, TypedValue>>
  /** Tensors that only the GGUF file has. */
  readonly tensors: readonly GgufTensor[]
  /** Names of tensors in others' files that are read with the metadata, or that change nothing. */
  readonly ignoredTensors?: readonly RegExp[]
}

/**
 * A transformer as one or more stacks: ids → embed (host code) → layers → head. Each stack embeds tokens of its own and
 * may read the output of the stack before it (cross-attention); the last one feeds the head. Names are Hugging Face's.
 */
export interface Architecture {
  readonly type: string
  readonly stacks: readonly [Stack, ...Stack[]]
  readonly width: number
  readonly vocabulary: number
  /** The longest sequence that the model has positions for. */
  readonly context: number
  readonly heads: Heads
  /** Leading part of the weights' names that files saved from the bare model leave out. */
  readonly root: string
  readonly headWeights: WeightSpecs
  readonly embeddingWeights: WeightSpecs
  /** Names of tensors in the family's files that change nothing here: buffers, and heads that no work here has. */
  readonly ignoredWeights?: readonly RegExp[]
  /** [vocabulary, width] of the language-model head; the embedding itself where the two are tied. Null without one. */
  readonly outputWeight: string | null
  /** The classifier's name in Hugging Face's model for sequence classification. */
  readonly classifier: { readonly name: string; readonly bias: boolean; readonly pool: 'first' | 'last' }
  /** Null for models that are neither read from GGUF nor written as GGUF. */
  readonly gguf: GgufDescription | null
  /** Final normalisation, before the language-model head. */
  final(scope: OuterScope, x: Value): Value
  /** The classifier's input, from a sequence's pooled vector. */
  pooled(scope: OuterScope, x: Value): Value
}

/** A layer and its place. */
export interface Layer {
  readonly stack: Stack
  /** Counted from 0 over all stacks. */
  readonly index: number
  /** Leading part of its weights' names. */
  readonly prefix: string
}

/** All layers in the order in which they run. */
export const layersOf = ({ stacks }: Architecture): readonly Layer[] =>
  stacks
    .flatMap((stack) => Array.from({ length: stack.layers }, (_, i) => ({ stack, prefix: stack.prefix(i) })))
    .map((layer, index) => ({ ...layer, index }))

/** All weights under their full names. */
export function weightSpecs(architecture: Architecture): ReadonlyMap<string, WeightSpec> {
  const specs = new Map(Object.entries({ ...architecture.embeddingWeights, ...architecture.headWeights }))
  for (const { stack, prefix } of layersOf(architecture))
    for (const [name, spec] of Object.entries(stack.weights)) specs.set(prefix + name, spec)
  return specs
}

/** Names of all projections that adapters may attach to. */
export const moduleNames = ({ stacks }: Architecture): readonly string[] => [
  ...new Set(stacks.flatMap(({ modules }) => Object.keys(modules))),
]
