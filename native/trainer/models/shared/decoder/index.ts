import { defineFamily, type Fixture, type ModelFamily } from '../../family.ts'
import type { KnownKeys } from '../../config-keys.ts'
import { decoderConfig, decoderKeys } from './config.ts'
import { configFromGguf } from './gguf.ts'
import { decoderArchitecture, type DecoderTraits } from './graph.ts'

/** A family of decoders that differ in their traits and in what config.json states. */
export const decoderFamily = (
  traits: DecoderTraits,
  fixture: Fixture,
  { only, passed }: KnownKeys = { only: {}, passed: [] },
): ModelFamily =>
  defineFamily({
    type: traits.type,
    config: decoderConfig(traits.type, traits.slides),
    keys: { only: { ...decoderKeys.only, ...only }, passed: [...decoderKeys.passed, ...passed] },
    architecture: (config, positions) => decoderArchitecture(config, positions, traits),
    configFromGguf: (file) => configFromGguf(file, traits),
    fixture,
  })
