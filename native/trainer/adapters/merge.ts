import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { ParameterLayout } from './layout.ts'

/**
 * Folds LoRA or DoRA into one frozen weight of float32 [out, in], in place: W + (alpha/r)·B·A, for DoRA with its rows
 * scaled to the trained magnitudes. Leaves other weights as they are.
 */
export function mergeInto(
  weight: Float32Array,
  name: string,
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
  const layer = layout.layers.find(({ prefix }) => name.startsWith(prefix))
  if (!layer || !name.endsWith('.weight')) return
  const module = name.slice(layer.prefix.length, -'.weight'.length)
  const size = layer.stack.modules[module]
  if (!size || !method.targets.includes(module)) return
  const tensor = (suffix: string) => {
    const found = layer.parameters.find((parameter) => parameter.name === `${module}.${suffix}`)
    if (!found) throw new Error(`no parameter ${module}.${suffix}`)
    const from = layer.offset + found.offset
    return byLayer.subarray(from, from + found.size)
  }
  const [a, b] = [tensor('lora_A'), tensor('lora_B')]
  const magnitudes = method.kind === 'dora' ? tensor('lora_magnitude_vector') : null
  const { inputs, outputs } = size
  const factor = method.alpha / method.rank
  const row = new Float64Array(inputs)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0
      for (let r = 0; r < method.rank; r++) sum += b[o * method.rank + r]! * a[r * inputs + i]!
      row[i] = weight[o * inputs + i]! + factor * sum
    }
    const ratio = magnitudes ? magnitudes[o]! / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) : 1
    for (let i = 0; i < inputs; i++) weight[o * inputs + i] = row[i]! * ratio
  }
}
