/** A small model, large enough that its matrix products decide. */
export const benchmark = {
  config: {
    model_type: 'llama',
    hidden_size: 384,
    num_hidden_layers: 6,
    num_attention_heads: 6,
    num_key_value_heads: 2,
    intermediate_size: 1024,
    vocab_size: 8192,
    max_position_embeddings: 512,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
  },
  targets: ['self_attn.q_proj', 'self_attn.v_proj'],
}
