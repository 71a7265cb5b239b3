import { freemem } from 'node:os'
import { attendedShare } from '../models/shared/attention.ts'
import type { Weights } from '../base/frozen.ts'
import type { Plan } from '../executor/executor.ts'
import type { TrainedModel } from '../executor/trained-model.ts'
import { VOCABULARY_CHUNK } from '../executor/vocabulary.ts'

const FLOAT = 4
/** Node, onnxruntime and its arenas without a model. */
const PROCESS_BYTES = 150 * 2 ** 20
/** Share of the free memory that a run may use; the rest is the owner's. */
const SHARE = 0.7

export const weightBytes = (weights: Weights): number =>
  [...weights.values()].reduce(
    (sum, { parts }) => sum + Object.values(parts).reduce((bytes, { data }) => bytes + data.byteLength, 0),
    0,
  )

/** Peak memory of a run in bytes, estimated from the shapes; `bench:train` prints it beside the measured peak. */
export function memoryOf(model: TrainedModel, frozenBytes: number, plan: Plan): number {
  const {
    architecture,
    shape: { batch, tokens },
    prefixLength,
    layout,
  } = model
  const rows = batch * tokens
  const { heads, kvHeads, headSize } = architecture.heads
  const costs = architecture.stacks.map(({ modules, causal, layers }) => {
    const inner = Math.max(...Object.values(modules).flatMap(({ inputs, outputs }) => [inputs, outputs]))
    const scores = batch * heads * tokens * (prefixLength + tokens) * attendedShare(tokens, causal)
    return {
      layers,
      // Values of one layer's forward pass that its backward pass reads, counted on a gated decoder.
      whole: rows * (10 * architecture.width + 4 * inner) + scores,
      saved: rows * (3 * architecture.width + (heads + 2 * kvHeads) * headSize + 2 * inner),
    }
  })
  const allLayers = (cost: (item: (typeof costs)[number]) => number) =>
    costs.reduce((sum, item) => sum + item.layers * cost(item), 0)
  // The stepped plans' sessions hold on to memory once used; measured, that of seven layers together.
  const sessions = 7 * Math.max(...costs.map(({ whole }) => whole))
  const activations = {
    monolith: allLayers(({ whole }) => whole),
    save: allLayers(({ saved }) => saved) + sessions,
    recompute: allLayers(() => rows * architecture.width) + sessions,
  }[plan]
  const head = rows * (3 * Math.min(VOCABULARY_CHUNK, architecture.vocabulary) + 4 * architecture.width)
  // Parameters, gradient, two moments and a checkpoint's copy.
  return PROCESS_BYTES + frozenBytes + FLOAT * (activations + head + 5 * layout.total)
}

/** The fastest plan that fits. The bits are the same with each. */
export function choosePlan(model: TrainedModel, frozenBytes: number, freeBytes = freemem() + frozenBytes): Plan {
  for (const plan of ['monolith', 'save'] as const)
    if (memoryOf(model, frozenBytes, plan) <= freeBytes * SHARE) return plan
  return 'recompute'
}
