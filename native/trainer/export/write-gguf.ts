import { weightSpecs, type Architecture } from '../models/architecture.ts'
import { floatToHalf } from '../base/half.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { interleaveRows } from '../formats/gguf-rows.ts'
import { encodeGguf, gguf, type GgufTensor, type TypedValue } from '../formats/gguf.ts'

/** Precision of a written model's matrices; vectors stay float32, as llama.cpp expects. */
export type Precision = 'f32' | 'f16'

/** A whole model for llama.cpp. @param read gives each weight as [out, in] */
export function encodeGgufModel(
  name: string,
  architecture: Architecture,
  tokenizer: Readonly<Record<string, TypedValue>>,
  read: (name: string) => Float32Array,
  precision: Precision = 'f32',
): Uint8Array {
  const { type, gguf: description } = architecture
  if (!description)
    throw new HearthError('MODEL_UNSUPPORTED', `models of type ${type} are not written as GGUF`, { type })
  const tensors = [...weightSpecs(architecture)].map(([weight, { shape, interleavedHeads }]): GgufTensor => {
    const stored = description.name(weight)
    if (stored === null) throw new Error(`GGUF has no name for ${weight}`)
    const data = read(weight)
    const ordered = interleavedHeads === undefined ? data : interleaveRows(data, shape[0]!, interleavedHeads, 'to-gguf')
    if (precision === 'f32' || shape.length === 1) return { name: stored, shape, data: ordered }
    return { name: stored, shape, type: 'f16', data: new Uint8Array(floatToHalf(ordered).buffer) }
  })
  return encodeGguf(
    {
      'general.architecture': gguf.string(type),
      'general.type': gguf.string('model'),
      'general.name': gguf.string(name),
      'general.file_type': gguf.uint32(precision === 'f16' ? 1 : 0),
      'general.quantization_version': gguf.uint32(2),
      ...description.metadata,
      ...tokenizer,
    },
    [...tensors, ...description.tensors],
  )
}
