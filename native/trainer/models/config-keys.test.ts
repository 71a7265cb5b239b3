import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeRandomModel } from '../../../test/support/tiny-models.ts'
import { dequantize } from '../base/quantize.ts'
import { float32, openModelFolder } from '../base/model-folder.ts'
import { weightOf } from '../base/frozen.ts'
import { openGgufModel } from '../base/read-gguf.ts'
import { encodeGgufModel } from '../export/write-gguf.ts'
import { gguf, type TypedValue } from '../formats/gguf.ts'
import { models } from './registry.ts'
import { divisorsOf, decoderConfig } from './shared/decoder/config.ts'
import { fixture as llama } from './llama/fixture.ts'

const text = { bos_token_id: 1, eos_token_id: 2, use_cache: true, initializer_range: 0.02 }
const v5 = { return_dict: true, output_hidden_states: false, chunk_size_feed_forward: 0, is_encoder_decoder: false }

/** Keys and values of config.json files that people have, sizes and all. */
const real: Readonly<Record<string, object>> = {
  'SmolLM2 135M': {
    ...text,
    architectures: ['LlamaForCausalLM'],
    attention_bias: false,
    attention_dropout: 0,
    hidden_act: 'silu',
    hidden_size: 576,
    intermediate_size: 1536,
    is_llama_config: true,
    max_position_embeddings: 8192,
    mlp_bias: false,
    model_type: 'llama',
    num_attention_heads: 9,
    num_hidden_layers: 30,
    num_key_value_heads: 3,
    pad_token_id: 2,
    pretraining_tp: 1,
    rms_norm_eps: 1e-5,
    rope_interleaved: false,
    rope_scaling: null,
    rope_theta: 100_000,
    tie_word_embeddings: true,
    torch_dtype: 'bfloat16',
    'transformers.js_config': { kv_cache_dtype: { q4f16: 'float16' } },
    transformers_version: '4.42.3',
    vocab_size: 49_152,
  },
  'Llama 3.2 1B': {
    ...text,
    architectures: ['LlamaForCausalLM'],
    attention_bias: false,
    attention_dropout: 0,
    bos_token_id: 128_000,
    eos_token_id: [128_001, 128_008, 128_009],
    head_dim: 64,
    hidden_act: 'silu',
    hidden_size: 2048,
    intermediate_size: 8192,
    max_position_embeddings: 131_072,
    mlp_bias: false,
    model_type: 'llama',
    num_attention_heads: 32,
    num_hidden_layers: 16,
    num_key_value_heads: 8,
    pretraining_tp: 1,
    rms_norm_eps: 1e-5,
    rope_scaling: {
      factor: 32,
      high_freq_factor: 4,
      low_freq_factor: 1,
      original_max_position_embeddings: 8192,
      rope_type: 'llama3',
    },
    rope_theta: 500_000,
    tie_word_embeddings: true,
    torch_dtype: 'bfloat16',
    unsloth_fixed: true,
    vocab_size: 128_256,
  },
  'Qwen2.5 0.5B': {
    ...text,
    architectures: ['Qwen2ForCausalLM'],
    attention_dropout: 0,
    hidden_act: 'silu',
    hidden_size: 896,
    intermediate_size: 4864,
    max_position_embeddings: 32_768,
    max_window_layers: 24,
    model_type: 'qwen2',
    num_attention_heads: 14,
    num_hidden_layers: 24,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    sliding_window: 32_768,
    tie_word_embeddings: true,
    torch_dtype: 'bfloat16',
    use_mrope: false,
    use_sliding_window: false,
    vocab_size: 151_936,
  },
  'Qwen3 0.6B': {
    ...text,
    architectures: ['Qwen3ForCausalLM'],
    attention_bias: false,
    attention_dropout: 0,
    head_dim: 128,
    hidden_act: 'silu',
    hidden_size: 1024,
    intermediate_size: 3072,
    max_position_embeddings: 40_960,
    max_window_layers: 28,
    model_type: 'qwen3',
    num_attention_heads: 16,
    num_hidden_layers: 28,
    num_key_value_heads: 8,
    rms_norm_eps: 1e-6,
    rope_scaling: null,
    rope_theta: 1_000_000,
    sliding_window: null,
    tie_word_embeddings: true,
    torch_dtype: 'bfloat16',
    use_sliding_window: false,
    vocab_size: 151_936,
  },
  'GPT-2': {
    ...text,
    activation_function: 'gelu_new',
    architectures: ['GPT2LMHeadModel'],
    attn_pdrop: 0.1,
    embd_pdrop: 0.1,
    layer_norm_epsilon: 1e-5,
    model_type: 'gpt2',
    n_ctx: 1024,
    n_embd: 768,
    n_head: 12,
    n_layer: 12,
    n_positions: 1024,
    resid_pdrop: 0.1,
    summary_activation: null,
    summary_first_dropout: 0.1,
    summary_proj_to_labels: true,
    summary_type: 'cls_index',
    summary_use_proj: true,
    task_specific_params: { 'text-generation': { do_sample: true, max_length: 50 } },
    vocab_size: 50_257,
  },
  'MiniLM L6': {
    _name_or_path: 'nreimers/MiniLM-L6-H384-uncased',
    architectures: ['BertModel'],
    attention_probs_dropout_prob: 0.1,
    gradient_checkpointing: false,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0.1,
    hidden_size: 384,
    initializer_range: 0.02,
    intermediate_size: 1536,
    layer_norm_eps: 1e-12,
    max_position_embeddings: 512,
    model_type: 'bert',
    num_attention_heads: 12,
    num_hidden_layers: 6,
    pad_token_id: 0,
    position_embedding_type: 'absolute',
    transformers_version: '4.8.2',
    type_vocab_size: 2,
    use_cache: true,
    vocab_size: 30_522,
  },
  'BERT multilingual': {
    architectures: ['BertForMaskedLM'],
    attention_probs_dropout_prob: 0.1,
    classifier_dropout: null,
    directionality: 'bidi',
    hidden_act: 'gelu',
    hidden_dropout_prob: 0.1,
    hidden_size: 768,
    intermediate_size: 3072,
    layer_norm_eps: 1e-12,
    max_position_embeddings: 512,
    model_type: 'bert',
    num_attention_heads: 12,
    num_hidden_layers: 12,
    pooler_fc_size: 768,
    pooler_num_attention_heads: 12,
    pooler_num_fc_layers: 3,
    pooler_size_per_head: 128,
    pooler_type: 'first_token_transform',
    vocab_size: 105_879,
  },
  'transformers 5 writing Qwen2': {
    ...text,
    ...v5,
    _name_or_path: '',
    architectures: null,
    attention_dropout: 0,
    dtype: 'float32',
    hidden_act: 'silu',
    hidden_size: 64,
    id2label: { 0: 'LABEL_0', 1: 'LABEL_1' },
    intermediate_size: 96,
    label2id: { LABEL_0: 0, LABEL_1: 1 },
    layer_types: ['full_attention', 'full_attention'],
    max_position_embeddings: 128,
    max_window_layers: 28,
    model_type: 'qwen2',
    num_attention_heads: 4,
    num_hidden_layers: 2,
    num_key_value_heads: 2,
    output_attentions: false,
    pad_token_id: null,
    problem_type: null,
    rms_norm_eps: 1e-6,
    rope_parameters: { rope_theta: 10_000, rope_type: 'default' },
    sliding_window: null,
    tie_word_embeddings: false,
    transformers_version: '5.24.0',
    use_sliding_window: false,
    vocab_size: 97,
  },
}

