import type { Value } from '../graph/graph.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import type { Heads } from './attention.ts'
import type { Scope } from './scope.ts'

export const modelTypes = ['llama', 'qwen2', 'qwen3', 'gpt2', 'bert'] as const
export type ModelType = (typeof modelTypes)[number]

export interface WeightSpec {
  readonly shape: readonly number[]
  /** GPT-2 keeps its projections as [in, out]; they are turned when they are read. */
  readonly transposed?: boolean
  /** llama.cpp orders the rows of llama's queries and keys by pairs; this many heads are put back. */
  readonly interleavedHeads?: number
}

export type WeightSpecs = Readonly<Record<string, WeightSpec>>

/** A projection that adapters may attach to. */
export interface Module {
  readonly inputs: number
  readonly outputs: number
  readonly bias: boolean
}

/**
 * A transformer as a chain of equal layers: ids → embed (host code) → layer₀ … → head. Names are Hugging Face's, those
 * of a layer without the layer's prefix.
 */
export interface Architecture {
  readonly type: ModelType
  readonly causal: boolean
  readonly layers: number
  readonly width: number
  readonly vocabulary: number
  /** The longest sequence that the model knows positions for. */
  readonly context: number
  readonly heads: Heads
  readonly modules: Readonly<Record<string, Module>>
  /** Sublayers that bottleneck adapters follow (Houlsby et al. 2019). */
  readonly sublayers: readonly string[]
  readonly layerPrefix: (layer: number) => string
  readonly layerWeights: WeightSpecs
  readonly headWeights: WeightSpecs
  readonly embeddingWeights: WeightSpecs
  /** [vocabulary, width] of the language-model head; equal to the embedding where the two are tied. Null without one. */
  readonly outputWeight: string | null
  layer(scope: Scope, x: Value): Value
  /** Final normalisation, before the language-model head. */
  final(scope: Scope, x: Value): Value
  /** What classification sees of a sequence's pooled vector. */
  pooled(scope: Scope, x: Value): Value
  /** The classifier's name in Hugging Face's model for sequence classification. */
  readonly classifier: { readonly name: string; readonly bias: boolean; readonly pool: 'first' | 'last' }
  /** Input vectors of tokens, float32 [tokens, width], by exact host arithmetic. `types` tells BERT's second sentence from its first. */
  embed(
    weights: ReadonlyMap<string, FrozenTensor>,
    ids: Int32Array,
    positions: Int32Array,
    types: Uint8Array,
  ): Float32Array
}
