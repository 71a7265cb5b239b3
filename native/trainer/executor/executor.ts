import type { Tensor } from 'onnxruntime-node'
import type { plans } from '../../../common/children/trainer.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import { attentionMask, poolMatrix, type Batch } from '../data/batch.ts'
import { dropoutMask, type DropoutSeed } from '../data/dropout.ts'
import { bytes, floats, integers, tensorOf, type Feeds, type RunOptions } from './session.ts'
import type { TrainedModel } from './trained-model.ts'
import { vocabularyFeeds, vocabularyRows } from './vocabulary.ts'

/** How a step is laid out: all layers in one graph, or layer by layer with activations stored or computed again. */
export type Plan = (typeof plans)[number]

/** Computes losses and gradients. Plans differ in speed and memory alone: the bits are the same. */
export interface Executor {
  readonly plan: Plan
  /** Adds the batch's gradient to `into` and returns its loss. */
  gradient(parameters: Float32Array, batch: Batch, dropout: DropoutSeed, into: Float32Array): Promise<number>
  release(): Promise<void>
}

export interface ExecutorOptions extends RunOptions {
  readonly model: TrainedModel
  readonly weights: ReadonlyMap<string, FrozenTensor>
  /** Awaited between layers: here the owner's pause takes hold, and cancelling throws. */
  readonly breathe: () => Promise<void>
}

/** Frozen weights as tensors, by the names of the graphs' inputs. Made once; the data is shared, not copied. */
export function weightFeeds(
  model: TrainedModel,
  weights: ReadonlyMap<string, FrozenTensor>,
): ReadonlyMap<string, Tensor> {
  const whole = [...weights].flatMap(([name, { parts }]) =>
    Object.entries(parts).map(([suffix, part]) => [name + suffix, tensorOf(part)] as const),
  )
  return new Map([...whole, ...vocabularyFeeds(model, weights)])
}

/** What a batch feeds: x, mask and positions, and labels for the head. */
export function batchFeeds(model: TrainedModel, weights: ReadonlyMap<string, FrozenTensor>, batch: Batch): Feeds {
  const { architecture, shape, prefixLength } = model
  const rows = shape.batch * shape.tokens
  const positions = prefixLength === 0 ? batch.positions : batch.positions.map((position) => position + prefixLength)
  return {
    x: floats(architecture.embed(weights, batch.ids, positions, batch.types), [rows, architecture.width]),
    mask: floats(attentionMask(batch.segments, shape.batch, shape.tokens, prefixLength, architecture.causal), [
      shape.batch,
      1,
      shape.tokens,
      prefixLength + shape.tokens,
    ]),
    positions: integers(positions),
    weights: floats(batch.weights, [batch.weights.length, 1]),
    ...(model.classes === null
      ? { expected: floats(vocabularyRows(model, weights, batch.labels), [rows, architecture.width]) }
      : { labels: integers(batch.labels), pool: floats(poolMatrix(batch.pool, shape.tokens), [shape.batch, rows]) }),
  }
}

/** The feeds that a session asks for, looked up by name. */
export function pick(names: readonly string[], find: (name: string) => Tensor | undefined): Feeds {
  return Object.fromEntries(
    names.map((name) => {
      const tensor = find(name)
      if (!tensor) throw new Error(`no tensor for the graph's input ${name}`)
      return [name, tensor]
    }),
  )
}

const DROPOUT = 'dropout.'

/** Dropout masks that a graph asks for; `name` is the input's, with the layer's prefix before it. */
export function dropoutFeed(model: TrainedModel, name: string, layer: number, seed: DropoutSeed): Tensor | undefined {
  const at = name.indexOf(DROPOUT)
  if (at < 0) return undefined
  const module = name.slice(at + DROPOUT.length)
  const rows = model.shape.batch * model.shape.tokens
  const { inputs } = model.architecture.modules[module]!
  return bytes(dropoutMask(seed, layer, module, rows * inputs, model.dropout), [rows, inputs])
}
