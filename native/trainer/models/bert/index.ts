import { defineFamily } from '../family.ts'
import { BertConfig } from './config.ts'
import { fixture } from './fixture.ts'
import { bertArchitecture } from './graph.ts'

export const bert = defineFamily({
  type: 'bert',
  config: BertConfig,
  architecture: bertArchitecture,
  configFromGguf: null,
  fixture,
})
