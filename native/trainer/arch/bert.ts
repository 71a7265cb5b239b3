import * as z from 'zod'
import { thaw } from '../base/quantize.ts'
import { geluErf } from '../graph/activation.ts'
import { add, tanh } from '../graph/arithmetic.ts'
import type { Value } from '../graph/graph.ts'
import { layerNorm } from '../graph/norm.ts'
import type { Architecture, Module, WeightSpec } from './architecture.ts'
import { attention, splitHeads } from './attention.ts'
import { positive } from './config-values.ts'
import type { Scope } from './scope.ts'

export const BertConfig = z.object({
  model_type: z.literal('bert'),
  hidden_size: positive,
  num_hidden_layers: positive,
  num_attention_heads: positive,
  intermediate_size: positive,
  max_position_embeddings: positive,
  type_vocab_size: positive.default(2),
  vocab_size: positive,
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.literal('gelu').default('gelu'),
  position_embedding_type: z.literal('absolute').default('absolute'),
})
export type BertConfig = z.infer<typeof BertConfig>

/** BERT (Devlin et al. 2019): post-norm encoder, pooled at [CLS]. For sequence classification. */
export function bert(config: BertConfig): Architecture {
  const { hidden_size: width, num_attention_heads: heads, intermediate_size: inner, layer_norm_eps: epsilon } = config
  const headSize = width / heads
  const modules: Record<string, Module> = {
    'attention.self.query': { inputs: width, outputs: width, bias: true },
    'attention.self.key': { inputs: width, outputs: width, bias: true },
    'attention.self.value': { inputs: width, outputs: width, bias: true },
    'attention.output.dense': { inputs: width, outputs: width, bias: true },
    'intermediate.dense': { inputs: width, outputs: inner, bias: true },
    'output.dense': { inputs: inner, outputs: width, bias: true },
  }
  const layerWeights: Record<string, WeightSpec> = {}
  for (const [name, { inputs, outputs }] of Object.entries(modules)) {
    layerWeights[`${name}.weight`] = { shape: [outputs, inputs] }
    layerWeights[`${name}.bias`] = { shape: [outputs] }
  }
  for (const name of ['attention.output.LayerNorm', 'output.LayerNorm'])
    for (const part of ['weight', 'bias']) layerWeights[`${name}.${part}`] = { shape: [width] }
  const norm = (scope: Scope, x: Value, name: string) =>
    layerNorm(scope.g, x, scope.weight(`${name}.weight`), scope.weight(`${name}.bias`), epsilon)
  return {
    type: 'bert',
    causal: false,
    layers: config.num_hidden_layers,
    width,
    vocabulary: config.vocab_size,
    context: config.max_position_embeddings,
    heads: { heads, kvHeads: heads, headSize },
    modules,
    sublayers: ['attention', 'mlp'],
    layerPrefix: (layer) => `bert.encoder.layer.${layer}.`,
    layerWeights,
    headWeights: {
      'bert.pooler.dense.weight': { shape: [width, width] },
      'bert.pooler.dense.bias': { shape: [width] },
    },
    embeddingWeights: {
      'bert.embeddings.word_embeddings.weight': { shape: [config.vocab_size, width] },
      'bert.embeddings.position_embeddings.weight': { shape: [config.max_position_embeddings, width] },
      'bert.embeddings.token_type_embeddings.weight': { shape: [config.type_vocab_size, width] },
      'bert.embeddings.LayerNorm.weight': { shape: [width] },
      'bert.embeddings.LayerNorm.bias': { shape: [width] },
    },
    outputWeight: null,
    classifier: { name: 'classifier', bias: true, pool: 'first' },
    layer(scope, x) {
      const { g } = scope
      const project = (name: string, keep: string) =>
        splitHeads(scope, scope.keep(keep, scope.linear(x, `attention.self.${name}`)), heads, headSize)
      const mixed = scope.keep(
        'mixed',
        attention(scope, project('query', 'q'), project('key', 'k'), project('value', 'v'), {
          heads,
          kvHeads: heads,
          headSize,
          causal: false,
        }),
      )
      const middle = scope.keep(
        'middle',
        norm(
          scope,
          add(g, x, scope.sublayer(scope.linear(mixed, 'attention.output.dense'), 'attention')),
          'attention.output.LayerNorm',
        ),
      )
      const wide = scope.keep('wide', scope.linear(middle, 'intermediate.dense'))
      return norm(
        scope,
        add(g, middle, scope.sublayer(scope.linear(geluErf(g, wide), 'output.dense'), 'mlp')),
        'output.LayerNorm',
      )
    },
    final: (_, x) => x,
    pooled: (scope, x) => tanh(scope.g, scope.linear(x, 'bert.pooler.dense')),
    embed(weights, ids, positions, types) {
      const table = (name: string) => weights.get(`bert.embeddings.${name}`)!
      const [gain, bias] = [thaw(table('LayerNorm.weight')), thaw(table('LayerNorm.bias'))]
      const x = new Float32Array(ids.length * width)
      for (const [i, id] of ids.entries()) {
        const row = (name: string, at: number) => thaw(table(name), at, at + 1)
        const [word, place, kind] = [
          row('word_embeddings.weight', id),
          row('position_embeddings.weight', positions[i]!),
          row('token_type_embeddings.weight', types[i]!),
        ]
        const sums = Float64Array.from(word, (value, j) => value + kind[j]! + place[j]!)
        const centre = sums.reduce((a, b) => a + b) / width
        const deviation = Math.sqrt(sums.reduce((a, b) => a + (b - centre) ** 2, 0) / width + epsilon)
        for (let j = 0; j < width; j++) x[i * width + j] = ((sums[j]! - centre) / deviation) * gain[j]! + bias[j]!
      }
      return x
    },
  }
}
