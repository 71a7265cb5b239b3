import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Architecture } from '../models/architecture.ts'
import type { ParameterLayout } from '../adapters/layout.ts'
import { interleaveRows } from './gguf-rows.ts'
import { encodeGguf, gguf, type GgufTensor } from './gguf.ts'

/** A LoRA adapter as llama.cpp loads it. */
export function encodeGgufLora(
  architecture: Architecture,
  layout: ParameterLayout,
  method: Method,
  byLayer: Float32Array,
): Uint8Array {
  const { type } = architecture
  if (method.kind !== 'lora') {
    const advice = method.kind === 'dora' ? '; merge a DoRA adapter into its base instead' : ''
    throw new HearthError('MODEL_UNSUPPORTED', `llama.cpp supports only LoRA adapters${advice}`, {
      method: method.kind,
    })
  }
  const tensors: GgufTensor[] = []
  for (const { stack, prefix, adapted, offset: start, parameters } of layout.layers) {
    if (!adapted) continue
    for (const { name, shape, offset, size } of parameters) {
      const [, module, side = ''] = /^(.+)\.lora_([AB])$/.exec(name) ?? []
      const target = architecture.gguf?.name(`${prefix}${module}.weight`) ?? null
      if (target === null)
        throw new HearthError('MODEL_UNSUPPORTED', `adapters of ${type} cannot be written for llama.cpp`, { type })
      const data = byLayer.slice(start + offset, start + offset + size)
      const heads = side === 'B' ? stack.weights[`${module}.weight`]?.interleavedHeads : undefined
      tensors.push({
        name: `${target}.lora_${side.toLowerCase()}`,
        shape,
        data: heads === undefined ? data : interleaveRows(data, shape[0]!, heads, 'to-gguf'),
      })
    }
  }
  return encodeGguf(
    {
      'general.architecture': gguf.string(type),
      'general.type': gguf.string('adapter'),
      'adapter.type': gguf.string('lora'),
      'adapter.lora.alpha': gguf.float32(method.alpha),
    },
    tensors,
  )
}
