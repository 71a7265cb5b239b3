import * as z from 'zod'
import { add, mul } from '../graph/arithmetic.ts'
import { silu } from '../graph/activation.ts'
import { rmsNorm } from '../graph/norm.ts'
import { rotary, type RotaryTables } from '../graph/rotary.ts'
import { thaw } from '../base/quantize.ts'
import type { Architecture, Module, WeightSpec } from './architecture.ts'
import { attention, splitHeads } from './attention.ts'
import { positive } from './config-values.ts'
import { ropeDivisors, RopeSettings } from './rope-scaling.ts'
import { rotaryFrequencies, rotaryTables } from './rotary-tables.ts'

/** config.json of llama, qwen2 and qwen3. */
export const DecoderConfig = z.object({
  model_type: z.enum(['llama', 'qwen2', 'qwen3']),
  hidden_size: positive,
  intermediate_size: positive,
  num_hidden_layers: positive,
  num_attention_heads: positive,
  num_key_value_heads: positive.optional(),
  head_dim: positive.nullish(),
  vocab_size: positive,
  max_position_embeddings: positive,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().optional(),
  // Newer releases of transformers keep rotary settings in one object.
  rope_parameters: z
    .looseObject({ rope_theta: z.number().positive() })
    .refine(
      (value) => RopeSettings.safeParse(value).success,
      'is a way to stretch rotary positions that is not known here',
    )
    .nullish(),
  rope_scaling: RopeSettings,
  /** As GGUF files have it: what each rotary frequency is divided by. */
  rope_divisors: z.array(z.number().positive()).optional(),
  hidden_act: z.literal('silu').optional(),
  tie_word_embeddings: z.boolean().optional(),
  attention_bias: z.boolean().optional(),
  mlp_bias: z.literal(false).optional(),
})
export type DecoderConfig = z.infer<typeof DecoderConfig>

export const ropeTheta = (config: DecoderConfig): number =>
  config.rope_theta ?? config.rope_parameters?.rope_theta ?? 10_000

/** What a model's rotary frequencies are divided by, wherever its config says so. */
export function divisorsOf(config: DecoderConfig): Float64Array {
  const headSize = config.head_dim ?? config.hidden_size / config.num_attention_heads
  if (config.rope_divisors) return Float64Array.from(config.rope_divisors)
  return ropeDivisors(
    config.rope_scaling ?? RopeSettings.parse(config.rope_parameters) ?? null,
    rotaryFrequencies(ropeTheta(config), headSize),
  )
}

/** The llama family: RMS norms, rotary positions, grouped keys, gated SiLU. Qwen2 adds biases, Qwen3 norms on queries and keys. */
export function decoder(config: DecoderConfig, positions: number): Architecture {
  const { hidden_size: width, intermediate_size: inner, num_attention_heads: heads, rms_norm_eps: epsilon } = config
  const kvHeads = config.num_key_value_heads ?? heads
  const headSize = config.head_dim ?? width / heads
  const bias = config.model_type === 'qwen2' || config.attention_bias === true
  const tied = config.tie_word_embeddings ?? false
  const normed = config.model_type === 'qwen3'
  const tables: RotaryTables = rotaryTables(
    rotaryFrequencies(ropeTheta(config), headSize),
    divisorsOf(config),
    positions,
  )

  const modules: Record<string, Module> = {
    'self_attn.q_proj': { inputs: width, outputs: heads * headSize, bias },
    'self_attn.k_proj': { inputs: width, outputs: kvHeads * headSize, bias },
    'self_attn.v_proj': { inputs: width, outputs: kvHeads * headSize, bias },
    'self_attn.o_proj': { inputs: heads * headSize, outputs: width, bias: config.attention_bias === true },
    'mlp.gate_proj': { inputs: width, outputs: inner, bias: false },
    'mlp.up_proj': { inputs: width, outputs: inner, bias: false },
    'mlp.down_proj': { inputs: inner, outputs: width, bias: false },
  }
  const layerWeights: Record<string, WeightSpec> = {
    'input_layernorm.weight': { shape: [width] },
    'post_attention_layernorm.weight': { shape: [width] },
  }
  for (const [name, module] of Object.entries(modules)) {
    const interleaved =
      config.model_type !== 'llama'
        ? undefined
        : name.endsWith('q_proj')
          ? heads
          : name.endsWith('k_proj')
            ? kvHeads
            : undefined
    const extra = interleaved === undefined ? {} : { interleavedHeads: interleaved }
    layerWeights[`${name}.weight`] = { shape: [module.outputs, module.inputs], ...extra }
    if (module.bias) layerWeights[`${name}.bias`] = { shape: [module.outputs], ...extra }
  }
  if (normed) for (const name of ['q', 'k']) layerWeights[`self_attn.${name}_norm.weight`] = { shape: [headSize] }

  return {
    type: config.model_type,
    causal: true,
    layers: config.num_hidden_layers,
    width,
    vocabulary: config.vocab_size,
    context: config.max_position_embeddings,
    heads: { heads, kvHeads, headSize },
    modules,
    sublayers: ['self_attn', 'mlp'],
    layerPrefix: (layer) => `model.layers.${layer}.`,
    layerWeights,
    headWeights: { 'model.norm.weight': { shape: [width] } },
    embeddingWeights: {
      'model.embed_tokens.weight': { shape: [config.vocab_size, width] },
      ...(tied ? {} : { 'lm_head.weight': { shape: [config.vocab_size, width] } }),
    },
    outputWeight: tied ? 'model.embed_tokens.weight' : 'lm_head.weight',
    classifier: { name: 'score', bias: false, pool: 'last' },
    layer(scope, x) {
      const { g } = scope
      const y = rmsNorm(g, x, scope.weight('input_layernorm.weight'), epsilon)
      const project = (name: string, count: number) =>
        splitHeads(scope, scope.keep(name, scope.linear(y, `self_attn.${name}_proj`)), count, headSize)
      const turned = (name: 'q' | 'k', count: number) => {
        const raw = project(name, count)
        return rotary(
          g,
          normed ? rmsNorm(g, raw, scope.weight(`self_attn.${name}_norm.weight`), epsilon) : raw,
          scope.positions,
          tables,
        )
      }
      const [q, k] = [turned('q', heads), turned('k', kvHeads)]
      const mixed = scope.keep(
        'mixed',
        attention(scope, q, k, project('v', kvHeads), { heads, kvHeads, headSize, causal: true }),
      )
      const middle = scope.keep(
        'middle',
        add(g, x, scope.sublayer(scope.linear(mixed, 'self_attn.o_proj'), 'self_attn')),
      )
      const z = rmsNorm(g, middle, scope.weight('post_attention_layernorm.weight'), epsilon)
      const gated = mul(
        g,
        silu(g, scope.keep('gate', scope.linear(z, 'mlp.gate_proj'))),
        scope.keep('up', scope.linear(z, 'mlp.up_proj')),
      )
      return add(g, middle, scope.sublayer(scope.linear(gated, 'mlp.down_proj'), 'mlp'))
    },
    final: (scope, x) => rmsNorm(scope.g, x, scope.weight('model.norm.weight'), epsilon),
    pooled: (_, x) => x,
    embed(weights, ids) {
      const table = weights.get('model.embed_tokens.weight')!
      const x = new Float32Array(ids.length * width)
      for (const [i, id] of ids.entries()) x.set(thaw(table, id, id + 1), i * width)
      return x
    },
  }
}
