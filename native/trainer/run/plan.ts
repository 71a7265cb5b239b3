import { freemem } from 'node:os'
import { attendedShare } from '../arch/attention.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import type { Plan } from '../executor/executor.ts'
import type { TrainedModel } from '../executor/trained-model.ts'
import { VOCABULARY_CHUNK } from '../executor/vocabulary.ts'

const FLOAT = 4
/** Node, onnxruntime and its arenas before any model. */
const PROCESS_BYTES = 150 * 2 ** 20
/** Share of the free memory that a run may plan with; the rest is the owner's. */
const SHARE = 0.7

export const weightBytes = (weights: ReadonlyMap<string, FrozenTensor>): number =>
  [...weights.values()].reduce(
    (sum, { parts }) => sum + Object.values(parts).reduce((bytes, { data }) => bytes + data.byteLength, 0),
    0,
  )

/** Peak memory of a run in bytes, by plan. Estimated from the shapes; `bench:train` prints it beside the measured peak. */
export function memoryOf(model: TrainedModel, frozenBytes: number, plan: Plan): number {
  const {
    architecture,
    shape: { batch, tokens },
    prefixLength,
    layout,
  } = model
  const rows = batch * tokens
  const { heads, kvHeads, headSize } = architecture.heads
  const inner = Math.max(...Object.values(architecture.modules).flatMap(({ inputs, outputs }) => [inputs, outputs]))
  const scores = batch * heads * tokens * (prefixLength + tokens) * attendedShare(tokens, architecture.causal)
  // What the backward pass of one layer reads of its forward pass, counted on the llama graph.
  const layer = rows * (10 * architecture.width + 4 * inner) + scores
  const kept = rows * (3 * architecture.width + (heads + 2 * kvHeads) * headSize + 2 * inner)
  // Each of the stepped plans' sessions keeps what it once held; measured, they hold seven layers together.
  const activations = {
    monolith: layout.layers * layer,
    save: layout.layers * kept + 7 * layer,
    recompute: layout.layers * rows * architecture.width + 7 * layer,
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
