import type { Fixture } from '../family.ts'

const sizes = {
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 97,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: 'silu',
}

export const qwen2Fixture: Fixture = {
  config: { ...sizes, model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'], tie_word_embeddings: false },
  targets: ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.up_proj', 'mlp.down_proj'],
}

export const qwen3Fixture: Fixture = {
  config: {
    ...sizes,
    model_type: 'qwen3',
    architectures: ['Qwen3ForCausalLM'],
    tie_word_embeddings: true,
    head_dim: 24,
  },
  targets: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
}
