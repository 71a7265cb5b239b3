import { add, tanh } from '../../graph/arithmetic.ts'
import type { Value } from '../../graph/graph.ts'
import { layerNorm } from '../../graph/norm.ts'
import type { Architecture, Module, Stack } from '../architecture.ts'
import type { Scope } from '../scope.ts'
import { activationOf } from '../shared/activations.ts'
import { attention, splitHeads } from '../shared/attention.ts'
import { moduleWeights, normWeights } from '../shared/module-weights.ts'
import { defineFamily } from '../family.ts'
import { BertConfig, bertKeys } from './config.ts'
import { fixture } from './fixture.ts'
import { embed } from './embed.ts'

/** BERT (Devlin et al. 2019): post-norm encoder, pooled at [CLS]. For sequence classification. */
function bertArchitecture(config: BertConfig): Architecture {
  const { hidden_size: width, num_attention_heads: heads } = config
  return {
    type: 'bert',
    stacks: [bertStack(config)],
    width,
    vocabulary: config.vocab_size,
    context: config.max_position_embeddings,
    heads: { heads, kvHeads: heads, headSize: width / heads },
    root: 'bert.',
    headWeights: {
      'bert.pooler.dense.weight': { shape: [width, width] },
      'bert.pooler.dense.bias': { shape: [width] },
    },
    embeddingWeights: {
      'bert.embeddings.word_embeddings.weight': { shape: [config.vocab_size, width] },
      'bert.embeddings.position_embeddings.weight': { shape: [config.max_position_embeddings, width] },
      'bert.embeddings.token_type_embeddings.weight': { shape: [config.type_vocab_size, width] },
      ...normWeights(['bert.embeddings.LayerNorm'], width),
    },
    // A buffer of 0, 1, 2 …, the heads of the pretraining, and a classifier: a run trains its own.
    ignoredWeights: [
      /^classifier\.(weight|bias)$/,
      /^(bert\.)?embeddings\.position_ids$/,
      /^cls\.(predictions|seq_relationship)\./,
    ],
    outputWeight: null,
    classifier: { name: 'classifier', bias: true, pool: 'first' },
    gguf: null,
    final: (_, x) => x,
    pooled: (scope, x) => tanh(scope.g, scope.linear(x, 'bert.pooler.dense')),
  }
}

function bertStack(config: BertConfig): Stack {
  const { hidden_size: width, num_attention_heads: heads, intermediate_size: inner, layer_norm_eps: epsilon } = config
  const headSize = width / heads
  const activate = activationOf(config.hidden_act)
  const modules: Record<string, Module> = {
    'attention.self.query': { inputs: width, outputs: width, bias: true },
    'attention.self.key': { inputs: width, outputs: width, bias: true },
    'attention.self.value': { inputs: width, outputs: width, bias: true },
    'attention.output.dense': { inputs: width, outputs: width, bias: true },
    'intermediate.dense': { inputs: width, outputs: inner, bias: true },
    'output.dense': { inputs: inner, outputs: width, bias: true },
  }
  const norm = (scope: Scope, x: Value, name: string) =>
    layerNorm(scope.g, x, scope.weight(`${name}.weight`), scope.weight(`${name}.bias`), epsilon)
  return {
    name: 'encoder',
    layers: config.num_hidden_layers,
    causal: false,
    modules,
    sublayers: ['attention', 'mlp'],
    weights: {
      ...moduleWeights(modules),
      ...normWeights(['attention.output.LayerNorm', 'output.LayerNorm'], width),
    },
    prefix: (layer) => `bert.encoder.layer.${layer}.`,
    embed: (weights, ids, positions, types) => embed(weights, epsilon, ids, positions, types),
    build(scope, x) {
      const { g } = scope
      const project = (name: string, saved: string) =>
        splitHeads(scope, scope.saveForBackward(saved, scope.linear(x, `attention.self.${name}`)), heads, headSize)
      const mixed = scope.saveForBackward(
        'mixed',
        attention(scope, project('query', 'q'), project('key', 'k'), project('value', 'v'), {
          heads,
          kvHeads: heads,
          headSize,
          causal: false,
        }),
      )
      const attended = scope.sublayer(scope.linear(mixed, 'attention.output.dense'), 'attention')
      const middle = scope.saveForBackward('middle', norm(scope, add(g, x, attended), 'attention.output.LayerNorm'))
      const wide = scope.saveForBackward('wide', scope.linear(middle, 'intermediate.dense'))
      const fed = scope.sublayer(scope.linear(activate(g, wide), 'output.dense'), 'mlp')
      return norm(scope, add(g, middle, fed), 'output.LayerNorm')
    },
  }
}

export const bert = defineFamily({
  type: 'bert',
  config: BertConfig,
  keys: bertKeys,
  architecture: bertArchitecture,
  configFromGguf: null,
  fixture,
})
