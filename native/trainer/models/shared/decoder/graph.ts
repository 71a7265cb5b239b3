import { add, mul } from '../../../graph/arithmetic.ts'
import { silu } from '../../../graph/activation.ts'
import type { Value } from '../../../graph/graph.ts'
import { rmsNorm } from '../../../graph/norm.ts'
import { rotary } from '../../../graph/rotary.ts'
import { embeddingRows } from '../../../base/quantize.ts'
import type { Architecture, Module, Stack, WeightSpecs } from '../../architecture.ts'
import type { Scope } from '../../scope.ts'
import { activationOf } from '../activations.ts'
import { attention, splitHeads } from '../attention.ts'
import { moduleWeights } from '../module-weights.ts'
import { rotaryFrequencies, rotaryTables } from '../rotary-tables.ts'
import { divisorsOf, headSizeOf, ropeTheta, windowOf, type DecoderConfig } from './config.ts'
import { describeForGguf } from './gguf.ts'

/** Differences between decoder families that config.json does not state. */
export interface DecoderTraits {
  readonly type: string
  /** Queries, keys and values always have biases, whatever `attention_bias` says. */
  readonly biasedAttention?: boolean
  /** `mlp_bias` is a key of the family; transformers ignores it in others. */
  readonly biasedMlp?: boolean
  /** The config may give layers a sliding window. */
  readonly slides?: boolean
  /** Queries and keys are normalised head by head. */
  readonly normedHeads?: boolean
  /** llama.cpp orders the rows of queries and keys by pairs. */
  readonly interleavedRows?: boolean
}

const EMBEDDING = 'model.embed_tokens.weight'

/** RMS norms (pre-norm), rotary positions, grouped keys, a gated activation. */
export function decoderArchitecture(config: DecoderConfig, positions: number, traits: DecoderTraits): Architecture {
  const { hidden_size: width, vocab_size: vocabulary, rms_norm_eps: epsilon } = config
  const tied = config.tie_word_embeddings ?? false
  const heads = config.num_attention_heads
  return {
    type: traits.type,
    stacks: [decoderStack(config, positions, traits)],
    width,
    vocabulary,
    context: config.max_position_embeddings,
    heads: { heads, kvHeads: config.num_key_value_heads ?? heads, headSize: headSizeOf(config) },
    root: 'model.',
    headWeights: { 'model.norm.weight': { shape: [width] } },
    embeddingWeights: {
      [EMBEDDING]: { shape: [vocabulary, width] },
      ...(tied ? {} : { 'lm_head.weight': { shape: [vocabulary, width] } }),
    },
    // A buffer that releases before 4.32 of transformers stored.
    ignoredWeights: [/(^|\.)rotary_emb\.inv_freq$/],
    outputWeight: tied ? EMBEDDING : 'lm_head.weight',
    classifier: { name: 'score', bias: false, pool: 'last' },
    // llama.cpp attends to all tokens and gates by SiLU in these families.
    gguf:
      windowOf(config, Infinity) === null && activationOf(config.hidden_act) === silu ? describeForGguf(config) : null,
    final: (scope, x) => rmsNorm(scope.g, x, scope.weight('model.norm.weight'), epsilon),
    pooled: (_, x) => x,
  }
}

function decoderStack(
  config: DecoderConfig,
  positions: number,
  { biasedAttention = false, biasedMlp = false, normedHeads = false, interleavedRows = false }: DecoderTraits,
): Stack {
  const { hidden_size: width, intermediate_size: inner, num_attention_heads: heads, rms_norm_eps: epsilon } = config
  const kvHeads = config.num_key_value_heads ?? heads
  const headSize = headSizeOf(config)
  const outputBias = !biasedAttention && config.attention_bias === true
  const mlpBias = biasedMlp && config.mlp_bias === true
  const bias = biasedAttention || outputBias
  const frequencies = rotaryFrequencies(ropeTheta(config), headSize)
  const tables = rotaryTables(frequencies, divisorsOf(config), positions)
  const modules: Record<string, Module> = {
    'self_attn.q_proj': { inputs: width, outputs: heads * headSize, bias },
    'self_attn.k_proj': { inputs: width, outputs: kvHeads * headSize, bias },
    'self_attn.v_proj': { inputs: width, outputs: kvHeads * headSize, bias },
    'self_attn.o_proj': { inputs: heads * headSize, outputs: width, bias: outputBias },
    'mlp.gate_proj': { inputs: width, outputs: inner, bias: mlpBias },
    'mlp.up_proj': { inputs: width, outputs: inner, bias: mlpBias },
    'mlp.down_proj': { inputs: inner, outputs: width, bias: mlpBias },
  }
  const headNorms: WeightSpecs = normedHeads
    ? { 'self_attn.q_norm.weight': { shape: [headSize] }, 'self_attn.k_norm.weight': { shape: [headSize] } }
    : {}
  const interleavedHeads = interleavedRows ? { 'self_attn.q_proj': heads, 'self_attn.k_proj': kvHeads } : {}
  const window = windowOf(config, positions)
  const activate = activationOf(config.hidden_act)
  const norm = (scope: Scope, x: Value, name: string) => rmsNorm(scope.g, x, scope.weight(`${name}.weight`), epsilon)
  return {
    name: 'decoder',
    layers: config.num_hidden_layers,
    causal: true,
    ...(window ? { window } : {}),
    modules,
    sublayers: ['self_attn', 'mlp'],
    weights: {
      'input_layernorm.weight': { shape: [width] },
      'post_attention_layernorm.weight': { shape: [width] },
      ...moduleWeights(modules, { interleavedHeads }),
      ...headNorms,
    },
    prefix: (layer) => `model.layers.${layer}.`,
    embed: (weights, ids) => embeddingRows(weights, EMBEDDING, ids),
    build(scope, x) {
      const { g } = scope
      const y = norm(scope, x, 'input_layernorm')
      const project = (name: string, count: number) =>
        splitHeads(scope, scope.saveForBackward(name, scope.linear(y, `self_attn.${name}_proj`)), count, headSize)
      const rotated = (name: 'q' | 'k', count: number) => {
        const raw = project(name, count)
        return rotary(g, normedHeads ? norm(scope, raw, `self_attn.${name}_norm`) : raw, scope.positions, tables)
      }
      const [q, k] = [rotated('q', heads), rotated('k', kvHeads)]
      const mixed = scope.saveForBackward(
        'mixed',
        attention(scope, q, k, project('v', kvHeads), { heads, kvHeads, headSize, causal: true }),
      )
      const middle = scope.saveForBackward(
        'middle',
        add(g, x, scope.sublayer(scope.linear(mixed, 'self_attn.o_proj'), 'self_attn')),
      )
      const z = norm(scope, middle, 'post_attention_layernorm')
      const gated = mul(
        g,
        activate(g, scope.saveForBackward('gate', scope.linear(z, 'mlp.gate_proj'))),
        scope.saveForBackward('up', scope.linear(z, 'mlp.up_proj')),
      )
      return add(g, middle, scope.sublayer(scope.linear(gated, 'mlp.down_proj'), 'mlp'))
    },
  }
}
