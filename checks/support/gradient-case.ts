import { rm } from 'node:fs/promises'
import type { Method } from '../../common/model/recipe.ts'
import type { Backend } from '../../common/children/exact-inference.ts'
import { startingPoint, type ParameterLayout } from '../../native/trainer/adapters/layout.ts'
import type { Architecture } from '../../native/trainer/models/architecture.ts'
import type { ModelFamily } from '../../native/trainer/models/family.ts'
import type { BaseFormat, FrozenTensor } from '../../native/trainer/base/frozen.ts'
import { openModelFolder } from '../../native/trainer/base/model-folder.ts'
import { dequantize } from '../../native/trainer/base/quantize.ts'
import type { Batch } from '../../native/trainer/data/batch.ts'
import { createExecutor } from '../../native/trainer/executor/create.ts'
import type { Plan } from '../../native/trainer/executor/executor.ts'
import { weightFormats } from '../../native/trainer/run/engine-model.ts'
import { trainedModel, type TrainedModel } from '../../native/trainer/executor/trained-model.ts'
import { Random } from '../../native/trainer/random.ts'
import { writeRandomModel } from '../../test/support/tiny-models.ts'
import { referenceLoss, type ReferenceBatch, type ReferenceModel, type Tensors } from '../reference/forward.ts'

export interface GradientCase {
  readonly family: ModelFamily
  readonly method: Method
  readonly backend: Backend
  readonly plan: Plan
  readonly format: BaseFormat
  readonly classes: number | null
}

export interface ReadyCase {
  /** The same for all plans and backends of a case. */
  readonly key: string
  readonly model: TrainedModel
  readonly parameters: Float32Array
  readonly gradient: Float32Array
  readonly loss: number
  readonly batch: ReferenceBatch
  readonly reference: ReferenceModel
}

export interface Comparison {
  readonly against: string
  readonly tensors: readonly { name: string; error: number }[]
}

/** Gradients by another implementation, flat as the engine's. */
export type FullReference = (ready: ReadyCase) => Float64Array

const [BATCH, TOKENS] = [4, 10]

/** Builds a random model, a batch with packed samples and padding, and lets the engine compute its gradient. */
export async function gradientCase(folder: string, item: GradientCase): Promise<ReadyCase> {
  await writeRandomModel(folder, item.family.fixture.config)
  const base = await openModelFolder(folder)
  const prefix = 'length' in item.method ? item.method.length : 0
  const architecture = base.config.architecture(TOKENS + prefix)
  const weights = await base.weights(architecture, weightFormats(item.format, item.backend))
  await rm(folder, { recursive: true })
  const classes = item.classes === null ? null : Array.from({ length: item.classes }, (_, i) => `class ${i}`)
  const model = trainedModel(
    {
      method: item.method,
      classes,
      batch: { sequences: BATCH },
      data: { sequenceLength: TOKENS },
      engine: { profile: item.backend },
    },
    architecture,
    weights,
  )
  const parameters = startingPoint(model.layout, 'gradients', weights)
  // Zeros at the start would hide wrong gradients behind them.
  const random = new Random('gradients')
  for (let i = 0; i < parameters.length; i++) parameters[i]! += 0.05 * random.normal()
  const batch = randomBatch(random, architecture, item.classes)
  const executor = await createExecutor(
    { model, weights, backend: item.backend, threads: 2, spin: false, yieldToEventLoop: () => Promise.resolve() },
    item.plan,
  )
  const gradient = new Float32Array(model.layout.total)
  const loss = await executor.gradient(parameters, toEngine(batch), { seed: 'gradients', step: 0, micro: 0 }, gradient)
  await executor.release()
  return {
    key: JSON.stringify([item.family.type, item.method, weightFormats(item.format, item.backend), item.classes]),
    model,
    parameters,
    gradient,
    loss,
    batch,
    reference: {
      config: item.family.fixture.config,
      weights: wide(weights),
      method: item.method,
      classes: item.classes,
    },
  }
}

const wide = (weights: ReadonlyMap<string, FrozenTensor>): Tensors =>
  new Map(
    [...weights].map(([name, tensor]) => [name, { shape: tensor.shape, data: Float64Array.from(dequantize(tensor)) }]),
  )

