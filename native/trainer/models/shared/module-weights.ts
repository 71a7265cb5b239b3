import type { Module, WeightSpec, WeightSpecs } from '../architecture.ts'

/** Storage of a family's projections. */
interface Storage {
  readonly transposed?: boolean
  /** Heads whose rows llama.cpp orders by pairs, by module. */
  readonly interleavedHeads?: Readonly<Record<string, number>>
}

/** Weights and biases of projections. */
export function moduleWeights(
  modules: Readonly<Record<string, Module>>,
  { transposed = false, interleavedHeads = {} }: Storage = {},
): WeightSpecs {
  const specs: Record<string, WeightSpec> = {}
  for (const [name, { inputs, outputs, bias }] of Object.entries(modules)) {
    const heads = interleavedHeads[name]
    const rows = heads === undefined ? {} : { interleavedHeads: heads }
    specs[`${name}.weight`] = { shape: [outputs, inputs], ...rows, ...(transposed ? { transposed } : {}) }
    if (bias) specs[`${name}.bias`] = { shape: [outputs], ...rows }
  }
  return specs
}

/** Gains and biases of layer normalisations over `width`. */
export const normWeights = (names: readonly string[], width: number): WeightSpecs =>
  Object.fromEntries(names.flatMap((name) => ['weight', 'bias'].map((part) => [`${name}.${part}`, { shape: [width] }])))
