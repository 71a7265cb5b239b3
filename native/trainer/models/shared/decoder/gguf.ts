import { basename } from 'node:path'
import { HearthError } from '../../../../../common/errors/index.ts'
import { fromGgml } from '../../../formats/ggml-blocks.ts'
import { gguf, type GgufFile, type GgufTensor, type TypedValue } from '../../../formats/gguf.ts'
import type { GgufDescription } from '../../architecture.ts'
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

/** A GGUF file's metadata as the config.json that it was made from. */
export async function configFromGguf(
  file: GgufFile,
  { type, biasedAttention = false }: DecoderTraits,
): Promise<object> {
  const { metadata, tensors } = file
  const number = (key: string): number | undefined => {
    const value = metadata.get(`${type}.${key}`)
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
  }
  return {
    model_type: type,
    hidden_size: number('embedding_length'),
    intermediate_size: number('feed_forward_length'),
    num_hidden_layers: number('block_count'),
    num_attention_heads: number('attention.head_count'),
    num_key_value_heads: number('attention.head_count_kv'),
    head_dim: number('attention.key_length') ?? number('rope.dimension_count'),
    vocab_size: tensors.get('token_embd.weight')?.shape[0],
    max_position_embeddings: number('context_length'),
    rms_norm_eps: number('attention.layer_norm_rms_epsilon'),
    rope_theta: number('rope.freq_base'),
    rope_divisors: await divisorsIn(file),
    rope_scaling: scalingOf(metadata.get(`${type}.rope.scaling.type`), number('rope.scaling.factor')),
    tie_word_embeddings: !tensors.has('output.weight'),
    attention_bias: !biasedAttention && tensors.has('blk.0.attn_q.bias'),
  }
}

/** GGUF stores `llama3` scaling as divisors and `linear` as a factor; the config's schema refuses other kinds. */
const scalingOf = (kind: unknown, factor: number | undefined) =>
  kind === undefined || kind === 'none' ? null : { rope_type: kind, factor }

async function divisorsIn(file: GgufFile): Promise<number[] | undefined> {
  const info = file.tensors.get(ROPE_DIVISORS)
  if (!info) return undefined
  const data = fromGgml(info.type, await file.read(ROPE_DIVISORS), info.shape).parts['']?.data
  if (!(data instanceof Float32Array))
    throw new HearthError('MODEL_BROKEN', `${ROPE_DIVISORS} must be a vector of floats`, { file: basename(file.path) })
  return [...data]
}
