import type { Fixture } from '../family.ts'

export const fixture: Fixture = {
  config: {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    n_embd: 64,
    n_layer: 2,
    n_head: 4,
    n_positions: 64,
    vocab_size: 97,
  },
  targets: ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'],
}
