import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { bert } from './bert/graph.ts'
import type { ModelConfig, ModelFamily } from './family.ts'
import { gpt2 } from './gpt2/graph.ts'
import { llama } from './llama/graph.ts'
import { qwen2, qwen3 } from './qwen/graph.ts'

/** The model that machines are measured with. */
export { benchmark } from './llama/benchmark.ts'

export interface ModelRegistry {
  readonly families: readonly [ModelFamily, ...ModelFamily[]]
  /** @throws HearthError MODEL_UNSUPPORTED */
  family(type: string): ModelFamily
  /** Reads a config.json. @throws HearthError MODEL_UNSUPPORTED, MODEL_BROKEN */
  parse(config: unknown): ModelConfig
}

export function createModelRegistry(families: ModelRegistry['families']): ModelRegistry {
  const family = (type: string): ModelFamily => {
    const found = families.find((item) => item.type === type)
    if (!found)
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        `models of type “${type}” cannot be trained; these can: ${families.map((item) => item.type).join(', ')}`,
        { type },
      )
    return found
  }
  return {
    families,
    family,
    parse(config) {
      const named = z.object({ model_type: z.string() }).safeParse(config)
      if (!named.success) throw new HearthError('MODEL_BROKEN', `config.json: ${z.prettifyError(named.error)}`)
      return family(named.data.model_type).parse(config)
    },
  }
}

/** The families that Hearth trains. The backends' self-check runs on the first. */
export const models = createModelRegistry([llama, qwen2, qwen3, gpt2, bert])
