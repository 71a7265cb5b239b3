import { startingPoint } from '../adapters/layout.ts'
import { architectureOf, parseConfig } from '../arch/index.ts'
import { weightSpecs } from '../base/model-folder.ts'
import { frozen } from '../base/quantize.ts'
import type { Batch } from '../data/batch.ts'
import { createExecutor } from '../executor/create.ts'
import { trainedModel } from '../executor/trained-model.ts'
import { size } from '../graph/graph.ts'
import { Random } from '../random.ts'

/** The benchmark's model: a small Llama, large enough that its matrix products decide. */
const CONFIG = {
  model_type: 'llama',
  hidden_size: 384,
  num_hidden_layers: 6,
  num_attention_heads: 6,
  num_key_value_heads: 2,
  intermediate_size: 1024,
  vocab_size: 8192,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: true,
}
const TOKENS = 256
const SPREAD = 0.04

/** Tokens a second of a LoRA step, forward and backward, one figure a repetition after a first step that warms up. */
export async function* benchTraining(
  wish: { readonly backend: 'cpu' | 'webgpu'; readonly threads: number; readonly repetitions: number },
  breathe: () => Promise<void>,
): AsyncGenerator<number, Record<never, never>> {
  const architecture = architectureOf(parseConfig(CONFIG), TOKENS)
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
      method: { kind: 'lora', rank: 8, alpha: 16, dropout: 0, targets: ['self_attn.q_proj', 'self_attn.v_proj'] },
      classes: null,
      batch: { sequences: 1 },
      data: { sequenceLength: TOKENS },
      engine: { profile: wish.backend },
    },
    architecture,
    weights,
  )
  const parameters = startingPoint(model.layout, 'benchmark', (layer, name) =>
    weights.get(architecture.layerPrefix(layer) + name)!,
  )
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
    { model, weights, backend: wish.backend, threads: wish.threads, spin: false, breathe },
    'monolith',
  )
  try {
    for (let done = 0; done <= wish.repetitions; done++) {
      const begun = performance.now()
      await executor.gradient(parameters, batch, { seed: 'benchmark', step: 0, micro: 0 }, gradient)
      if (done > 0) yield (TOKENS * 1000) / (performance.now() - begun)
    }
  } finally {
    await executor.release()
  }
  return {}
}
