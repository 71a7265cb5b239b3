import { HearthError } from '../../../common/errors/index.ts'
import type { ImportedAdapter } from '../adapters/imported.ts'
import { weightSpecs, type Architecture } from '../models/architecture.ts'
import { interleaveRows } from './gguf-rows.ts'
import { encodeGguf, gguf, type GgufTensor } from './gguf.ts'

/** A LoRA adapter as llama.cpp loads it. @throws HearthError MODEL_UNSUPPORTED for what such a file cannot say */
export function encodeGgufLora(architecture: Architecture, adapter: ImportedAdapter): Uint8Array {
  const { type } = architecture
  const { alpha, lowRank, replaced, added, head } = adapter
  const refuse = (why: string) =>
    new HearthError('MODEL_UNSUPPORTED', `${why}; merge the adapter into its base instead`)
  if (replaced.size > 0 || added.size > 0 || head.length > 0)
    throw refuse('llama.cpp’s adapters hold low-rank changes only, and this one replaces or adds whole weights')
  const specs = weightSpecs(architecture)
  const tensors: GgufTensor[] = []
  for (const [weight, { rank, factor, a, b, magnitudes }] of lowRank) {
    if (magnitudes) throw refuse('llama.cpp supports only LoRA adapters, and this one is DoRA')
    const { outputWeight, embeddingWeights } = architecture
    if (weight === outputWeight || weight in embeddingWeights || !specs.has(weight))
      throw refuse('adapters of the head or of an embedding are not written for llama.cpp')
    const target = architecture.gguf?.name(weight) ?? null
    if (target === null)
      throw new HearthError('MODEL_UNSUPPORTED', `adapters of ${type} cannot be written for llama.cpp`, { type })
    const heads = specs.get(weight)?.interleavedHeads
    const outputs = b.length / rank
    const rows = heads === undefined ? b : interleaveRows(b, outputs, heads, 'to-gguf')
    // llama.cpp scales by alpha/rank, with one alpha for all: what differs from it goes into B.
    const rest = (factor * rank) / alpha
    tensors.push(
      { name: `${target}.lora_a`, shape: [rank, a.length / rank], data: a },
      { name: `${target}.lora_b`, shape: [outputs, rank], data: rest === 1 ? rows : rows.map((value) => value * rest) },
    )
  }
  return encodeGguf(
    {
      'general.architecture': gguf.string(type),
      'general.type': gguf.string('adapter'),
      'adapter.type': gguf.string('lora'),
      'adapter.lora.alpha': gguf.float32(alpha),
    },
    tensors,
  )
}
