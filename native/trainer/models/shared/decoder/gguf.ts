import { basename } from 'node:path'
import { HearthError } from '../../../../../common/errors/index.ts'
import { StrictReader } from '../../../../../common/strict-reader.ts'
import { fromGgml } from '../../../formats/ggml-blocks.ts'
import { gguf, type GgufFile, type GgufTensor, type TypedValue } from '../../../formats/gguf.ts'
import type { GgufDescription } from '../../architecture.ts'
import { assertKnownKeys, type KnownKeys } from '../../config-keys.ts'
import { divisorsOf, headSizeOf, ropeTheta, type DecoderConfig } from './config.ts'
import type { DecoderTraits } from './graph.ts'

/** llama.cpp's names of a layer's weights, by Hugging Face's. */
const layerNames: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
}
const outerNames: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
}
/** Divisors of the rotary frequencies, in models whose context was stretched. */
const ROPE_DIVISORS = 'rope_freqs.weight'

/** `model.layers.3.self_attn.q_proj.weight` → `blk.3.attn_q.weight`. */
function ggufName(name: string): string | null {
  const outer = outerNames[name]
  if (outer) return outer
  const [, layer, module = '', part] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  const short = layerNames[module]
  return short ? `blk.${layer}.${short}.${part}` : null
}

/** A decoder of this config in llama.cpp's terms. */
export const describeForGguf = (config: DecoderConfig): GgufDescription => ({
  name: ggufName,
  metadata: metadataOf(config),
  tensors: divisorTensors(divisorsOf(config)),
  ignoredTensors: [/^rope_freqs\.weight$/, /^blk\.\d+\.attn_rot_embd(\.weight)?$/],
})

const divisorTensors = (divisors: Float64Array): readonly GgufTensor[] =>
  divisors.some((divisor) => divisor !== 1)
    ? [{ name: ROPE_DIVISORS, shape: [divisors.length], data: Float32Array.from(divisors) }]
    : []

function metadataOf(config: DecoderConfig): Record<string, TypedValue> {
  const { model_type: type, num_attention_heads: heads } = config
  const headSize = headSizeOf(config)
  return {
    [`${type}.vocab_size`]: gguf.uint32(config.vocab_size),
    [`${type}.context_length`]: gguf.uint32(config.max_position_embeddings),
    [`${type}.embedding_length`]: gguf.uint32(config.hidden_size),
    [`${type}.block_count`]: gguf.uint32(config.num_hidden_layers),
    [`${type}.feed_forward_length`]: gguf.uint32(config.intermediate_size),
    [`${type}.attention.head_count`]: gguf.uint32(heads),
    [`${type}.attention.head_count_kv`]: gguf.uint32(config.num_key_value_heads ?? heads),
    [`${type}.attention.key_length`]: gguf.uint32(headSize),
    [`${type}.attention.value_length`]: gguf.uint32(headSize),
    [`${type}.attention.layer_norm_rms_epsilon`]: gguf.float32(config.rms_norm_eps),
    [`${type}.rope.dimension_count`]: gguf.uint32(headSize),
    [`${type}.rope.freq_base`]: gguf.float32(ropeTheta(config)),
  }
}

/** Metadata under the architecture's name that a decoder's config is made of. */
const readKeys = [
  'vocab_size',
  'context_length',
  'embedding_length',
  'block_count',
  'feed_forward_length',
  'attention.head_count',
  'attention.head_count_kv',
  'attention.key_length',
  'attention.value_length',
  'attention.layer_norm_rms_epsilon',
  'attention.sliding_window',
  'rope.dimension_count',
  'rope.freq_base',
  'rope.scaling.type',
  'rope.scaling.factor',
  'rope.scale_linear',
]
/** The rest of what llama.cpp may read of a decoder; a key that is not here is refused. */
const otherKeys: KnownKeys = {
  only: {
    'attention.causal': [true],
    'attention.max_alibi_bias': [0],
    'attention.clamp_kqv': [0],
    'rope.scaling.attn_factor': [1],
    'rope.scaling.yarn_log_multiplier': [0],
    logit_scale: [0, 1],
    residual_scale: [0, 1],
    embedding_scale: [0, 1],
    expert_count: [0],
    expert_used_count: [0],
    use_parallel_residual: [false],
    attn_logit_softcapping: [0],
    final_logit_softcapping: [0],
  },
  passed: ['rope.scaling.original_context_length', 'rope.scaling.finetuned', 'tensor_data_layout'],
}

