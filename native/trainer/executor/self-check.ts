import type { Backend } from '../../../common/children/exact-inference.ts'
import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { startingPoint } from '../adapters/layout.ts'
import { weightSpecs } from '../models/architecture.ts'
import { models } from '../models/registry.ts'
import { quantize } from '../base/quantize.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import type { Batch } from '../data/batch.ts'
import { Random } from '../random.ts'
import { SteppedExecutor } from './stepped.ts'
import { trainedModel } from './trained-model.ts'

const TOKENS = 16
const { fixture } = models.families[0]
const method: Method = { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets: [...fixture.targets] }
/** Rounding explains 1e-6; a wrong kernel differs by far more. */
const LARGEST_DIFFERENCE = 1e-4

const checked = new Map<Backend, Promise<void>>()

/**
 * Compares a backend's gradients with the processor's on a small random model, once per process. A right loss does not
 * imply right gradients: WebGPU's fused normalisation computed wrong ones.
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
      `this machine’s ${backend} backend computes wrong gradients: relative error ${difference.toExponential(1)}`,
      { backend },
    )
}

async function gradientOn(backend: Backend): Promise<Float32Array> {
  const architecture = models.parse(fixture.config).architecture(TOKENS)
  const random = new Random('self-check')
  const draw = (shape: readonly number[]): Float32Array =>
    Float32Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      () => (shape.length === 1 ? 1 : 0) + random.normal() / 8,
    )
  const weights = new Map(
    [...weightSpecs(architecture)].map(([name, { shape }]): [string, FrozenTensor] => [
      name,
      quantize(draw(shape), shape, 'f32'),
    ]),
  )
  const model = trainedModel(
    { method, classes: null, batch: { sequences: 1 }, data: { sequenceLength: TOKENS }, engine: { profile: backend } },
    architecture,
    weights,
  )
  const parameters = startingPoint(model.layout, 'self-check', weights).map((value) => value + random.normal() / 20)
  const tokens = Int32Array.from({ length: TOKENS }, () => random.below(architecture.vocabulary))
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
    { model, weights, backend, threads: 1, spin: false, yieldToEventLoop: () => Promise.resolve() },
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
