import * as z from 'zod'
import { listed, StrictReader } from '../../../../common/strict-reader.ts'
import { UNSUPPORTED } from '../config-keys.ts'

const positive = z.number().positive()

/** Scaling of rotary frequencies for contexts longer than the original training context. */
export const RopeScaling = z.discriminatedUnion('rope_type', [
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

/** Rotary settings of a config.json: what `rope_scaling` and `rope_parameters` may hold. */
export interface RotarySettings {
  readonly theta: number | null
  readonly scaling: RopeScaling | null
}

/** Keys beside the type, by the type. A key that is in no list may mean another computation. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  default: [],
  linear: ['factor', 'original_max_position_embeddings'],
  llama3: ['factor', 'low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings'],
}

/** Older config.json files call the type `type`; `default` means none. Null where the object says nothing. */
export const RopeSettings = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value, context): RotarySettings | null => {
    if (!value || Object.keys(value).length === 0) return null
    const refuse = (why: string) => {
      context.addIssue({ code: 'custom', message: `rotary positions: ${why}`, params: UNSUPPORTED })
      return z.NEVER
    }
    const settings = StrictReader.ofObject(value)
    const [type, older, theta] = [settings.take('rope_type'), settings.take('type'), settings.take('rope_theta')]
    if (type != null && older != null && type !== older) return refuse('they have two types (rope_type, type)')
    if ((settings.take('partial_rotary_factor') ?? 1) !== 1) return refuse('only a part of each head is turned')
    settings.pass((_, setting) => setting === null)
    const named = type ?? older ?? (settings.unread.length === 0 ? 'default' : null)
    if (typeof named !== 'string') return refuse(`${listed(settings.unread)} without a type of scaling`)
    const keys = Object.hasOwn(keysOf, named) ? keysOf[named] : undefined
    if (!keys) return refuse(`scaling of the type “${named.slice(0, 40)}” is not supported`)
    settings.pass(keys)
    if (settings.unread.length > 0) return refuse(`unknown settings of “${named}”: ${listed(settings.unread)}`)
    const base = positive.nullish().safeParse(theta)
    if (!base.success) return refuse('“rope_theta” must be a positive number')
    if (named === 'default') return { theta: base.data ?? null, scaling: null }
    const scaling = RopeScaling.safeParse({ ...value, rope_type: named })
    if (!scaling.success)
      return refuse(scaling.error.issues.map(({ path }) => `${path.join('.')} is missing or wrong`).join('; '))
    return { theta: base.data ?? null, scaling: scaling.data }
  })

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