/** A GGUF file's metadata as the config.json that it was made from. */
export async function configFromGguf(
  file: GgufFile,
  { type, biasedAttention = false }: DecoderTraits,
): Promise<object> {
  const { metadata, tensors } = file
  const where = basename(file.path)
  const own = [...metadata].filter(([key]) => key.startsWith(`${type}.`))
  const settings = new StrictReader(own.map(([key, value]) => [key.slice(type.length + 1), value]))
  assertKnownKeys(where, settings, readKeys, [otherKeys])
  const number = (key: string): number | undefined => {
    const value = settings.take(key)
    if (value === undefined || typeof value === 'number' || typeof value === 'bigint')
      return value === undefined ? undefined : Number(value)
    throw new HearthError('MODEL_UNSUPPORTED', `${where}: ${type}.${key} must be one number for all layers`, { key })
  }
  const headSize = number('attention.key_length')
  for (const key of ['attention.value_length', 'rope.dimension_count']) {
    const size = number(key)
    const whole = headSize ?? (number('embedding_length') ?? 0) / (number('attention.head_count') ?? 1)
    if (size !== undefined && size !== whole)
      throw new HearthError('MODEL_UNSUPPORTED', `${where}: ${type}.${key} must be ${whole}, got ${size}`, { key })
  }
  // 0 is none. llama.cpp reads the key for other families only, so what it means here is not sure.
  const window = number('attention.sliding_window') ?? 0
  if (window > 0 && window < (number('context_length') ?? 0))
    throw new HearthError('MODEL_UNSUPPORTED', `${where}: a window of ${window} tokens (attention.sliding_window)`, {
      key: 'attention.sliding_window',
    })
  return {
    model_type: type,
    hidden_size: number('embedding_length'),
    intermediate_size: number('feed_forward_length'),
    num_hidden_layers: number('block_count'),
    num_attention_heads: number('attention.head_count'),
    num_key_value_heads: number('attention.head_count_kv'),
    head_dim: headSize,
    vocab_size: tensors.get('token_embd.weight')?.shape[0],
    max_position_embeddings: number('context_length'),
    rms_norm_eps: number('attention.layer_norm_rms_epsilon'),
    rope_theta: number('rope.freq_base'),
    rope_divisors: await divisorsIn(file),
    rope_scaling: scalingOf(
      settings.take('rope.scaling.type'),
      // llama.cpp reads the older key where the newer one is missing or 0.
      number('rope.scaling.factor') || number('rope.scale_linear') || 0,
    ),
    tie_word_embeddings: !tensors.has('output.weight'),
    attention_bias: !biasedAttention && tensors.has('blk.0.attn_q.bias'),
    mlp_bias: tensors.has('blk.0.ffn_gate.bias'),
  }
}

/**
 * GGUF stores `llama3` scaling as divisors and `linear` as a factor. A file without a type is linear, a factor of 0 is
 * none (llama.cpp's llama-model.cpp); the config's schema refuses other kinds.
 */
const scalingOf = (kind: unknown, factor: number) =>
  kind === 'none' || (factor === 0 && (kind === undefined || kind === 'linear'))
    ? null
    : { rope_type: kind ?? 'linear', factor }

async function divisorsIn(file: GgufFile): Promise<number[] | undefined> {
  const info = file.tensors.get(ROPE_DIVISORS)
  if (!info) return undefined
  const data = fromGgml(info.type, await file.read(ROPE_DIVISORS), info.shape).parts['']?.data
  if (!(data instanceof Float32Array))
    throw new HearthError('MODEL_BROKEN', `${ROPE_DIVISORS} must be a vector of floats`, { file: basename(file.path) })
  return [...data]
}
