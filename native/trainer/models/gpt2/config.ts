import * as z from 'zod'
import type { KnownKeys } from '../config-keys.ts'
import { Activation } from '../shared/activations.ts'
import { divides, positive, UNEVEN_HEADS } from '../shared/config-values.ts'

export const Gpt2Config = z
  .object({
    model_type: z.literal('gpt2'),
    n_embd: positive,
    n_layer: positive,
    n_head: positive,
    n_inner: positive.nullish(),
    n_positions: positive,
    vocab_size: positive,
    layer_norm_epsilon: z.number().positive().default(1e-5),
    activation_function: Activation.default('gelu_new'),
    scale_attn_weights: z.boolean().default(true),
    tie_word_embeddings: z.boolean().default(true),
  })
  .refine(({ n_embd, n_head }) => divides(n_embd, n_head), UNEVEN_HEADS)
export type Gpt2Config = z.infer<typeof Gpt2Config>

export const gpt2Keys: KnownKeys = {
  // Layers share one graph here, so none can have a scale of its own.
  only: { scale_attn_by_inverse_layer_idx: [false] },
  passed: [
    // The same products in another order and in float32, which everything here is.
    'reorder_and_upcast_attn',
    // The length of a buffer that held the causal mask.
    'n_ctx',
    // A head for multiple choice, which neither text nor classification has.
    'summary_type',
    'summary_use_proj',
    'summary_activation',
    'summary_proj_to_labels',
  ],
}
