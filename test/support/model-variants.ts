import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeSafetensors, SafetensorsFile, type NamedTensor } from '../../native/trainer/formats/safetensors.ts'
import { fixture as bert } from '../../native/trainer/models/bert/fixture.ts'
import { fixture as gpt2 } from '../../native/trainer/models/gpt2/fixture.ts'
import { fixture as llama } from '../../native/trainer/models/llama/fixture.ts'
import { qwen2Fixture as qwen2, qwen3Fixture as qwen3 } from '../../native/trainer/models/qwen/fixture.ts'
import { Random } from '../../native/trainer/random.ts'
import { writeRandomModel } from './tiny-models.ts'

type Values = Readonly<Record<string, unknown>>
type Change = (tensors: readonly NamedTensor[], folder: string) => Promise<readonly NamedTensor[]>

/** A small model, with an adapter or without, as people's folders have them. */
export interface Variant {
  readonly name: string
  readonly config: Values
  /** Keys of config.json that are written once the weights are made. */
  readonly edit?: Values
  readonly change?: Change
  readonly adapter?: { readonly settings: Values; readonly tensors: readonly (readonly [string, readonly number[]])[] }
  /** Part of the message of a refusal; without it the numbers of test/fixtures/model-variants.json are right. */
  readonly refused?: RegExp
}

const untied = { ...llama.config, tie_word_embeddings: false }
const biased = { ...untied, attention_bias: true, mlp_bias: true }
const sliding = { use_sliding_window: true, max_window_layers: 1 }
const stretched = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 32,
}

const config = (name: string, values: Values, edit: Values = {}, refused?: RegExp): Variant => ({
  name,
  config: values,
  edit,
  ...(refused ? { refused } : {}),
})

const configs: readonly Variant[] = [
  config('llama', llama.config),
  config('llama with biases', biased),
  config('llama gated by GELU', untied, { hidden_act: 'gelu' }),
  config('llama, factor by the older names', untied, { rope_scaling: { type: 'linear', factor: 4 }, rope_theta: 500 }),
  config(
    'llama, rotary settings in one object',
    { ...untied, rope_theta: undefined },
    {
      rope_parameters: { ...stretched, rope_theta: 500 },
    },
  ),
  config('llama, factor without a type', untied, { rope_scaling: { factor: 4 } }, /“factor” without a type/),
  config('llama, two types', untied, { rope_scaling: { ...stretched, type: 'linear' } }, /two types/),
  config('llama, yarn', untied, { rope_scaling: { type: 'yarn', factor: 4 } }, /“yarn” is not supported/),
  config('llama, two bases', untied, { rope_parameters: { rope_type: 'default', rope_theta: 500 } }, /two bases/),
  config(
    'llama, half of each head turned',
    untied,
    { partial_rotary_factor: 0.5 },
    /“partial_rotary_factor” must be 1/,
  ),
  config('llama, quantized', untied, { quantization_config: { bits: 4 } }, /“quantization_config” must be empty/),
  config('llama, unknown multiplier', untied, { attention_multiplier: 2 }, /“attention_multiplier”: unknown/),
  config('llama, ReLU', untied, { hidden_act: 'relu' }, /hidden_act/),
  config('llama, sliding', untied, { ...sliding, sliding_window: 8 }, /no sliding attention/),
  config('llama, a window that it does not use', untied, { sliding_window: 8 }),
  config('qwen2', qwen2.config),
  config('qwen2, window switched off', qwen2.config, { ...sliding, use_sliding_window: false, sliding_window: 8 }),
  config('qwen2, window as long as the text', qwen2.config, { ...sliding, sliding_window: 40 }),
  config('qwen2, window of no layer', qwen2.config, { ...sliding, sliding_window: 8, max_window_layers: 2 }),
  config('qwen2, sliding', qwen2.config, { ...sliding, sliding_window: 8 }),
  config('qwen2, sliding by layer', qwen2.config, {
    ...sliding,
    sliding_window: 8,
    layer_types: ['full_attention', 'sliding_attention'],
  }),
  config('qwen2, sliding without a window', qwen2.config, { ...sliding, sliding_window: null }, /no window is set/),
  config('qwen3', qwen3.config),
  config('qwen3, sliding everywhere', qwen3.config, { ...sliding, sliding_window: 5, max_window_layers: 0 }),
  config('qwen3 with biases', { ...qwen3.config, attention_bias: true }),
  config('gpt2', gpt2.config),
  config('gpt2, scores not scaled', gpt2.config, { scale_attn_weights: false }),
  config(
    'gpt2, scores scaled by layer',
    gpt2.config,
    { scale_attn_by_inverse_layer_idx: true },
    /inverse_layer_idx” must/,
  ),
  config('gpt2, reordered products', gpt2.config, { reorder_and_upcast_attn: true }),
  config('gpt2 with a head of its own', { ...gpt2.config, tie_word_embeddings: false }),
  config('gpt2, exact GELU', gpt2.config, { activation_function: 'gelu' }),
  config('gpt2, cross-attention', gpt2.config, { add_cross_attention: true }, /“add_cross_attention” must be false/),
  config('bert', { ...bert.config, architectures: ['BertModel'] }),
  config('bert, decoder', bert.config, { is_decoder: true }, /“is_decoder” must be false/),
  config('bert, relative positions', bert.config, { position_embedding_type: 'relative_key' }, /must be absolute/),
]

