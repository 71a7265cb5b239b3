import { defineFamily } from '../family.ts'
import { Gpt2Config } from './config.ts'
import { fixture } from './fixture.ts'
import { gpt2Architecture } from './graph.ts'

export const gpt2 = defineFamily({
  type: 'gpt2',
  config: Gpt2Config,
  architecture: gpt2Architecture,
  configFromGguf: null,
  fixture,
})
