import type { Method } from '../../common/model/recipe.ts'
import { startingPoint } from '../../native/trainer/adapters/layout.ts'
import { float32, type BaseModel } from '../../native/trainer/base/model-folder.ts'
import type { Batch } from '../../native/trainer/data/batch.ts'
import { SteppedExecutor } from '../../native/trainer/executor/stepped.ts'
import { trainedModel } from '../../native/trainer/executor/trained-model.ts'
import { models } from '../../native/trainer/models/registry.ts'

const TOKENS = 40
const CLASSES = 3
/** One sequence, for models of at least 90 tokens. */
export const ids = Array.from({ length: TOKENS }, (_, i) => (i * 37 + 5) % 90)

/** Weights of a classifier that an oracle can make too. */
const classWeight = (c: number, j: number): number => ((((c + 1) * (j + 1)) % 7) - 3) / 10

/** Logits of a base model by Hearth's engine: of `ids`, or of three classes by fixed weights where it has no head. */
export async function modelLogits(base: BaseModel): Promise<Float32Array> {
  const architecture = base.config.architecture(TOKENS)
  const weights = await base.weights(architecture, float32)
  const { width, classifier } = architecture
  const classes = architecture.outputWeight === null ? Array.from({ length: CLASSES }, (_, i) => `LABEL_${i}`) : null
  const targets = [models.family(architecture.type).fixture.targets[0] ?? '']
  const method: Method = { kind: 'lora', rank: 1, alpha: 1, dropout: 0, targets }
  const model = trainedModel(
    { method, classes, batch: { sequences: 1 }, data: { sequenceLength: TOKENS }, engine: { profile: 'cpu' } },
    architecture,
    weights,
  )
  const parameters = startingPoint(model.layout, 'logits', weights)
  if (classes)
    for (let c = 0; c < CLASSES; c++)
      for (let j = 0; j < width; j++) parameters[model.layout.headOffset + c * width + j] = classWeight(c, j)
  const batch: Batch = {
    ids: Int32Array.from(ids),
    positions: Int32Array.from(ids, (_, i) => i),
    segments: new Uint16Array(TOKENS).fill(1),
    types: new Uint8Array(TOKENS),
    labels: new Int32Array(classes ? 1 : TOKENS),
    weights: new Float32Array(classes ? 1 : TOKENS),
    pool: classes ? Int32Array.of(classifier.pool === 'first' ? 0 : TOKENS - 1) : new Int32Array(0),
  }
  const run = { backend: 'cpu' as const, threads: 2, spin: false, yieldToEventLoop: () => Promise.resolve() }
  const executor = new SteppedExecutor({ model, weights, ...run }, 'recompute')
  try {
    return await executor.logits(parameters, batch)
  } finally {
    await executor.release()
  }
}

/** Largest difference, relative to the largest logit. */
export const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return NaN
  let [most, largest] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)))
    largest = Math.max(largest, Math.abs(b[i] ?? NaN))
  }
  return most / largest
}

/** Mean cross-entropy of the next of `ids`, from logits [tokens, vocabulary]. */
export function lossOf(logits: Float32Array): number {
  const vocabulary = logits.length / TOKENS
  let total = 0
  for (let t = 0; t + 1 < TOKENS; t++) {
    const row = logits.subarray(t * vocabulary, (t + 1) * vocabulary)
    const peak = Math.max(...row)
    const sum = row.reduce((all, value) => all + Math.exp(value - peak), 0)
    total += Math.log(sum) + peak - (row[ids[t + 1] ?? 0] ?? NaN)
  }
  return total / (TOKENS - 1)
}