const file = (name: string, values: Values, change: Change, refused?: RegExp): Variant => ({
  name,
  config: values,
  change,
  ...(refused ? { refused } : {}),
})
const shifted = (tensors: readonly NamedTensor[]): NamedTensor[] =>
  tensors.map(({ data, ...rest }) => ({ ...rest, data: data.map((value) => value + 0.5) }))
const renamed =
  (pattern: RegExp, replacement: string): Change =>
  (tensors) =>
    Promise.resolve(tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(pattern, replacement) })))
const holding =
  (name: string, shape: readonly number[]): Change =>
  (tensors) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5)
    return Promise.resolve([...tensors, { name, shape, data }])
  }
const head =
  (change: (value: number) => number): Change =>
  (tensors) => {
    const words = tensors.filter(({ name }) => name === 'model.embed_tokens.weight')
    return Promise.resolve([
      ...tensors,
      ...words.map(({ shape, data }) => ({ name: 'lm_head.weight', shape, data: data.map(change) })),
    ])
  }
async function writeIndex(folder: string, shards: Readonly<Record<string, readonly NamedTensor[]>>): Promise<void> {
  const names = Object.entries(shards).flatMap(([shard, tensors]) => tensors.map(({ name }) => [name, shard] as const))
  for (const [shard, tensors] of Object.entries(shards))
    await writeFile(join(folder, shard), encodeSafetensors(tensors))
  const index = { metadata: {}, weight_map: Object.fromEntries(names) }
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index))
}

