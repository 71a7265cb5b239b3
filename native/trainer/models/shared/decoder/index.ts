import { defineFamily, type Fixture, type ModelFamily } from '../../family.ts'
import { decoderConfig } from './config.ts'
import { configFromGguf } from './gguf.ts'
import { decoderArchitecture, type DecoderTraits } from './graph.ts'

/** A family of decoders that differ in their traits and in what config.json states. */
export const decoderFamily = (traits: DecoderTraits, fixture: Fixture): ModelFamily =>
  defineFamily({
    type: traits.type,
    config: decoderConfig(traits.type),
    architecture: (config, positions) => decoderArchitecture(config, positions, traits),
    configFromGguf: (file) => configFromGguf(file, traits),
    fixture,
  })
