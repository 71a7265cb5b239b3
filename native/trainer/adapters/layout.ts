import type { Architecture } from '../arch/architecture.ts'
import { thaw } from '../base/quantize.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import { size } from '../graph/graph.ts'
import { Random } from '../random.ts'
import type { Adapter, ParameterSpec, Start } from './adapter.ts'

/** A trained tensor's place in its group's flat vector. */
export interface PlacedParameter extends ParameterSpec {
  readonly offset: number
  readonly size: number
}

/**
 * Where everything that is trained lies in one float32 vector: [layer 0 | … | layer L−1 | head], or [shared | head]
 * where the layers' tensors are computed from shared ones.
 */
export interface ParameterLayout {
  readonly layer: readonly PlacedParameter[]
  readonly shared: readonly PlacedParameter[]
  readonly head: readonly PlacedParameter[]
  readonly perLayer: number
  readonly layers: number
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

export function layoutOf(adapter: Adapter, architecture: Architecture, classes: number | null): ParameterLayout {
  const [layer, shared, head] = [
    place(adapter.layer),
    place(adapter.shared),
    place(classes === null ? [] : classifierParameters(architecture, classes)),
  ]
  const headOffset = adapter.shared.length > 0 ? shared.length : layer.length * architecture.layers
  return {
    layer: layer.placed,
    shared: shared.placed,
    head: head.placed,
    perLayer: layer.length,
    layers: architecture.layers,
    headOffset,
    total: headOffset + head.length,
  }
}

/** The classifier is new, so it is trained whole. */
function classifierParameters({ classifier, width }: Architecture, classes: number): readonly ParameterSpec[] {
  return [
    { name: `${classifier.name}.weight`, shape: [classes, width], start: { kind: 'normal', deviation: 0.02 } },
    ...(classifier.bias
      ? [{ name: `${classifier.name}.bias`, shape: [classes], start: { kind: 'zero' } } as const]
      : []),
  ]
}

/** The vector that training begins with. */
export function startingPoint(
  layout: ParameterLayout,
  seed: string,
  weight: (layer: number, name: string) => FrozenTensor,
): Float32Array {
  const flat = new Float32Array(layout.total)
  const fill = (parameters: readonly PlacedParameter[], base: number, group: string, layer: number) => {
    for (const { name, offset, size: length, start } of parameters)
      flat.set(
        begin(start, length, new Random(`${seed}/start/${group}/${name}`), (which) => weight(layer, which)),
        base + offset,
      )
  }
  if (layout.shared.length > 0) fill(layout.shared, 0, 'shared', 0)
  else for (let l = 0; l < layout.layers; l++) fill(layout.layer, l * layout.perLayer, String(l), l)
  fill(layout.head, layout.headOffset, 'head', 0)
  return flat
}

function begin(start: Start, length: number, random: Random, weight: (name: string) => FrozenTensor): Float32Array {
  switch (start.kind) {
    case 'zero':
      return new Float32Array(length)
    case 'uniform':
      return Float32Array.from({ length }, () => (random.unit() * 2 - 1) * start.bound)
    case 'normal':
      return Float32Array.from({ length }, () => random.normal() * start.deviation)
    case 'row-length': {
      const rows = weight(start.weight)
      return Float32Array.from({ length }, (_, i) =>
        Math.sqrt(thaw(rows, i, i + 1).reduce((sum, value) => sum + value * value, 0)),
      )
    }
  }
}
