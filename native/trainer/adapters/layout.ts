import { layersOf, type Architecture, type Layer } from '../models/architecture.ts'
import { dequantize } from '../base/quantize.ts'
import { weightOf, type FrozenTensor, type Weights } from '../base/frozen.ts'
import { size } from '../graph/graph.ts'
import { Random } from '../random.ts'
import type { Adapter, Initializer, ParameterSpec } from './adapter.ts'

/** A trained tensor's place in its group's flat vector. */
export interface PlacedParameter extends ParameterSpec {
  readonly offset: number
  readonly size: number
}

/** A layer and its range of the flat vector of all layers. */
export interface PlacedLayer extends Layer {
  readonly parameters: readonly PlacedParameter[]
  readonly offset: number
  readonly size: number
  /** True when the method changes this layer. */
  readonly adapted: boolean
}

/**
 * Places of everything that is trained in one float32 vector: [layer 0 | … | layer L−1 | head], or [shared | head]
 * where the layers' tensors are computed from shared ones. Layers are those of all stacks, in order.
 */
export interface ParameterLayout {
  readonly layers: readonly PlacedLayer[]
  /** Length of all layers' tensors together. */
  readonly layersSize: number
  readonly shared: readonly PlacedParameter[]
  readonly head: readonly PlacedParameter[]
  readonly headOffset: number
  readonly total: number
}

function place(specs: readonly ParameterSpec[]): { placed: PlacedParameter[]; length: number } {
  let length = 0
  const placed = specs.map((spec) => {
    const offset = length
    length += size(spec.shape)
    return { ...spec, offset, size: length - offset }
  })
  return { placed, length }
}

function placeLayers(adapter: Adapter, architecture: Architecture): { layers: PlacedLayer[]; length: number } {
  const byStack = new Map(architecture.stacks.map((stack) => [stack, place(adapter.layer(stack))]))
  let length = 0
  const layers = layersOf(architecture).map((layer) => {
    const { placed, length: size } = byStack.get(layer.stack)!
    const offset = length
    length += size
    return { ...layer, parameters: placed, offset, size, adapted: adapter.adapts(layer.index) }
  })
  return { layers, length }
}

export function layoutOf(adapter: Adapter, architecture: Architecture, classes: number | null): ParameterLayout {
  const { layers, length } = placeLayers(adapter, architecture)
  const [shared, head] = [
    place(adapter.shared),
    place(classes === null ? [] : classifierParameters(architecture, classes)),
  ]
  const headOffset = adapter.shared.length > 0 ? shared.length : length
  return {
    layers,
    layersSize: length,
    shared: shared.placed,
    head: head.placed,
    headOffset,
    total: headOffset + head.length,
  }
}

/** The classifier is new, so it is trained in full. */
function classifierParameters({ classifier, width }: Architecture, classes: number): readonly ParameterSpec[] {
  const weight: ParameterSpec = {
    name: `${classifier.name}.weight`,
    shape: [classes, width],
    initializer: { kind: 'normal', deviation: 0.02 },
  }
  const bias: ParameterSpec = { name: `${classifier.name}.bias`, shape: [classes], initializer: { kind: 'zero' } }
  return classifier.bias ? [weight, bias] : [weight]
}

/** The vector that training begins with. */
export function startingPoint(layout: ParameterLayout, seed: string, weights: Weights): Float32Array {
  const flat = new Float32Array(layout.total)
  const fill = (parameters: readonly PlacedParameter[], base: number, group: string, prefix: string) => {
    for (const { name, offset, size: length, initializer } of parameters) {
      const random = new Random(`${seed}/start/${group}/${name}`)
      flat.set(
        initialize(initializer, length, random, (which) => weightOf(weights, prefix + which)),
        base + offset,
      )
    }
  }
  if (layout.shared.length > 0) fill(layout.shared, 0, 'shared', '')
  else
    for (const { parameters, offset, index, prefix } of layout.layers) fill(parameters, offset, String(index), prefix)
  fill(layout.head, layout.headOffset, 'head', '')
  return flat
}

function initialize(
  initializer: Initializer,
  length: number,
  random: Random,
  weight: (name: string) => FrozenTensor,
): Float32Array {
  switch (initializer.kind) {
    case 'zero':
      return new Float32Array(length)
    case 'uniform':
      return Float32Array.from({ length }, () => (random.unit() * 2 - 1) * initializer.bound)
    case 'normal':
      return Float32Array.from({ length }, () => random.normal() * initializer.deviation)
    case 'row-length': {
      const rows = weight(initializer.weight)
      return Float32Array.from({ length }, (_, i) =>
        Math.sqrt(dequantize(rows, i, i + 1).reduce((sum, value) => sum + value * value, 0)),
      )
    }
  }
}
