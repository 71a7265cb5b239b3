import type { Tensor } from 'onnxruntime-node'
import { embeddingRows } from '../base/quantize.ts'
import { frozenWeight, weightOf, type Weights } from '../base/frozen.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { tensorOf } from './session.ts'
import type { TrainedModel } from './trained-model.ts'

/** Words whose logits exist at once. It bounds memory, and on GPUs the size of a binding. */
export const VOCABULARY_CHUNK = 4096

function outputWeightOf({ architecture: { outputWeight, type } }: TrainedModel): string {
  if (outputWeight === null) throw new Error(`${type} has no language-model head`)
  return outputWeight
}

interface Chunk {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** The rows of the output weight, [vocabulary, width], by the names of the graphs' inputs. */
function chunksOf({ architecture: { vocabulary, outputWeight } }: TrainedModel): readonly Chunk[] {
  return Array.from({ length: Math.ceil(vocabulary / VOCABULARY_CHUNK) }, (_, i) => ({
    name: `${outputWeight}.${i}`,
    from: i * VOCABULARY_CHUNK,
    to: Math.min(vocabulary, (i + 1) * VOCABULARY_CHUNK),
  }))
}

/** The output weight as a graph's inputs. */
export function vocabularyInputs(g: Graph, model: TrainedModel): readonly Value[] {
  const { width } = model.architecture
  return chunksOf(model).map(({ name, from, to }) =>
    frozenWeight(g, name, model.formatOf(outputWeightOf(model)), [to - from, width]),
  )
}

/** The tensors that feed these inputs: views of the weight, not copies. */
export function vocabularyFeeds(model: TrainedModel, weights: Weights): readonly (readonly [string, Tensor])[] {
  const { vocabulary, outputWeight } = model.architecture
  if (outputWeight === null) return []
  return chunksOf(model).flatMap(({ name, from, to }) =>
    Object.entries(weightOf(weights, outputWeight).parts).map(([suffix, { type, dims, data }]) => {
      if (dims[0] !== vocabulary) throw new Error(`${outputWeight} is not stored by rows`)
      const row = data.length / vocabulary
      return [
        name + suffix,
        tensorOf({ type, dims: dims.with(0, to - from), data: data.subarray(from * row, to * row) }),
      ] as const
    }),
  )
}

/** The output weight's rows of some words, [words, width]. */
export const vocabularyRows = (model: TrainedModel, weights: Weights, words: Int32Array): Float32Array =>
  embeddingRows(weights, outputWeightOf(model), words)
