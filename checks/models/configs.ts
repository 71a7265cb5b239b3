import { join } from 'node:path'
import { openModelFolder } from '../../native/trainer/base/model-folder.ts'
import { modelLogits } from '../../test/support/model-logits.ts'
import { judge, oracle, type Case } from './oracle.ts'
import type { Group } from './row.ts'

const sizes = {
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 97,
  max_position_embeddings: 128,
  bos_token_id: null,
  eos_token_id: null,
}
export const llama = { model_type: 'llama', ...sizes }
const qwen2 = { model_type: 'qwen2', ...sizes }
const qwen3 = { model_type: 'qwen3', ...sizes, head_dim: 24 }
export const gpt2 = {
  model_type: 'gpt2',
  n_embd: 64,
  n_layer: 3,
  n_head: 4,
  n_positions: 128,
  vocab_size: 97,
  bos_token_id: null,
  eos_token_id: null,
}
export const bert = {
  model_type: 'bert',
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 96,
  max_position_embeddings: 128,
  vocab_size: 97,
}
const llama3 = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 32,
}
const of = (name: string, config: object, edit: object = {}, more: object = {}): Case => ({
  name,
  config,
  edit,
  ...more,
})
const bare = { bare: true }

const cases: readonly Case[] = [
  of('llama', llama),
  of('llama-tied', { ...llama, tie_word_embeddings: true }),
  of('llama-biases', { ...llama, attention_bias: true, mlp_bias: true }),
  of('llama-head-dim', { ...llama, head_dim: 32 }),
  of('llama-gelu', { ...llama, hidden_act: 'gelu' }),
  of('llama-gelu-tanh', { ...llama, hidden_act: 'gelu_pytorch_tanh' }),
  of('llama-relu', { ...llama, hidden_act: 'relu' }),
  of('llama-quick-gelu', { ...llama, hidden_act: 'quick_gelu' }),
  of('llama-linear', { ...llama, rope_parameters: { rope_type: 'linear', factor: 4, rope_theta: 5000 } }),
  of('llama-llama3', { ...llama, rope_parameters: { ...llama3, rope_theta: 5000 } }),
  of(
    'llama-scaling-4x',
    llama,
    { rope_scaling: { type: 'linear', factor: 2 }, rope_theta: 5000 },
    { drop: ['rope_parameters'] },
  ),
  of('llama-scaling-rope_type', llama, { rope_scaling: llama3, rope_theta: 5000 }, { drop: ['rope_parameters'] }),
  of('llama-scaling-no-type', llama, { rope_scaling: { factor: 2 } }, { drop: ['rope_parameters'] }),
  of('llama-scaling-two-types', llama, { rope_scaling: { ...llama3, type: 'linear' } }),
  of('llama-scaling-both', llama, { rope_scaling: { rope_type: 'linear', factor: 2 } }),
  of('llama-theta-outside', llama, { rope_theta: 5000 }, { drop: ['rope_parameters'] }),
  of('llama-two-thetas', llama, { rope_theta: 5000 }),
  of('llama-dynamic', { ...llama, rope_parameters: { rope_type: 'dynamic', factor: 4, rope_theta: 10_000 } }),
  of('llama-yarn', { ...llama, rope_parameters: { rope_type: 'yarn', factor: 4, rope_theta: 10_000 } }),
  of('llama-default-with-factor', {
    ...llama,
    rope_parameters: { rope_type: 'default', factor: 4, rope_theta: 10_000 },
  }),
  of('llama-partial-rotary', llama, { partial_rotary_factor: 0.5 }),
  of('llama-partial-rotary-inside', {
    ...llama,
    rope_parameters: { rope_theta: 10_000, rope_type: 'default', partial_rotary_factor: 0.5 },
  }),
  of('llama-sliding', llama, { use_sliding_window: true, sliding_window: 8, max_window_layers: 0 }),
  of('llama-sliding-key', llama, { sliding_window: 8 }),
  of('llama-logit-scale', llama, { logit_scale: 0.5 }),
  of('llama-unknown-key', llama, { attention_multiplier: 0.5 }),
  of('llama-quantized', llama, { quantization_config: { quant_method: 'gptq', bits: 4 } }),
  of('llama-describing-keys', llama, {
    is_llama_config: true,
    rope_interleaved: false,
    torch_dtype: 'float32',
    _name_or_path: 'x',
    unsloth_version: '2025.1',
    pretraining_tp: 2,
  }),
  of('qwen2', qwen2),
  of('qwen2-window-off', { ...qwen2, use_sliding_window: false, sliding_window: 8, max_window_layers: 1 }),
  of('qwen2-sliding', { ...qwen2, use_sliding_window: true, sliding_window: 8, max_window_layers: 1 }),
  of('qwen2-sliding-wide', { ...qwen2, use_sliding_window: true, sliding_window: 64, max_window_layers: 1 }),
  of('qwen2-sliding-exact', { ...qwen2, use_sliding_window: true, sliding_window: 40, max_window_layers: 0 }),
  of('qwen2-sliding-no-layer', { ...qwen2, use_sliding_window: true, sliding_window: 8, max_window_layers: 3 }),
  of(
    'qwen2-sliding-old-config',
    qwen2,
    { use_sliding_window: true, sliding_window: 8, max_window_layers: 1 },
    { drop: ['layer_types'] },
  ),
  of('qwen2-attention-bias-key', qwen2, { attention_bias: true }),
  of('qwen3', qwen3),
  of('qwen3-biases', { ...qwen3, attention_bias: true }),
  of('qwen3-sliding', { ...qwen3, use_sliding_window: true, sliding_window: 8, max_window_layers: 0 }),
  of('gpt2', gpt2),
  of('gpt2-unscaled', { ...gpt2, scale_attn_weights: false }),
  of('gpt2-inverse-layer', { ...gpt2, scale_attn_by_inverse_layer_idx: true }),
  of('gpt2-reordered', { ...gpt2, reorder_and_upcast_attn: true }),
  of('gpt2-untied', { ...gpt2, tie_word_embeddings: false }),
  of('gpt2-inner', { ...gpt2, n_inner: 80 }),
  of('gpt2-gelu', { ...gpt2, activation_function: 'gelu' }),
  of('gpt2-relu', { ...gpt2, activation_function: 'relu' }),
  of('gpt2-silu', { ...gpt2, activation_function: 'silu' }),
  of('gpt2-cross', { ...gpt2, add_cross_attention: true }),
  of('gpt2-epsilon', { ...gpt2, layer_norm_epsilon: 0.1 }),
  of('gpt2-renamed-key', gpt2, { hidden_size: 64 }),
  of('bert', bert, {}, bare),
  of('bert-gelu-new', { ...bert, hidden_act: 'gelu_new' }, {}, bare),
  of('bert-relu', { ...bert, hidden_act: 'relu' }, {}, bare),
  of('bert-decoder', { ...bert, is_decoder: true }, {}, bare),
  of('bert-relative', bert, { position_embedding_type: 'relative_key' }, bare),
  of('bert-epsilon', { ...bert, layer_norm_eps: 0.1 }, {}, bare),
]

