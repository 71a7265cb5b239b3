import { divisorsOf, ropeTheta, type DecoderConfig } from '../arch/decoder.ts'
import type { Architecture } from '../arch/architecture.ts'
import type { ModelConfig } from '../arch/index.ts'
import { weightSpecs } from '../base/model-folder.ts'
import { floatToHalf } from '../base/half.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { ggufName, interleaveRows, ROPE_DIVISORS } from '../formats/gguf-names.ts'
import { encodeGguf, gguf, type GgufTensor, type TypedValue } from '../formats/gguf.ts'

/** How a model's matrices are written; vectors stay float32, as llama.cpp wants them. */
export type Precision = 'f32' | 'f16'

/** A whole model for llama.cpp. `read` gives each weight as [out, in]. */
export function encodeGgufModel(
  name: string,
  config: ModelConfig,
  architecture: Architecture,
  tokenizer: Readonly<Record<string, TypedValue>>,
  read: (name: string) => Float32Array,
  precision: Precision = 'f32',
): Uint8Array {
  if (config.model_type === 'gpt2' || config.model_type === 'bert')
    throw new HearthError('MODEL_UNSUPPORTED', `models of type ${config.model_type} are not written as GGUF`, {
      type: config.model_type,
    })
  const tensors = [...weightSpecs(architecture)].map(([weight, { shape, interleavedHeads }]): GgufTensor => {
    const data = read(weight)
    const ordered = interleavedHeads === undefined ? data : interleaveRows(data, shape[0]!, interleavedHeads, 'to-gguf')
    if (precision === 'f32' || shape.length === 1) return { name: ggufName(weight)!, shape, data: ordered }
    return { name: ggufName(weight)!, shape, type: 'f16', data: new Uint8Array(floatToHalf(ordered).buffer) }
  })
  const divisors = divisorsOf(config)
  if (divisors.some((divisor) => divisor !== 1))
    tensors.push({ name: ROPE_DIVISORS, shape: [divisors.length], data: Float32Array.from(divisors) })
  return encodeGguf({ ...metadataOf(name, config, architecture, precision), ...tokenizer }, tensors)
}

function metadataOf(
  name: string,
  config: DecoderConfig,
  { heads: { heads, kvHeads, headSize }, vocabulary, width, layers, context }: Architecture,
  precision: Precision,
): Record<string, TypedValue> {
  const type = config.model_type
  return {
    'general.architecture': gguf.string(type),
    'general.type': gguf.string('model'),
    'general.name': gguf.string(name),
    'general.file_type': gguf.uint32(precision === 'f16' ? 1 : 0),
    'general.quantization_version': gguf.uint32(2),
    [`${type}.vocab_size`]: gguf.uint32(vocabulary),
    [`${type}.context_length`]: gguf.uint32(context),
    [`${type}.embedding_length`]: gguf.uint32(width),
    [`${type}.block_count`]: gguf.uint32(layers),
    [`${type}.feed_forward_length`]: gguf.uint32(config.intermediate_size),
    [`${type}.attention.head_count`]: gguf.uint32(heads),
    [`${type}.attention.head_count_kv`]: gguf.uint32(kvHeads),
    [`${type}.attention.key_length`]: gguf.uint32(headSize),
    [`${type}.attention.value_length`]: gguf.uint32(headSize),
    [`${type}.attention.layer_norm_rms_epsilon`]: gguf.float32(config.rms_norm_eps),
    [`${type}.rope.dimension_count`]: gguf.uint32(headSize),
    [`${type}.rope.freq_base`]: gguf.float32(ropeTheta(config)),
  }
}