describe('config.json', () => {
  it.each(Object.entries(real))('of %s is read', (_, config) => {
    expect(models.parse(config).architecture(8).context).toBeGreaterThanOrEqual(128)
  })

  it('with keys that nobody knows names them', () => {
    expect(() => models.parse({ ...llama.config, embedding_multiplier: 12, residual_multiplier: 0.2 })).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringMatching(/“embedding_multiplier”, “residual_multiplier”/) as string,
      }) as Error,
    )
    // None is no setting, whatever it would set.
    expect(() => models.parse({ ...llama.config, embedding_multiplier: null })).not.toThrow()
  })
})

const root = await mkdtemp(join(tmpdir(), 'hearth-keys-'))
afterAll(() => rm(root, { recursive: true }))

describe('metadata of a GGUF file', () => {
  const folder = writeRandomModel(join(root, 'base'), llama.config)
  const opened = async (changes: Readonly<Record<string, TypedValue>>) => {
    const base = await openModelFolder(await folder)
    const architecture = base.config.architecture(1)
    const weights = await base.weights(architecture, float32)
    const description = architecture.gguf
    if (!description) throw new Error('no GGUF form')
    const metadata = { ...description.metadata, ...changes }
    const path = join(root, 'model.gguf')
    await writeFile(
      path,
      encodeGgufModel('tiny', { ...architecture, gguf: { ...description, metadata } }, {}, (name) =>
        dequantize(weightOf(weights, name)),
      ),
    )
    return openGgufModel(path, models)
  }
  const divisor = async (changes: Readonly<Record<string, TypedValue>>) =>
    divisorsOf(decoderConfig('llama').parse((await opened(changes)).config.values))[1]

  /** llama.cpp computes the same of each (`npm run check:models "GGUF metadata"`). */
  it.each([
    [{ 'llama.rope.scaling.factor': gguf.float32(4) }, 4],
    [{ 'llama.rope.scaling.type': gguf.string('linear'), 'llama.rope.scaling.factor': gguf.float32(4) }, 4],
    [{ 'llama.rope.scale_linear': gguf.float32(2) }, 2],
    [{ 'llama.rope.scaling.type': gguf.string('linear') }, 1],
    [{ 'llama.rope.scaling.type': gguf.string('none'), 'llama.rope.scaling.factor': gguf.float32(4) }, 1],
    [{ 'llama.rope.scaling.factor': gguf.float32(0), 'llama.rope.scale_linear': gguf.float32(2) }, 2],
    [{ 'llama.logit_scale': gguf.float32(1), 'llama.expert_count': gguf.uint32(0) }, 1],
    [{ 'llama.attention.sliding_window': gguf.uint32(64) }, 1],
  ])('%o stretches by %d', async (changes, expected) => expect(await divisor(changes)).toBe(expected))

  it.each([
    [{ 'llama.rope.scaling.type': gguf.string('yarn'), 'llama.rope.scaling.factor': gguf.float32(4) }, /“yarn”/],
    [{ 'llama.rope.dimension_count': gguf.uint32(8) }, /rope\.dimension_count must be 16, got 8/],
    [{ 'llama.attention.value_length': gguf.uint32(8) }, /value_length must be 16, got 8/],
    [{ 'llama.logit_scale': gguf.float32(0.5) }, /“logit_scale” must be 0 or 1/],
    [{ 'llama.attention.scale': gguf.float32(0.5) }, /“attention\.scale”/],
    [{ 'llama.attention.causal': gguf.bool(false) }, /“attention\.causal” must be true/],
    [{ 'llama.attention.sliding_window': gguf.uint32(8) }, /window of 8 tokens/],
    [{ 'llama.expert_count': gguf.uint32(4) }, /“expert_count” must be 0/],
    [{ 'llama.rope.scaling.attn_factor': gguf.float32(1.2) }, /“rope\.scaling\.attn_factor” must be 1/],
  ])('%o is refused in words', async (changes, why) => {
    await expect(opened(changes)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(why) as string,
    })
  })
})
