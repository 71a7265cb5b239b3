import * as z from 'zod'
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
    activation_function: z.literal('gelu_new').default('gelu_new'),
  })
  .refine(({ n_embd, n_head }) => divides(n_embd, n_head), UNEVEN_HEADS)
export type Gpt2Config = z.infer<typeof Gpt2Config>
