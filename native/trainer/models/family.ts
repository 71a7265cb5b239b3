import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { StrictReader } from '../../../common/strict-reader.ts'
import type { GgufFile } from '../formats/gguf.ts'
import type { Architecture } from './architecture.ts'
import { assertKnownKeys, commonKeys, UNSUPPORTED, type KnownKeys } from './config-keys.ts'

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
  readonly config: z.ZodType<Config> & { readonly shape: Readonly<Record<string, unknown>> }
  /** Keys of config.json beyond those that the schema reads and every model may have. All others are refused. */
  readonly keys?: KnownKeys
  /** @param positions how many positions the work needs tables for: prefix and sequence together */
  architecture(config: Config, positions: number): Architecture
  /** Content of the config.json that a GGUF file was made from; null for families that are not read from GGUF. */
  readonly configFromGguf: ((file: GgufFile) => Promise<unknown>) | null
  readonly fixture: Fixture
}

/** A config.json that has been checked. */
export interface ModelConfig {
  /** As it was read. */
  readonly values: object
  /** The same with other values for some keys. */
  with(changes: Readonly<Record<string, unknown>>): ModelConfig
  /** @throws HearthError MODEL_UNSUPPORTED for more positions than the model has */
  architecture(positions: number): Architecture
}

export interface ModelFamily extends Omit<FamilyParts<object>, 'config' | 'keys' | 'architecture'> {
  /** @throws HearthError MODEL_BROKEN, MODEL_UNSUPPORTED */
  parse(config: unknown): ModelConfig
}

function refusal(error: z.ZodError): HearthError {
  const unsupported = error.issues.every(
    (issue) => issue.code === 'invalid_value' || (issue.code === 'custom' && issue.params === UNSUPPORTED),
  )
  const why = error.issues.map(({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`)
  return new HearthError(unsupported ? 'MODEL_UNSUPPORTED' : 'MODEL_BROKEN', `config.json: ${why.join('; ')}`)
}

/** Joins the parts of a family into an entry of the registry. */
export function defineFamily<Config extends object>(parts: FamilyParts<Config>): ModelFamily {
  const { type, configFromGguf, fixture } = parts
  const known = parts.keys ? [commonKeys, parts.keys] : [commonKeys]
  const parse = (value: unknown): ModelConfig => {
    const parsed = parts.config.safeParse(value)
    if (!parsed.success) throw refusal(parsed.error)
    const values = z.record(z.string(), z.unknown()).parse(value)
    assertKnownKeys('config.json', StrictReader.ofObject(values), Object.keys(parts.config.shape), known)
    const config = parsed.data
    return {
      values,
      with: (changes) => parse({ ...values, ...changes }),
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
  }
  return { type, configFromGguf, fixture, parse }
}
