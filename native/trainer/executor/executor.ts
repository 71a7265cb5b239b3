import type { Tensor } from 'onnxruntime-node'
import type { plans } from '../../../common/children/trainer.ts'
import type { PlacedLayer } from '../adapters/layout.ts'
import type { Weights } from '../base/frozen.ts'
import { attentionMask, poolMatrix, type Batch } from '../data/batch.ts'
import { dropoutMask, type DropoutSeed } from '../data/dropout.ts'
import { bytes, floats, integers, tensorOf, type Feeds, type RunOptions } from './session.ts'
import type { Stack } from '../models/architecture.ts'
import type { TrainedModel } from './trained-model.ts'
import { vocabularyFeeds, vocabularyRows } from './vocabulary.ts'

/** A step runs in one graph, or layer by layer with activations stored or recomputed. */
export type Plan = (typeof plans)[number]

/** Computes losses and gradients. Plans differ only in speed and memory: the bits are the same. */
export interface Executor {
  readonly plan: Plan
  /** Adds the batch's gradient to `into` and returns its loss. */
  gradient(parameters: Float32Array, batch: Batch, dropout: DropoutSeed, into: Float32Array): Promise<number>
  release(): Promise<void>
}

export interface ExecutorOptions extends RunOptions {
  readonly model: TrainedModel
  readonly weights: Weights
  /** Awaited between layers, so that a pause can take effect; throws when the run is cancelled. */
  readonly yieldToEventLoop: () => Promise<void>
}

/** Frozen weights as tensors, by the names of the graphs' inputs. Created once; the data is shared, not copied. */
export function weightFeeds(model: TrainedModel, weights: Weights): ReadonlyMap<string, Tensor> {
  const whole = [...weights].flatMap(([name, { parts }]) =>
    Object.entries(parts).map(([suffix, part]) => [name + suffix, tensorOf(part)] as const),
  )
  return new Map([...whole, ...vocabularyFeeds(model, weights)])
}

/** Positions of a batch's tokens, after the trained prefix. */
const positionsOf = ({ prefixLength }: TrainedModel, { positions }: Batch): Int32Array =>
  prefixLength === 0 ? positions : positions.map((position) => position + prefixLength)

/** A stack's own inputs from a batch: embedded tokens, the attention mask, and that of the layers with a window. */
export function stackFeeds(
  model: TrainedModel,
  weights: Weights,
  batch: Batch,
  stack: Stack,
): { readonly x: Tensor; readonly mask: Tensor; readonly sliding: Tensor | null } {
  const { architecture, shape, prefixLength } = model
  const x = stack.embed(weights, batch.ids, positionsOf(model, batch), batch.types)
  const mask = (window: number | null) =>
    floats(attentionMask(batch.segments, shape.batch, shape.tokens, prefixLength, stack.causal, window), [
      shape.batch,
      1,
      shape.tokens,
      prefixLength + shape.tokens,
    ])
  return {
    x: floats(x, [shape.batch * shape.tokens, architecture.width]),
    mask: mask(null),
    sliding: stack.window ? mask(stack.window.positions) : null,
  }
}

/** Inputs from a batch that all stacks share, and labels for the head. */
export function batchFeeds(model: TrainedModel, weights: Weights, batch: Batch): Feeds {
  const { architecture, shape } = model
  const rows = shape.batch * shape.tokens
  return {
    positions: integers(positionsOf(model, batch)),
    weights: floats(batch.weights, [batch.weights.length, 1]),
    ...(model.classes === null
      ? { expected: floats(vocabularyRows(model, weights, batch.labels), [rows, architecture.width]) }
      : { labels: integers(batch.labels), pool: floats(poolMatrix(batch.pool, shape.tokens), [shape.batch, rows]) }),
  }
}

/** The feeds of a session's inputs, looked up by name. */
export function pick(names: readonly string[], find: (name: string) => Tensor | undefined): Feeds {
  return Object.fromEntries(
    names.map((name) => {
      const tensor = find(name)
      if (!tensor) throw new Error(`no tensor for the graph’s input ${name}`)
      return [name, tensor]
    }),
  )
}

const DROPOUT = 'dropout.'

/** The dropout mask for an input of a layer's graph; `name` may begin with the layer's prefix. */
export function dropoutFeed(
  model: TrainedModel,
  name: string,
  { index, stack }: PlacedLayer,
  seed: DropoutSeed,
): Tensor | undefined {
  const at = name.indexOf(DROPOUT)
  if (at < 0) return undefined
  const module = name.slice(at + DROPOUT.length)
  const rows = model.shape.batch * model.shape.tokens
  const inputs = stack.modules[module]?.inputs
  if (inputs === undefined) return undefined
  return bytes(dropoutMask(seed, index, module, rows * inputs, model.dropout), [rows, inputs])
}
