import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import type { GgufFile } from '../formats/gguf.ts'
import type { Architecture } from './architecture.ts'

/** A small model that uses every part of its family, for checks, tests and the backends' self-check. */
export interface Fixture {
  /** Its config.json. */
  readonly config: Readonly<Record<string, unknown>>
  /** Projections that low-rank adapters are checked on. */
  readonly targets: readonly string[]
}

/** A family of models, as its folder describes it. */
export interface FamilyParts<Config extends object> {
  /** `model_type` in config.json. */
  readonly type: string
  readonly config: z.ZodType<Config>
  /** @param positions how many positions the work needs tables for: prefix and sequence together */
  architecture(config: Config, positions: number): Architecture
  /** Content of the config.json that a GGUF file was made from; null for families that are not read from GGUF. */
  readonly configFromGguf: ((file: GgufFile) => Promise<unknown>) | null
  readonly fixture: Fixture
}

/** A config.json that has been checked. */
export interface ModelConfig {
  readonly values: object
  /** @throws HearthError MODEL_UNSUPPORTED for more positions than the model has */
  architecture(positions: number): Architecture
}

export interface ModelFamily extends Omit<FamilyParts<object>, 'config' | 'architecture'> {
  /** @throws HearthError MODEL_BROKEN */
  parse(config: unknown): ModelConfig
}

/** Joins the parts of a family into an entry of the registry. */
export function defineFamily<Config extends object>(parts: FamilyParts<Config>): ModelFamily {
  const { type, configFromGguf, fixture } = parts
  return {
    type,
    configFromGguf,
    fixture,
    parse(value) {
      const parsed = parts.config.safeParse(value)
      if (!parsed.success) throw new HearthError('MODEL_BROKEN', `config.json: ${z.prettifyError(parsed.error)}`)
      const config = parsed.data
      return {
        values: config,
        architecture(positions) {
          const architecture = parts.architecture(config, positions)
          if (positions > architecture.context)
            throw new HearthError(
              'MODEL_UNSUPPORTED',
              `the model has ${architecture.context} positions; the recipe needs ${positions}`,
              { longest: architecture.context },
            )
          return architecture
        },
      }
    },
  }
}
