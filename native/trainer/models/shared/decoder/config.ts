import * as z from 'zod'
import type { Stack } from '../../architecture.ts'
import { UNSUPPORTED, type KnownKeys } from '../../config-keys.ts'
import { Activation } from '../activations.ts'
import { divides, positive, UNEVEN_HEADS } from '../config-values.ts'
import { ropeDivisors, RopeSettings } from '../rope-scaling.ts'
import { rotaryFrequencies } from '../rotary-tables.ts'

const Fields = z.object({
  model_type: z.string(),
  hidden_size: positive,
  intermediate_size: positive,
  num_hidden_layers: positive,
  num_attention_heads: positive,
  num_key_value_heads: positive.nullish(),
  head_dim: positive.nullish(),
  vocab_size: positive,
  max_position_embeddings: positive,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().nullish(),
  // Newer releases of transformers keep rotary settings in one object.
  rope_parameters: RopeSettings,
  rope_scaling: RopeSettings,
  /** Only from GGUF files: the divisor of each rotary frequency. */
  rope_divisors: z.array(z.number().positive()).optional(),
  hidden_act: Activation.default('silu'),
  tie_word_embeddings: z.boolean().nullish(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  use_sliding_window: z.boolean().nullish(),
  sliding_window: z.int().min(1).nullish(),
  max_window_layers: z.int().min(0).nullish(),
  layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).nullish(),
})
export type DecoderConfig = z.infer<typeof Fields>

const unsupported = (message: string) => ({ message, params: UNSUPPORTED })

/**
 * config.json of a decoder with RMS norms, rotary positions, grouped keys and a gated activation.
 * @param slides true for families whose layers may have a window in transformers
 */
export const decoderConfig = (type: string, slides = false) =>
  Fields.extend({ model_type: z.literal(type) })
    .refine(
      ({ head_dim, hidden_size, num_attention_heads }) => head_dim || divides(hidden_size, num_attention_heads),
      UNEVEN_HEADS,
    )
    .refine(
      ({ num_attention_heads: heads, num_key_value_heads: kvHeads }) => !kvHeads || divides(heads, kvHeads),
      'the attention heads do not divide into the heads of keys and values',
    )
    .refine((config) => headSizeOf(config) % 2 === 0, 'rotary positions turn pairs, and the heads’ size is odd')
    .refine(
      ({ rope_parameters: a, rope_scaling: b }) => !a || !b || JSON.stringify(a.scaling) === JSON.stringify(b.scaling),
      unsupported('rope_parameters and rope_scaling differ'),
    )
    .refine(
      (config) => new Set(thetasOf(config)).size <= 1,
      unsupported('it names two bases of the rotary positions (rope_theta)'),
    )
    .refine(
      ({ layer_types: types, num_hidden_layers: layers }) => !types || types.length === layers,
      unsupported('layer_types does not name every layer once'),
    )
    .refine(
      (config) => slides || !slidingLayers(config).includes(true),
      unsupported('models of this type have no sliding attention in transformers (use_sliding_window, layer_types)'),
    )
    .refine(
      (config) =>
        !slidingLayers(config).includes(true) || (config.use_sliding_window === true && config.sliding_window != null),
      unsupported('its attention slides, and no window is set (use_sliding_window, sliding_window)'),
    )

/** Keys of such a config.json that the schema does not read. */
export const decoderKeys: KnownKeys = {
  only: { partial_rotary_factor: [1], rope_interleaved: [false], use_mrope: [false] },
  passed: ['max_sequence_length'],
}

const thetasOf = ({ rope_theta, rope_parameters, rope_scaling }: DecoderConfig): number[] =>
  [rope_theta, rope_parameters?.theta, rope_scaling?.theta].filter((theta) => theta != null)

export const ropeTheta = (config: DecoderConfig): number => thetasOf(config)[0] ?? 10_000

export const headSizeOf = (config: DecoderConfig): number =>
  config.head_dim ?? config.hidden_size / config.num_attention_heads

/** The divisor of each rotary frequency, from whichever fields of the config hold it. */
export function divisorsOf(config: DecoderConfig): Float64Array {
  const scaled = ropeDivisors(
    config.rope_scaling?.scaling ?? config.rope_parameters?.scaling ?? null,
    rotaryFrequencies(ropeTheta(config), headSizeOf(config)),
  )
  // llama.cpp multiplies a file's own divisors by those of its scaling.
  return config.rope_divisors ? scaled.map((divisor, j) => divisor * (config.rope_divisors?.[j] ?? 1)) : scaled
}

/** Which layers slide in transformers: those from `max_window_layers` on, unless each is named. */
const MAX_WINDOW_LAYERS = 28
function slidingLayers(config: DecoderConfig): readonly boolean[] {
  const { layer_types: types, num_hidden_layers: layers, use_sliding_window: used } = config
  if (types) return types.map((type) => type === 'sliding_attention')
  const from = config.max_window_layers ?? MAX_WINDOW_LAYERS
  return Array.from({ length: layers }, (_, i) => used === true && i >= from)
}

/** The window of the layers that have one; null where every layer sees all of so many positions. */
export function windowOf(config: DecoderConfig, positions: number): NonNullable<Stack['window']> | null {
  const { sliding_window: window } = config
  const layers = slidingLayers(config)
  return window != null && positions > window && layers.includes(true) ? { positions: window, layers } : null
}