const files: readonly Variant[] = [
  file('shards of another day beside the model', llama.config, async (tensors, folder) => {
    await writeIndex(folder, { 'model-00001-of-00001.safetensors': shifted(tensors) })
    return tensors
  }),
  file('a variant beside the model', llama.config, async (tensors, folder) => {
    await writeFile(join(folder, 'model.fp16.safetensors'), encodeSafetensors(shifted(tensors)))
    return tensors
  }),
  file('shards', llama.config, async (tensors, folder) => {
    await writeIndex(folder, { 'a.safetensors': tensors.slice(0, 9), 'b.safetensors': tensors.slice(9) })
    return []
  }),
  file(
    'only a variant',
    llama.config,
    async (tensors, folder) => {
      await writeFile(join(folder, 'model.fp16.safetensors'), encodeSafetensors(tensors))
      return []
    },
    /“model\.fp16\.safetensors”/,
  ),
  file(
    'an own head though tied',
    llama.config,
    head((value) => 1.5 * value + 0.1),
  ),
  file(
    'a copy of the embedding as the head',
    llama.config,
    head((value) => value),
  ),
  file('names without the root', llama.config, renamed(/^model\./, '')),
  file('gpt2 without the root', gpt2.config, renamed(/^transformer\./, '')),
  file('stored frequencies', llama.config, holding('model.layers.0.self_attn.rotary_emb.inv_freq', [8])),
  file(
    'a bias that the config does not have',
    llama.config,
    holding('model.layers.0.mlp.up_proj.bias', [96]),
    /up_proj\.bias”/,
  ),
  file('a trained classifier', llama.config, holding('score.weight', [2, 64]), /“score\.weight”/),
  file('bert with gamma and beta', { ...bert.config, architectures: ['BertModel'] }, async (tensors, folder) =>
    renamed(/LayerNorm\.bias$/, 'LayerNorm.beta')(
      await renamed(/LayerNorm\.weight$/, 'LayerNorm.gamma')(tensors, folder),
      folder,
    ),
  ),
  file('bert without the root', { ...bert.config, architectures: ['BertModel'] }, renamed(/^bert\./, '')),
  file(
    'bert with a head for masked words',
    { ...bert.config, architectures: ['BertModel'] },
    holding('cls.predictions.bias', [97]),
  ),
]

const layer = (index: number) => `model.layers.${index}.`
/** Tensors of low-rank changes: module, inputs, outputs, rank. */
const low = (...modules: readonly (readonly [string, number, number, number])[]) =>
  modules.flatMap(([module, inputs, outputs, rank]): [string, number[]][] => [
    [`${module}.lora_A.weight`, [rank, inputs]],
    [`${module}.lora_B.weight`, [outputs, rank]],
  ])
const q = (index: number, rank = 4) => [`${layer(index)}self_attn.q_proj`, 64, 64, rank] as const
const v = (index: number, rank = 4) => [`${layer(index)}self_attn.v_proj`, 64, 32, rank] as const
const qv = low(q(0), v(0), q(1), v(1))
const settings = {
  peft_type: 'LORA',
  task_type: 'CAUSAL_LM',
  r: 4,
  lora_alpha: 8,
  target_modules: ['q_proj', 'v_proj'],
}

const adapter = (
  name: string,
  change: Values,
  tensors: readonly (readonly [string, readonly number[]])[] = qv,
  values: Values = untied,
): Variant => ({ name: `adapter: ${name}`, config: values, adapter: { settings: { ...settings, ...change }, tensors } })
const refusal = (refused: RegExp, variant: Variant): Variant => ({ ...variant, refused })
const WORDS: [string, number[]] = ['model.embed_tokens.weight', [97, 64]]
const HEAD: [string, number[]] = ['lm_head.weight', [97, 64]]
const lengths = (index: number): [string, number[]][] => [
  [`${layer(index)}self_attn.q_proj.lora_magnitude_vector`, [64]],
  [`${layer(index)}self_attn.v_proj.lora_magnitude_vector`, [32]],
]
const biases = (index: number, middle: string): [string, number[]][] => [
  [`${layer(index)}self_attn.q_proj${middle}.bias`, [64]],
  [`${layer(index)}self_attn.v_proj${middle}.bias`, [32]],
]
const only = (target: string, module: readonly [string, number, number, number]) =>
  [{ target_modules: [target] }, low(module)] as const

