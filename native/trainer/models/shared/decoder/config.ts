import * as z from 'zod'
import { divides, positive, UNEVEN_HEADS } from '../config-values.ts'
import { ropeDivisors, RopeSettings } from '../rope-scaling.ts'
import { rotaryFrequencies } from '../rotary-tables.ts'

/** config.json of a decoder with RMS norms, rotary positions, grouped keys and gated SiLU. */
export const decoderConfig = (type: string) =>
  z
    .object({
      model_type: z.literal(type),
      hidden_size: positive,
      intermediate_size: positive,
      num_hidden_layers: positive,
      num_attention_heads: positive,
      num_key_value_heads: positive.optional(),
      head_dim: positive.nullish(),
      vocab_size: positive,
      max_position_embeddings: positive,
      rms_norm_eps: z.number().positive(),
      rope_theta: z.number().positive().optional(),
      // Newer releases of transformers keep rotary settings in one object.
      rope_parameters: z
        .looseObject({ rope_theta: z.number().positive() })
        .refine((value) => RopeSettings.safeParse(value).success, 'unknown scaling of rotary positions')
        .nullish(),
      rope_scaling: RopeSettings,
      /** Only from GGUF files: the divisor of each rotary frequency. */
      rope_divisors: z.array(z.number().positive()).optional(),
      hidden_act: z.literal('silu').optional(),
      tie_word_embeddings: z.boolean().optional(),
      attention_bias: z.boolean().optional(),
      mlp_bias: z.literal(false).optional(),
    })
    .refine(
      ({ head_dim, hidden_size, num_attention_heads }) => head_dim || divides(hidden_size, num_attention_heads),
      UNEVEN_HEADS,
    )
export type DecoderConfig = z.infer<ReturnType<typeof decoderConfig>>

export const ropeTheta = (config: DecoderConfig): number =>
  config.rope_theta ?? config.rope_parameters?.rope_theta ?? 10_000

export const headSizeOf = (config: DecoderConfig): number =>
  config.head_dim ?? config.hidden_size / config.num_attention_heads

/** The divisor of each rotary frequency, from whichever field of the config holds it. */
export function divisorsOf(config: DecoderConfig): Float64Array {
  if (config.rope_divisors) return Float64Array.from(config.rope_divisors)
  return ropeDivisors(
    config.rope_scaling ?? RopeSettings.parse(config.rope_parameters) ?? null,
    rotaryFrequencies(ropeTheta(config), headSizeOf(config)),
  )
}
