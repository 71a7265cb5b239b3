import { decoderFamily } from '../shared/decoder/index.ts'
import { fixture } from './fixture.ts'

/** Llama (Touvron et al. 2023) and the models that take its shape. */
export const llama = decoderFamily({ type: 'llama', interleavedRows: true, biasedMlp: true }, fixture, {
  only: {},
  passed: ['is_llama_config'],
})