const file = (kind: string, more: object = {}) => ({ kind, ...more })
const files = (name: string, config: object, ...changes: readonly object[]): Case => ({ name, config, files: changes })
const tied = { ...llama, tie_word_embeddings: true }

/** Which file is the model, and which tensors of it. */
const fileCases: readonly Case[] = [
  files('shards', llama, file('shards')),
  files('stale-index', llama, file('stale-index')),
  files('variant-beside', llama, file('copy-changed', { to: 'model.fp16.safetensors' })),
  files('consolidated-beside', llama, file('copy-changed', { to: 'consolidated.safetensors' })),
  files('only-a-variant', llama, file('rename-file', { from: 'model.safetensors', to: 'model.fp16.safetensors' })),
  files('only-another-name', llama, file('rename-file', { from: 'model.safetensors', to: 'weights.safetensors' })),
  files(
    'own-head',
    tied,
    file('add-tensor', { name: 'lm_head.weight', like: 'model.embed_tokens.weight', plus: 0.25 }),
  ),
  files('copied-head', tied, file('add-tensor', { name: 'lm_head.weight', like: 'model.embed_tokens.weight' })),
  files(
    'gpt2-own-head',
    gpt2,
    file('add-tensor', { name: 'lm_head.weight', like: 'transformer.wte.weight', plus: 0.25 }),
  ),
  files('no-head', llama, file('drop-tensor', { name: 'lm_head.weight' })),
  files('without-root', tied, file('rename-tensors', { names: [['^model.', '']] })),
  files('gpt2-without-root', gpt2, file('rename-tensors', { names: [['^transformer.', '']] })),
  files('adapter-beside', llama, file('write', { to: 'adapter_config.json', text: '{}' })),
  files('inv-freq', llama, file('add-tensor', { name: 'model.layers.0.self_attn.rotary_emb.inv_freq' })),
  files('gpt2-mask', gpt2, file('add-tensor', { name: 'transformer.h.0.attn.bias', shape: [1, 1, 4, 4] })),
  files('stray-bias', llama, file('add-tensor', { name: 'model.layers.0.self_attn.q_proj.bias', shape: [64] })),
  files('stray-tensor', llama, file('add-tensor', { name: 'model.extra.weight' })),
  files('score-head', tied, file('add-tensor', { name: 'score.weight', shape: [2, 64] })),
  {
    ...files(
      'bert-gamma-beta',
      bert,
      file('rename-tensors', {
        names: [
          ['LayerNorm.weight', 'LayerNorm.gamma'],
          ['LayerNorm.bias', 'LayerNorm.beta'],
        ],
      }),
    ),
    bare: true,
  },
  {
    ...files(
      'bert-with-root',
      bert,
      file('rename-tensors', {
        names: [['^', 'bert.']],
      }),
    ),
    bare: true,
  },
  {
    ...files('bert-position-ids', bert, file('add-tensor', { name: 'embeddings.position_ids', shape: [1, 128] })),
    bare: true,
  },
  {
    ...files('bert-masked-words', bert, file('add-tensor', { name: 'cls.predictions.bias', shape: [97] })),
    bare: true,
  },
  { ...files('bert-no-pooler', bert, file('drop-tensor', { name: 'pooler.dense.weight' })), bare: true },
]

const group = (name: string, all: readonly Case[]): Group => ({
  name,
  packages: ['torch', 'transformers', 'peft'],
  async rows(python, folder) {
    const { answers } = await oracle(python, folder, all)
    const rows = []
    for (const [i, { name: row }] of all.entries()) {
      const answer = answers[i]
      if (!answer) throw new Error(`no answer for ${row}`)
      rows.push(await judge(row, answer, async () => modelLogits(await openModelFolder(join(folder, row, 'base')))))
    }
    return rows
  },
})

export const configs = group('config.json', cases)
export const weightFiles = group('weight files', fileCases)
