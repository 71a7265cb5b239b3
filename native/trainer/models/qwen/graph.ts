import { decoderFamily } from '../shared/decoder/index.ts'
import { qwen2Fixture, qwen3Fixture } from './fixture.ts'

/** Qwen2 (Yang et al. 2024): biases on queries, keys and values. */
export const qwen2 = decoderFamily({ type: 'qwen2', biasedAttention: true, slides: true }, qwen2Fixture)
/** Qwen3 (Yang et al. 2025): RMS norms on the heads of queries and keys. */
export const qwen3 = decoderFamily({ type: 'qwen3', normedHeads: true, slides: true }, qwen3Fixture)
