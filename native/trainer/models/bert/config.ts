import * as z from 'zod'
import type { KnownKeys } from '../config-keys.ts'
import { Activation } from '../shared/activations.ts'
import { divides, positive, UNEVEN_HEADS } from '../shared/config-values.ts'

export const BertConfig = z
  .object({
    model_type: z.literal('bert'),
    hidden_size: positive,
    num_hidden_layers: positive,
    num_attention_heads: positive,
    intermediate_size: positive,
    max_position_embeddings: positive,
    type_vocab_size: positive.default(2),
    vocab_size: positive,
    layer_norm_eps: z.number().positive().default(1e-12),
    hidden_act: Activation.default('gelu'),
  })
  .refine(({ hidden_size, num_attention_heads }) => divides(hidden_size, num_attention_heads), UNEVEN_HEADS)
export type BertConfig = z.infer<typeof BertConfig>

export const bertKeys: KnownKeys = {
  only: {
    position_embedding_type: ['absolute'],
    is_decoder: [false],
    pooler_type: ['first_token_transform'],
    directionality: ['bidi'],
  },
  passed: [
    // The head that predicts masked words, which classification does not have.
    'tie_word_embeddings',
    'pooler_fc_size',
    'pooler_num_attention_heads',
    'pooler_num_fc_layers',
    'pooler_size_per_head',
  ],
}
