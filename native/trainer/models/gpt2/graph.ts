import { embeddingRows } from '../../base/quantize.ts'
import { add } from '../../graph/arithmetic.ts'
import type { Value } from '../../graph/graph.ts'
import { layerNorm } from '../../graph/norm.ts'
import { slice } from '../../graph/shape.ts'
import type { Architecture, Module, Stack } from '../architecture.ts'
import type { OuterScope } from '../scope.ts'
import { activationOf } from '../shared/activations.ts'
import { attention, splitHeads } from '../shared/attention.ts'
import { moduleWeights, normWeights } from '../shared/module-weights.ts'
import { defineFamily } from '../family.ts'
import { Gpt2Config, gpt2Keys } from './config.ts'
import { fixture } from './fixture.ts'

const WORDS = 'transformer.wte.weight'
const PLACES = 'transformer.wpe.weight'
const HEAD = 'lm_head.weight'

const norm = ({ layer_norm_epsilon: epsilon }: Gpt2Config, scope: OuterScope, x: Value, name: string) =>
  layerNorm(scope.g, x, scope.weight(`${name}.weight`), scope.weight(`${name}.bias`), epsilon)

/** GPT-2 (Radford et al. 2019): learned positions, fused query-key-value projection, pre-norm, tied head. */
function gpt2Architecture(config: Gpt2Config): Architecture {
  const { n_embd: width, n_head: heads } = config
  return {
    type: 'gpt2',
    stacks: [gpt2Stack(config)],
    width,
    vocabulary: config.vocab_size,
    context: config.n_positions,
    heads: { heads, kvHeads: heads, headSize: width / heads },
    root: 'transformer.',
    headWeights: normWeights(['transformer.ln_f'], width),
    embeddingWeights: {
      [WORDS]: { shape: [config.vocab_size, width] },
      [PLACES]: { shape: [config.n_positions, width] },
      ...(config.tie_word_embeddings ? {} : { [HEAD]: { shape: [config.vocab_size, width] } }),
    },
    // Buffers that held the causal mask.
    ignoredWeights: [/^(transformer\.)?h\.\d+\.attn\.(bias|masked_bias)$/],
    outputWeight: config.tie_word_embeddings ? WORDS : HEAD,
    classifier: { name: 'score', bias: false, pool: 'last' },
    gguf: null,
    final: (scope, x) => norm(config, scope, x, 'transformer.ln_f'),
    pooled: (_, x) => x,
  }
}

function gpt2Stack(config: Gpt2Config): Stack {
  const { n_embd: width, n_head: heads } = config
  const activate = activationOf(config.activation_function)
  const scale = config.scale_attn_weights ? undefined : 1
  const inner = config.n_inner ?? 4 * width
  const headSize = width / heads
  const modules: Record<string, Module> = {
    'attn.c_attn': { inputs: width, outputs: 3 * width, bias: true },
    'attn.c_proj': { inputs: width, outputs: width, bias: true },
    'mlp.c_fc': { inputs: width, outputs: inner, bias: true },
    'mlp.c_proj': { inputs: inner, outputs: width, bias: true },
  }
  return {
    name: 'decoder',
    layers: config.n_layer,
    causal: true,
    modules,
    sublayers: ['attn', 'mlp'],
    weights: { ...normWeights(['ln_1', 'ln_2'], width), ...moduleWeights(modules, { transposed: true }) },
    prefix: (layer) => `transformer.h.${layer}.`,
    embed(weights, ids, positions) {
      const x = embeddingRows(weights, WORDS, ids)
      for (const [i, place] of embeddingRows(weights, PLACES, positions).entries()) x[i]! += place
      return x
    },
    build(scope, x) {
      const { g } = scope
      const fused = scope.saveForBackward('qkv', scope.linear(norm(config, scope, x, 'ln_1'), 'attn.c_attn'))
      const part = (i: number) => splitHeads(scope, slice(g, fused, 1, i * width, (i + 1) * width), heads, headSize)
      const mixed = scope.saveForBackward(
        'mixed',
        attention(scope, part(0), part(1), part(2), { heads, kvHeads: heads, headSize, causal: true, scale }),
      )
      const middle = scope.saveForBackward(
        'middle',
        add(g, x, scope.sublayer(scope.linear(mixed, 'attn.c_proj'), 'attn')),
      )
      const wide = scope.saveForBackward('wide', scope.linear(norm(config, scope, middle, 'ln_2'), 'mlp.c_fc'))
      return add(g, middle, scope.sublayer(scope.linear(activate(g, wide), 'mlp.c_proj'), 'mlp'))
    },
  }
}

export const gpt2 = defineFamily({
  type: 'gpt2',
  config: Gpt2Config,
  keys: gpt2Keys,
  architecture: gpt2Architecture,
  configFromGguf: null,
  fixture,
})
