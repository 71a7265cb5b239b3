import { startingPoint } from '../adapters/layout.ts'
import { weightSpecs } from '../models/architecture.ts'
import { benchmark, models } from '../models/registry.ts'
import { frozen } from '../base/quantize.ts'
import type { Batch } from '../data/batch.ts'
import { createExecutor } from '../executor/create.ts'
import { trainedModel } from '../executor/trained-model.ts'
import { size } from '../graph/graph.ts'
import { Random } from '../random.ts'

const TOKENS = 256
const SPREAD = 0.04

/** Tokens per second of a LoRA step, forward and backward; one figure per repetition, after a warm-up step. */
export async function* benchTraining(
  options: { readonly backend: 'cpu' | 'webgpu'; readonly threads: number; readonly repetitions: number },
  yieldToEventLoop: () => Promise<void>,
): AsyncGenerator<number, Record<never, never>> {
  const architecture = models.parse(benchmark.config).architecture(TOKENS)
  const random = new Random('benchmark')
  const weights = new Map(
    [...weightSpecs(architecture)].map(([name, { shape }]) => [
      name,
      frozen('f32', shape, {
        '': Float32Array.from({ length: size(shape) }, () => (shape.length === 1 ? 1 : SPREAD * (random.unit() - 0.5))),
      }),
    ]),
  )
  const model = trainedModel(
    {
      method: { kind: 'lora', rank: 8, alpha: 16, dropout: 0, targets: benchmark.targets },
      classes: null,
      batch: { sequences: 1 },
      data: { sequenceLength: TOKENS },
      engine: { profile: options.backend },
    },
    architecture,
    weights,
  )
  const parameters = startingPoint(model.layout, 'benchmark', weights)
  const gradient = new Float32Array(parameters.length)
  const ids = Int32Array.from({ length: TOKENS }, (_, i) => (i * 7919) % architecture.vocabulary)
  const batch: Batch = {
    ids,
    positions: ids.map((_, i) => i),
    segments: new Uint16Array(TOKENS).fill(1),
    types: new Uint8Array(TOKENS),
    labels: ids.map((_, i) => ids[(i + 1) % TOKENS]!),
    weights: new Float32Array(TOKENS).fill(1 / TOKENS),
    pool: new Int32Array(0),
  }
  const executor = await createExecutor(
    { model, weights, backend: options.backend, threads: options.threads, spin: false, yieldToEventLoop },
    'monolith',
  )
  try {
    for (let done = 0; done <= options.repetitions; done++) {
      const begun = performance.now()
      await executor.gradient(parameters, batch, { seed: 'benchmark', step: 0, micro: 0 }, gradient)
      if (done > 0) yield (TOKENS * 1000) / (performance.now() - begun)
    }
  } finally {
    await executor.release()
  }
  return {}
}
