import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Architecture } from '../arch/architecture.ts'
import type { ParameterLayout } from './layout.ts'

/**
 * Folds LoRA or DoRA into one frozen weight of float32 [out, in], in place: W + (alpha/r)·B·A, for DoRA with its rows
 * scaled to the trained magnitudes. Weights that the adapter does not touch are left as they are.
 */
export function mergeInto(
  weight: Float32Array,
  name: string,
  architecture: Architecture,
  layout: ParameterLayout,
  method: Method,
  byLayer: Float32Array,
): void {
  if (method.kind !== 'lora' && method.kind !== 'dora')
    throw new HearthError(
      'NOT_MERGEABLE',
      `${method.kind} adapters add parts to a model that no weight can take in; use them beside their base`,
      { method: method.kind },
    )
  const place = layerOf(name, architecture)
  if (!place || !method.targets.includes(place.module)) return
  const tensor = (suffix: string) => {
    const found = layout.layer.find((parameter) => parameter.name === `${place.module}.${suffix}`)!
    const from = place.layer * layout.perLayer + found.offset
    return byLayer.subarray(from, from + found.size)
  }
  const [a, b] = [tensor('lora_A'), tensor('lora_B')]
  const { inputs, outputs } = architecture.modules[place.module]!
  const factor = method.alpha / method.rank
  const row = new Float64Array(inputs)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0
      for (let r = 0; r < method.rank; r++) sum += b[o * method.rank + r]! * a[r * inputs + i]!
      row[i] = weight[o * inputs + i]! + factor * sum
    }
    const ratio =
      method.kind === 'dora'
        ? tensor('lora_magnitude_vector')[o]! / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
        : 1
    for (let i = 0; i < inputs; i++) weight[o * inputs + i] = row[i]! * ratio
  }
}

function layerOf(name: string, architecture: Architecture): { layer: number; module: string } | null {
  for (let layer = 0; layer < architecture.layers; layer++) {
    const prefix = architecture.layerPrefix(layer)
    if (name.startsWith(prefix) && name.endsWith('.weight'))
      return { layer, module: name.slice(prefix.length, -'.weight'.length) }
  }
  return null
}
