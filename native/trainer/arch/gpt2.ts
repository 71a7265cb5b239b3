import * as z from 'zod'
import { thaw } from '../base/quantize.ts'
import { geluTanh } from '../graph/activation.ts'
import { add } from '../graph/arithmetic.ts'
import { layerNorm } from '../graph/norm.ts'
import { slice } from '../graph/shape.ts'
import type { Architecture, Module, WeightSpec } from './architecture.ts'
import { attention, splitHeads } from './attention.ts'
import { positive } from './config-values.ts'
import type { Scope } from './scope.ts'
import type { Value } from '../graph/graph.ts'

export const Gpt2Config = z.object({
  model_type: z.literal('gpt2'),
  n_embd: positive,
  n_layer: positive,
  n_head: positive,
  n_inner: positive.nullish(),
  n_positions: positive,
  vocab_size: positive,
  layer_norm_epsilon: z.number().positive().default(1e-5),
  activation_function: z.literal('gelu_new').default('gelu_new'),
})
export type Gpt2Config = z.infer<typeof Gpt2Config>

/** GPT-2 (Radford et al. 2019): learned positions, fused query-key-value projection, pre-norm, tied head. */
export function gpt2(config: Gpt2Config): Architecture {
  const { n_embd: width, n_head: heads, layer_norm_epsilon: epsilon } = config
  const inner = config.n_inner ?? 4 * width
  const headSize = width / heads
  const modules: Record<string, Module> = {
    'attn.c_attn': { inputs: width, outputs: 3 * width, bias: true },
    'attn.c_proj': { inputs: width, outputs: width, bias: true },
    'mlp.c_fc': { inputs: width, outputs: inner, bias: true },
    'mlp.c_proj': { inputs: inner, outputs: width, bias: true },
  }
  const layerWeights: Record<string, WeightSpec> = {}
  for (const name of ['ln_1', 'ln_2'])
    for (const part of ['weight', 'bias']) layerWeights[`${name}.${part}`] = { shape: [width] }
  for (const [name, { inputs, outputs }] of Object.entries(modules)) {
    layerWeights[`${name}.weight`] = { shape: [outputs, inputs], transposed: true }
    layerWeights[`${name}.bias`] = { shape: [outputs] }
  }
  const norm = (scope: Scope, x: Value, name: string) =>
    layerNorm(scope.g, x, scope.weight(`${name}.weight`), scope.weight(`${name}.bias`), epsilon)
  return {
    type: 'gpt2',
    causal: true,
    layers: config.n_layer,
    width,
    vocabulary: config.vocab_size,
    context: config.n_positions,
    heads: { heads, kvHeads: heads, headSize },
    modules,
    sublayers: ['attn', 'mlp'],
    layerPrefix: (layer) => `transformer.h.${layer}.`,
    layerWeights,
    headWeights: { 'transformer.ln_f.weight': { shape: [width] }, 'transformer.ln_f.bias': { shape: [width] } },
    embeddingWeights: {
      'transformer.wte.weight': { shape: [config.vocab_size, width] },
      'transformer.wpe.weight': { shape: [config.n_positions, width] },
    },
    outputWeight: 'transformer.wte.weight',
    classifier: { name: 'score', bias: false, pool: 'last' },
    layer(scope, x) {
      const { g } = scope
      const fused = scope.keep('qkv', scope.linear(norm(scope, x, 'ln_1'), 'attn.c_attn'))
      const [q, k, v] = [0, 1, 2].map((i) =>
        splitHeads(scope, slice(g, fused, 1, i * width, (i + 1) * width), heads, headSize),
      ) as [Value, Value, Value]
      const mixed = scope.keep('mixed', attention(scope, q, k, v, { heads, kvHeads: heads, headSize, causal: true }))
      const middle = scope.keep('middle', add(g, x, scope.sublayer(scope.linear(mixed, 'attn.c_proj'), 'attn')))
      const wide = scope.keep('wide', scope.linear(norm(scope, middle, 'ln_2'), 'mlp.c_fc'))
      return add(g, middle, scope.sublayer(scope.linear(geluTanh(g, wide), 'mlp.c_proj'), 'mlp'))
    },
    final: (scope, x) => norm(scope, x, 'transformer.ln_f'),
    pooled: (_, x) => x,
    embed(weights, ids, positions) {
      const [words, places] = [weights.get('transformer.wte.weight')!, weights.get('transformer.wpe.weight')!]
      const x = new Float32Array(ids.length * width)
      for (const [i, id] of ids.entries()) {
        const [word, place] = [thaw(words, id, id + 1), thaw(places, positions[i]!, positions[i]! + 1)]
        for (let j = 0; j < width; j++) x[i * width + j] = word[j]! + place[j]!
      }
      return x
    },
  }
}
