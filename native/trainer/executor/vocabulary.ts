import type { Tensor } from 'onnxruntime-node'
import { thaw } from '../base/quantize.ts'
import { frozenWeight, type FrozenTensor } from '../base/frozen.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { tensorOf } from './session.ts'
import type { TrainedModel } from './trained-model.ts'

/** Words whose logits exist at once. It bounds memory, and on GPUs the size of a binding. */
export const VOCABULARY_CHUNK = 4096

interface Chunk {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** The rows of the output weight, [vocabulary, width], under the names by which graphs take them. */
function chunksOf({ architecture: { vocabulary, outputWeight } }: TrainedModel): readonly Chunk[] {
  return Array.from({ length: Math.ceil(vocabulary / VOCABULARY_CHUNK) }, (_, i) => ({
    name: `${outputWeight}.${i}`,
    from: i * VOCABULARY_CHUNK,
    to: Math.min(vocabulary, (i + 1) * VOCABULARY_CHUNK),
  }))
}

/** The output weight as a graph's inputs. */
export function vocabularyInputs(g: Graph, model: TrainedModel): readonly Value[] {
  const { width, outputWeight } = model.architecture
  return chunksOf(model).map(({ name, from, to }) =>
    frozenWeight(g, name, model.formatOf(outputWeight!), [to - from, width]),
  )
}

/** What feeds these inputs: views of the weight, not copies. */
export function vocabularyFeeds(
  model: TrainedModel,
  weights: ReadonlyMap<string, FrozenTensor>,
): readonly (readonly [string, Tensor])[] {
  const { vocabulary, outputWeight } = model.architecture
  if (outputWeight === null) return []
  return chunksOf(model).flatMap(({ name, from, to }) =>
    Object.entries(weights.get(outputWeight)!.parts).map(([suffix, { type, dims, data }]) => {
      if (dims[0] !== vocabulary) throw new Error(`${outputWeight} does not lie in rows`)
      const row = data.length / vocabulary
      return [
        name + suffix,
        tensorOf({ type, dims: dims.with(0, to - from), data: data.subarray(from * row, to * row) }),
      ] as const
    }),
  )
}

/** The output weight's rows of some words, [words, width]. */
export function vocabularyRows(
  model: TrainedModel,
  weights: ReadonlyMap<string, FrozenTensor>,
  words: Int32Array,
): Float32Array {
  const { width, outputWeight } = model.architecture
  const table = weights.get(outputWeight!)!
  const rows = new Float32Array(words.length * width)
  for (const [i, word] of words.entries()) rows.set(thaw(table, word, word + 1), i * width)
  return rows
}