const adapters: readonly Variant[] = [
  adapter('plain', {}),
  adapter('scaled by the root of the rank', { use_rslora: true }),
  adapter('DoRA', { use_dora: true }, [...qv, ...lengths(0), ...lengths(1)]),
  adapter('alpha by module', { alpha_pattern: { v_proj: 32 } }),
  adapter('alpha by layer', { alpha_pattern: { 'layers.1.self_attn.q_proj': 64 } }),
  adapter('rank by module', { rank_pattern: { v_proj: 2 } }, low(q(0), v(0, 2), q(1), v(1, 2))),
  adapter(
    'rank and alpha by pattern',
    { rank_pattern: { 'layers\\.1\\..*': 2 }, alpha_pattern: { 'self_attn\\.(q|k)_proj': 4 } },
    low(q(0), v(0), q(1, 2), v(1, 2)),
  ),
  adapter('targets by expression', { target_modules: '.*\\.1\\.self_attn\\.[qv]_proj' }, low(q(1), v(1))),
  adapter('targets by path', ...only('model.layers.1.self_attn.q_proj', q(1))),
  adapter('some layers', { layers_to_transform: [1] }, low(q(1), v(1))),
  adapter('one excluded', { exclude_modules: ['layers.0.self_attn.v_proj'] }, low(q(0), q(1), v(1))),
  adapter('on the head', ...only('lm_head', ['lm_head', 64, 97, 4])),
  adapter('on a tied head', { target_modules: ['lm_head'] }, low(['lm_head', 64, 97, 4]), llama.config),
  adapter('on the embedding', { target_modules: ['embed_tokens'] }, [
    ['model.embed_tokens.lora_embedding_A', [4, 97]],
    ['model.embed_tokens.lora_embedding_B', [64, 4]],
  ]),
  adapter('a saved head', { modules_to_save: ['lm_head'] }, [...qv, HEAD]),
  adapter('a saved head of a tied model', { modules_to_save: ['lm_head'] }, [...qv, HEAD], llama.config),
  adapter('a saved embedding', { modules_to_save: ['embed_tokens'] }, [...qv, WORDS]),
  adapter('a saved embedding of a tied model', { modules_to_save: ['embed_tokens'] }, [...qv, WORDS], llama.config),
  adapter('saved norms', { modules_to_save: ['input_layernorm'] }, [
    ...qv,
    [`${layer(0)}input_layernorm.weight`, [64]],
    [`${layer(1)}input_layernorm.weight`, [64]],
  ]),
  adapter(
    'trained biases',
    { bias: 'lora_only' },
    [...qv, ...biases(0, '.base_layer'), ...biases(1, '.base_layer')],
    biased,
  ),
  adapter(
    'all biases',
    { bias: 'all' },
    [...qv, ...biases(0, '.base_layer'), [`${layer(1)}self_attn.o_proj.bias`, [64]]],
    biased,
  ),
  adapter('biases of its own', { lora_bias: true }, [...qv, ...biases(0, '.lora_B'), ...biases(1, '.lora_B')], biased),
  adapter(
    'gpt2',
    { target_modules: ['c_attn'], fan_in_fan_out: true },
    low(['transformer.h.0.attn.c_attn', 64, 192, 4], ['transformer.h.1.attn.c_attn', 64, 192, 4]),
    gpt2.config,
  ),
  refusal(/“init_lora_weights” is "pissa"/, adapter('PiSSA', { init_lora_weights: 'pissa' })),
  refusal(/“init_lora_weights” is "olora"/, adapter('OLoRA', { init_lora_weights: 'olora' })),
  refusal(/“loftq_config”/, adapter('LoftQ', { init_lora_weights: true, loftq_config: { loftq_bits: 4 } })),
  refusal(/“trainable_token_indices”/, adapter('trained tokens', { trainable_token_indices: [1] })),
  refusal(/“target_parameters”/, adapter('parameters as targets', { target_parameters: ['mlp.up_proj.weight'] })),
  refusal(/“shiny_new_option”/, adapter('an unknown setting', { shiny_new_option: 1 })),
  refusal(/only adapters of the type LORA.*"IA3"/, adapter('another type', { peft_type: 'IA3' })),
  refusal(/“task_type”/, adapter('another task', { task_type: 'SEQ_2_SEQ_LM' })),
  refusal(
    /“target_modules” names “w1”/,
    adapter('a target without a match', { target_modules: ['q_proj', 'v_proj', 'w1'] }),
  ),
  refusal(/look-around/, adapter('an expression that looks behind', { target_modules: '.*(?<!k)_proj' })),
  refusal(/“alpha_pattern” names “up_proj”/, adapter('alpha of no target', { alpha_pattern: { up_proj: 2 } })),
  refusal(/layer 7/, adapter('a layer that is not there', { layers_to_transform: [0, 7] })),
  refusal(
    /holds “base_model\.model\.extra\.weight”/,
    adapter('a tensor of nothing', {}, [...qv, ['extra.weight', [4]]]),
  ),
  refusal(
    /k_proj\.lora_A/,
    adapter('a change of another module', {}, [...qv, [`${layer(0)}self_attn.k_proj.lora_A.weight`, [4, 64]]]),
  ),
  refusal(
    /v_proj\.lora_B.* got no tensor/,
    adapter(
      'a missing tensor',
      {},
      qv.filter(([name]) => !name.endsWith('1.self_attn.v_proj.lora_B.weight')),
    ),
  ),
  refusal(/must be \[8, 64\], got \[4, 64\]/, adapter('another rank', { r: 8 })),
  refusal(
    /lora_B\.bias/,
    adapter('a bias that the base does not have', { lora_bias: true }, [...qv, ...biases(0, '.lora_B')]),
  ),
  refusal(
    /base_layer\.bias/,
    adapter('a trained bias that the base does not have', { bias: 'all' }, [...qv, ...biases(0, '.base_layer')]),
  ),
  refusal(/does not hold it/, adapter('a saved module that is missing', { modules_to_save: ['lm_head'] })),
  refusal(
    /“modules_to_save” names “headless”/,
    adapter('a saved module that the base does not have', { modules_to_save: ['headless'] }),
  ),
]

