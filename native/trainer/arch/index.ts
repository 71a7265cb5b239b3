import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { modelTypes, type Architecture } from './architecture.ts'
import { bert, BertConfig } from './bert.ts'
import { decoder, DecoderConfig } from './decoder.ts'
import { gpt2, Gpt2Config } from './gpt2.ts'

export const ModelConfig = z.discriminatedUnion('model_type', [DecoderConfig, Gpt2Config, BertConfig])
export type ModelConfig = z.infer<typeof ModelConfig>

/** Reads a config.json. */
export function parseConfig(value: unknown): ModelConfig {
  const type = z.object({ model_type: z.string() }).safeParse(value)
  if (type.success && !(modelTypes as readonly string[]).includes(type.data.model_type)) {
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `models of type “${type.data.model_type}” cannot be trained; these can: ${modelTypes.join(', ')}`,
      { type: type.data.model_type },
    )
  }
  const config = ModelConfig.safeParse(value)
  if (!config.success) throw new HearthError('MODEL_BROKEN', `config.json: ${z.prettifyError(config.error)}`)
  const { heads, width } = sizesOf(config.data)
  if (width % heads !== 0 && !('head_dim' in config.data && config.data.head_dim))
    throw new HearthError('MODEL_BROKEN', `config.json: ${width} does not divide into ${heads} heads`)
  return config.data
}

const sizesOf = (config: ModelConfig) =>
  'n_embd' in config
    ? { heads: config.n_head, width: config.n_embd }
    : { heads: config.num_attention_heads, width: config.hidden_size }

/** @param positions how many positions the work needs tables for: the prefix and the sequence together */
export function architectureOf(config: ModelConfig, positions: number): Architecture {
  const architecture =
    config.model_type === 'gpt2'
      ? gpt2(config)
      : config.model_type === 'bert'
        ? bert(config)
        : decoder(config, positions)
  if (positions > architecture.context)
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `the model knows ${architecture.context} positions, the recipe asks for ${positions}`,
      { longest: architecture.context },
    )
  return architecture
}
