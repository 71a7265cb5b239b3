import { changesLayer, type Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Architecture } from '../arch/architecture.ts'
import type { ParameterLayout } from '../adapters/layout.ts'
import { ggufName, interleavedHeads, interleaveRows } from './gguf-names.ts'
import { encodeGguf, gguf, type GgufTensor } from './gguf.ts'

/** A LoRA adapter as llama.cpp loads it. */
export function encodeGgufLora(
  architecture: Architecture,
  layout: ParameterLayout,
  method: Method,
  byLayer: Float32Array,
): Uint8Array {
  if (method.kind !== 'lora')
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `llama.cpp knows LoRA adapters only${method.kind === 'dora' ? '; merge a DoRA adapter into its base instead' : ''}`,
      { method: method.kind },
    )
  const tensors: GgufTensor[] = []
  for (let layer = 0; layer < layout.layers; layer++) {
    if (!changesLayer(method, layer)) continue
    for (const { name, shape, offset, size } of layout.layer) {
      const [, module, side] = /^(.+)\.lora_([AB])$/.exec(name)!
      const target = ggufName(`${architecture.layerPrefix(layer)}${module}.weight`)
      if (target === null)
        throw new HearthError('MODEL_UNSUPPORTED', `adapters of ${architecture.type} cannot be written for llama.cpp`, {
          type: architecture.type,
        })
      const from = layer * layout.perLayer + offset
      const data = byLayer.slice(from, from + size)
      const heads = side === 'B' ? interleavedHeads(architecture, module!) : undefined
      tensors.push({
        name: `${target}.lora_${side!.toLowerCase()}`,
        shape,
        data: heads === undefined ? data : interleaveRows(data, shape[0]!, heads, 'to-gguf'),
      })
    }
  }
  return encodeGguf(
    {
      'general.architecture': gguf.string(architecture.type),
      'general.type': gguf.string('adapter'),
      'adapter.type': gguf.string('lora'),
      'adapter.lora.alpha': gguf.float32(method.alpha),
    },
    tensors,
  )
}
