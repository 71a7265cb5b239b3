import type { PrefixMethod, PTuningMethod } from '../../../common/model/recipe.ts'
import { layersOf, type Architecture } from '../models/architecture.ts'
import { add, tanh } from '../graph/arithmetic.ts'
import { matmul } from '../graph/matmul.ts'
import { reshape, transpose } from '../graph/shape.ts'
import { frozenModel, type Adapter, type AdapterScope, type ParameterSpec } from './adapter.ts'

/** One layer's trained keys and values, in PEFT's order. */
const keysAndValues = (architecture: Architecture, length: number): readonly ParameterSpec[] => {
  const { kvHeads, headSize } = architecture.heads
  // P-tuning v2 trains these directly; the deviation matches the scale of a trained model's keys.
  return ['keys', 'values'].map((name) => ({
    name: `prefix.${name}`,
    shape: [kvHeads, length, headSize],
    initializer: { kind: 'normal', deviation: 0.02 },
  }))
}

const prefix = (scope: AdapterScope) => ({
  keys: scope.parameter('prefix.keys'),
  values: scope.parameter('prefix.values'),
})

/** P-tuning v2 (Liu et al. 2022): deep prompts, trained in every layer without reparameterisation. */
export const pTuning = (method: PTuningMethod, architecture: Architecture): Adapter => ({
  ...frozenModel,
  layer: () => keysAndValues(architecture, method.length),
  prefix,
})

/**
 * Prefix tuning (Li and Liang 2021): a two-layer network computes the same keys and values from a small table. It
 * stabilises the training and is dropped afterwards.
 */
export function prefixTuning(method: PrefixMethod, architecture: Architecture): Adapter {
  const layers = layersOf(architecture).length
  const {
    width,
    heads: { kvHeads, headSize },
  } = architecture
  const { length, hidden } = method
  const perToken = layers * 2 * kvHeads * headSize
  const shared: ParameterSpec[] = [
    { name: 'prefix.embedding', shape: [length, width], initializer: { kind: 'normal', deviation: 1 } },
    { name: 'prefix.in.weight', shape: [hidden, width], initializer: { kind: 'uniform', bound: 1 / Math.sqrt(width) } },
    { name: 'prefix.in.bias', shape: [hidden], initializer: { kind: 'zero' } },
    {
      name: 'prefix.out.weight',
      shape: [perToken, hidden],
      initializer: { kind: 'uniform', bound: 1 / Math.sqrt(hidden) },
    },
    { name: 'prefix.out.bias', shape: [perToken], initializer: { kind: 'zero' } },
  ]
  return {
    ...frozenModel,
    layer: () => keysAndValues(architecture, length),
    shared,
    prefix,
    reparameterise(g, parameter) {
      const dense = (x: ReturnType<typeof parameter>, name: string) =>
        add(g, matmul(g, x, parameter(`${name}.weight`), { transB: true }), parameter(`${name}.bias`))
      const tokens = dense(tanh(g, dense(parameter('prefix.embedding'), 'prefix.in')), 'prefix.out')
      // [length, layers, 2, kvHeads, headSize] → by layer, keys before values
      const ordered = transpose(g, reshape(g, tokens, [length, layers * 2, kvHeads, headSize]), [1, 2, 0, 3])
      return reshape(g, ordered, [layers * 2 * kvHeads * length * headSize])
    },
  }
}