export const variants: readonly Variant[] = [...configs, ...files, ...adapters]

/** Writes a variant's base model, and its adapter beside it. */
export async function writeVariant(
  folder: string,
  variant: Variant,
): Promise<{ base: string; adapter: string | null }> {
  const base = join(folder, 'base')
  await writeRandomModel(base, variant.config, variant.name)
  const values = { ...variant.config, ...variant.edit }
  await writeFile(join(base, 'config.json'), JSON.stringify(values))
  if (variant.change) await changeWeights(base, variant.change)
  if (!variant.adapter) return { base, adapter: null }
  const path = join(folder, 'adapter')
  const random = new Random(`adapter ${variant.name}`)
  const tensors = variant.adapter.tensors.map(([name, shape]): NamedTensor => {
    const length = shape.reduce((a, b) => a * b, 1)
    const gain = /norm|magnitude/.test(name) ? 1 : 0
    const deviation = name.includes('lora_') ? 0.2 : 0.1
    return {
      name: `base_model.model.${name}`,
      shape,
      data: Float32Array.from({ length }, () => gain + deviation * random.normal()),
    }
  })
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'adapter_config.json'), JSON.stringify(variant.adapter.settings))
  await writeFile(join(path, 'adapter_model.safetensors'), encodeSafetensors(tensors))
  return { base, adapter: path }
}

async function changeWeights(base: string, change: Change): Promise<void> {
  const [path, kept] = [join(base, 'model.safetensors'), join(base, 'before')]
  await rename(path, kept)
  const file = await SafetensorsFile.open(kept)
  const tensors: NamedTensor[] = []
  for (const [name, { shape }] of file.entries) tensors.push({ name, shape, data: await file.read(name) })
  await file.close()
  await rm(kept)
  const changed = await change(tensors, base)
  if (changed.length > 0) await writeFile(path, encodeSafetensors(changed))
}

/** What transformers and peft compute of each variant: the loss, and the logits behind the last token. */
export interface Recorded {
  readonly versions: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, { readonly loss: number | null; readonly logits: readonly number[] }>>
}
export const recordedAt = new URL('../fixtures/model-variants.json', import.meta.url)
export const readRecorded = async (): Promise<Recorded> => JSON.parse(await readFile(recordedAt, 'utf8')) as Recorded
