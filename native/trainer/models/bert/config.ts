import * as z from 'zod'
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
    hidden_act: z.literal('gelu').default('gelu'),
    position_embedding_type: z.literal('absolute').default('absolute'),
  })
  .refine(({ hidden_size, num_attention_heads }) => divides(hidden_size, num_attention_heads), UNEVEN_HEADS)
export type BertConfig = z.infer<typeof BertConfig>
