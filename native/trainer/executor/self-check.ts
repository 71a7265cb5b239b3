import type { Backend } from '../../../common/children/exact-inference.ts'
import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { startingPoint } from '../adapters/layout.ts'
import { decoder } from '../arch/decoder.ts'
import { weightSpecs } from '../base/model-folder.ts'
import { freeze } from '../base/quantize.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import type { Batch } from '../data/batch.ts'
import { Random } from '../random.ts'
import { SteppedExecutor } from './stepped.ts'
import { trainedModel } from './trained-model.ts'

const TOKENS = 16
const method: Method = {
  kind: 'lora',
  rank: 4,
  alpha: 8,
  dropout: 0,
  targets: ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.down_proj'],
}
/** Rounding explains 1e-6; a wrong kernel is off by far more. */
const LARGEST_DIFFERENCE = 1e-4

const checked = new Map<Backend, Promise<void>>()

/**
 * Compares a backend's gradients with the processor's on a small random model, once a process. A backend may compute a
 * perfect loss and wrong gradients: WebGPU's fused normalisation did.
 * @throws HearthError BACKEND_WRONG
 */
export function checkBackend(backend: Backend): Promise<void> {
  if (backend === 'cpu') return Promise.resolve()
  let check = checked.get(backend)
  if (!check) checked.set(backend, (check = compare(backend)))
  return check
}

async function compare(backend: Backend): Promise<void> {
  const [wanted, found] = [await gradientOn('cpu'), await gradientOn(backend)]
  const length = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0))
  const difference = Math.sqrt(wanted.reduce((sum, value, i) => sum + (value - found[i]!) ** 2, 0)) / length
  if (!(difference <= LARGEST_DIFFERENCE))
    throw new HearthError(
      'BACKEND_WRONG',
      `this machine’s ${backend} backend computes gradients that are off by ${difference.toExponential(1)}`,
      { backend },
    )
}

async function gradientOn(backend: Backend): Promise<Float32Array> {
  const architecture = decoder(
    {
      model_type: 'llama',
      hidden_size: 64,
      intermediate_size: 96,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      vocab_size: 96,
      max_position_embeddings: 64,
      rms_norm_eps: 1e-5,
      tie_word_embeddings: true,
    },
    TOKENS,
  )
  const random = new Random('self-check')
  const draw = (shape: readonly number[]): Float32Array =>
    Float32Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      () => (shape.length === 1 ? 1 : 0) + random.normal() / 8,
    )
  const weights = new Map(
    [...weightSpecs(architecture)].map(([name, { shape }]): [string, FrozenTensor] => [
      name,
      freeze(draw(shape), shape, 'f32'),
    ]),
  )
  const model = trainedModel(
    { method, classes: null, batch: { sequences: 1 }, data: { sequenceLength: TOKENS }, engine: { profile: backend } },
    architecture,
    weights,
  )
  const parameters = startingPoint(model.layout, 'self-check', (layer, name) =>
    weights.get(architecture.layerPrefix(layer) + name)!,
  ).map((value) => value + random.normal() / 20)
  const tokens = Int32Array.from({ length: TOKENS }, () => random.below(96))
  const batch: Batch = {
    ids: tokens,
    positions: tokens.map((_, i) => i),
    segments: new Uint16Array(TOKENS).fill(1),
    types: new Uint8Array(TOKENS),
    labels: tokens.toReversed(),
    weights: new Float32Array(TOKENS).fill(1 / TOKENS),
    pool: new Int32Array(0),
  }
  const executor = new SteppedExecutor(
    { model, weights, backend, threads: 1, spin: false, breathe: () => Promise.resolve() },
    'recompute',
  )
  try {
    const gradient = new Float32Array(model.layout.total)
    await executor.gradient(parameters, batch, { seed: 'self-check', step: 0, micro: 0 }, gradient)
    return gradient
  } finally {
    await executor.release()
  }
}
