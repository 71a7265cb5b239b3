import * as z from 'zod'

const positive = z.number().positive()

/** Scaling of rotary frequencies for contexts longer than the original training context. */
export const RopeScaling = z.union([
  z.object({ rope_type: z.literal('linear'), factor: positive }),
  z.object({
    rope_type: z.literal('llama3'),
    factor: positive,
    low_freq_factor: positive,
    high_freq_factor: positive,
    original_max_position_embeddings: positive,
  }),
])
export type RopeScaling = z.infer<typeof RopeScaling>

/** Older config.json files call the type `type`; `default` means none. */
export const RopeSettings = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null) return value
  const { type, rope_type = type, ...rest } = value as { type?: unknown; rope_type?: unknown }
  return rope_type === undefined || rope_type === 'default' ? null : { rope_type, ...rest }
}, RopeScaling.nullish())

/**
 * The divisor of each rotary frequency, computed as in transformers for `linear` and `llama3`.
 * @param frequencies unscaled, [headSize / 2]
 */
export function ropeDivisors(scaling: RopeScaling | null, frequencies: Float32Array): Float64Array {
  if (scaling === null) return new Float64Array(frequencies.length).fill(1)
  if (scaling.rope_type === 'linear') return new Float64Array(frequencies.length).fill(scaling.factor)
  const { factor, low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: context } = scaling
  return Float64Array.from(frequencies, (frequency) => {
    const turns = (context * frequency) / (2 * Math.PI)
    // High frequencies stay, low ones are stretched, those between are interpolated.
    if (turns > high) return 1
    if (turns < low) return factor
    const share = (turns - low) / (high - low)
    return 1 / ((1 - share) / factor + share)
  })
}