function randomBatch(random: Random, { vocabulary, classifier }: Architecture, classes: number | null): ReferenceBatch {
  const count = BATCH * TOKENS
  const tokens = Array.from({ length: count }, (_, i) => i % TOKENS)
  // The first sequence packs two samples; the second is one sample and padding.
  const segments = tokens.map((t, i) => (i < TOKENS ? (t < 5 ? 1 : 2) : t < 8 ? 1 : 0))
  const rows = classes === null ? count : BATCH
  return {
    ids: tokens.map(() => random.below(vocabulary)),
    positions: tokens.map((t, i) => (classes === null && i < TOKENS && t >= 5 ? t - 5 : t)),
    segments: classes === null ? segments : tokens.map((t, i) => (i < TOKENS || t < 8 ? 1 : 0)),
    types: tokens.map((t) => (t < 4 ? 0 : 1)),
    labels: Array.from({ length: rows }, () => random.below(classes ?? vocabulary)),
    weights: Array.from({ length: rows }, (_, i) =>
      classes === null ? (segments[i] === 0 || i % 3 === 0 ? 0 : 1 / 16) : 1 / BATCH,
    ),
    pool:
      classes === null
        ? []
        : Array.from({ length: BATCH }, (_, b) => (classifier.pool === 'first' ? 0 : b === 0 ? TOKENS - 1 : 7)),
    batch: BATCH,
    tokens: TOKENS,
  }
}

const toEngine = (batch: ReferenceBatch): Batch => ({
  ids: Int32Array.from(batch.ids),
  positions: Int32Array.from(batch.positions),
  segments: Uint16Array.from(batch.segments),
  types: Uint8Array.from(batch.types),
  labels: Int32Array.from(batch.labels),
  weights: Float32Array.from(batch.weights),
  pool: Int32Array.from(batch.pool),
})

interface NamedRange {
  readonly name: string
  readonly shape: readonly number[]
  readonly from: number
  readonly size: number
}

/** Every trained tensor with its place in the flat vector, named as the reference names it. */
export function ranges(layout: ParameterLayout): readonly NamedRange[] {
  const group = (parameters: ParameterLayout['head'], base: number, prefix: string) =>
    parameters.map(({ name, shape, offset, size }) => ({ name: prefix + name, shape, from: base + offset, size }))
  const layers =
    layout.shared.length > 0
      ? group(layout.shared, 0, '')
      : layout.layers.flatMap(({ parameters, offset, prefix }) => group(parameters, offset, prefix))
  return [...layers, ...group(layout.head, layout.headOffset, '')]
}

const DIRECTIONS = 12
const STEP = 1e-3

interface Slope {
  /** Of unit length. */
  readonly direction: Float64Array
  readonly value: number
}

/** Slopes by case and tensor: plans and backends share one reference. */
const slopes = new Map<string, readonly Slope[]>()

/**
 * Relative error of each trained tensor's gradient. Against torch it is that of all elements; against finite
 * differences it is estimated from random directions d, for E[(e·d)²] = ‖e‖²/n, so that every element counts there too.
 */
export function compareGradients(ready: ReadyCase, against: string, full?: FullReference): Comparison {
  const { model, parameters, gradient } = ready
  const named = ranges(model.layout)
  const expected = full ? full(ready) : null
  const base = new Map(
    named.map(({ name, shape, from, size }) => [
      name,
      { shape, data: Float64Array.from(parameters.subarray(from, from + size)) },
    ]),
  )
  const tensors = named.map(({ name, from, size }) => {
    const own = Float64Array.from(gradient.subarray(from, from + size))
    const difference = expected
      ? own.reduce((sum, value, i) => sum + (value - expected[from + i]!) ** 2, 0)
      : (size *
          slopesOf(ready, base, name, size).reduce(
            (sum, { direction, value }) => sum + (dot(own, direction) - value) ** 2,
            0,
          )) /
        DIRECTIONS
    const length = dot(own, own)
    return { name, error: Math.sqrt(difference / Math.max(length, 1e-30)) }
  })
  return { against, tensors }
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

function slopesOf(ready: ReadyCase, base: Tensors, name: string, size: number): readonly Slope[] {
  const key = `${ready.key} ${name}`
  let known = slopes.get(key)
  if (!known) {
    const random = new Random(key)
    known = Array.from({ length: DIRECTIONS }, () => {
      const direction = Float64Array.from({ length: size }, () => (random.below(2) * 2 - 1) / Math.sqrt(size))
      return { direction, value: slope(ready, base, name, direction) }
    })
    slopes.set(key, known)
  }
  return known
}

/** Fourth-order central difference of the float64 reference along a direction. */
function slope({ reference, batch }: ReadyCase, base: Tensors, name: string, direction: Float64Array): number {
  const loss = (step: number): number => {
    const tensor = base.get(name)!
    const moved = new Map(base).set(name, {
      ...tensor,
      data: tensor.data.map((value, i) => value + step * direction[i]!),
    })
    return referenceLoss(reference, moved, base, batch)
  }
  return (8 * (loss(STEP) - loss(-STEP)) - (loss(2 * STEP) - loss(-2 * STEP))) / (12 * STEP)
}
