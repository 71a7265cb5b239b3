import { join } from 'node:path'
import { openModelFolder } from '../../native/trainer/base/model-folder.ts'
import { merge } from '../../native/trainer/service.ts'
import { bert, gpt2, llama } from './configs.ts'
import { modelLogits } from '../../test/support/model-logits.ts'
import { judge, oracle, type Case } from './oracle.ts'
import type { Group, Row } from './row.ts'

const biased = { ...llama, attention_bias: true, mlp_bias: true }
const tied = { ...llama, tie_word_embeddings: true }
const qv = { r: 4, lora_alpha: 8, target_modules: ['q_proj', 'v_proj'], task_type: 'CAUSAL_LM' }
const of = (name: string, config: object, lora: object, more: object = {}): Case => ({
  name,
  config,
  lora: { ...qv, ...lora },
  ...more,
})
const settings = (name: string, edit_adapter: object): Case => of(name, llama, {}, { edit_adapter })
const tensors = (name: string, ...adapter_files: readonly object[]): Case => of(name, llama, {}, { adapter_files })
const A0 = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight'

const cases: readonly Case[] = [
  of('plain', llama, {}),
  of('rslora', llama, { use_rslora: true }),
  of('dora', llama, { use_dora: true }),
  of('dora-rank-pattern', llama, { use_dora: true, rank_pattern: { v_proj: 2 } }),
  of('alpha-pattern', llama, { alpha_pattern: { v_proj: 32 } }),
  of('alpha-pattern-layer', llama, { alpha_pattern: { 'layers.1.self_attn.q_proj': 64 } }),
  of('alpha-pattern-order', llama, { alpha_pattern: { 'layers.1.self_attn.q_proj': 64, q_proj: 2 } }),
  of('alpha-pattern-regex', llama, { alpha_pattern: { 'layers\\.[01]\\.self_attn\\.(q|v)_proj': 64 } }),
  of('alpha-pattern-anchored', llama, { alpha_pattern: { '^model.layers.0.self_attn.q_proj': 64 } }),
  of('alpha-pattern-no-target', llama, { alpha_pattern: { up_proj: 64 } }),
  of('rank-pattern', llama, { rank_pattern: { v_proj: 2, 'layers.2.self_attn.q_proj': 8 } }),
  of('rank-pattern-rslora', llama, { rank_pattern: { v_proj: 2 }, use_rslora: true }),
  of('all-linear', llama, { target_modules: 'all-linear' }),
  of('all-linear-tied', tied, { target_modules: 'all-linear' }),
  of('regex', llama, { target_modules: '.*\\.(0|2)\\.self_attn\\.[qk]_proj' }),
  of('regex-lazy', llama, {
    target_modules:
      '(?:.*?(?:self_attn|mlp).*?(?:q_proj|up_proj).*?)|(?:\\bmodel\\.layers\\.[\\d]{1,}\\.mlp\\.(?:down_proj))',
  }),
  of('regex-lookahead', llama, { target_modules: '.*(?<!k)_proj' }),
  of('full-paths', llama, { target_modules: ['model.layers.1.mlp.up_proj', 'layers.0.self_attn.q_proj'] }),
  of('target-without-match', llama, { target_modules: ['q_proj', 'w1'] }),
  of('layers', llama, { layers_to_transform: [0, 2] }),
  of('one-layer', llama, { layers_to_transform: 1 }),
  of('layers-pattern', llama, { layers_to_transform: [1], layers_pattern: 'layers' }),
  of('layers-pattern-list', llama, { layers_to_transform: [1], layers_pattern: ['blocks', 'layers'] }),
  of('layers-and-path', llama, { layers_to_transform: [1], target_modules: ['q_proj', 'model.layers.0.mlp.up_proj'] }),
  of('exclude', llama, { exclude_modules: ['layers.1.self_attn.q_proj'] }),
  of('exclude-regex', llama, { target_modules: 'all-linear', exclude_modules: '.*mlp.*' }),
  of('lm-head', llama, { target_modules: ['lm_head', 'q_proj'] }),
  of(
    'lm-head-tied',
    tied,
    { target_modules: ['lm_head', 'q_proj'] },
    { save_adapter: { save_embedding_layers: false } },
  ),
  of('lm-head-tied-saved', tied, { target_modules: ['lm_head', 'q_proj'] }),
  of('embedding', llama, { target_modules: ['embed_tokens', 'q_proj'] }),
  of('embedding-tied', tied, { target_modules: ['embed_tokens'] }, { save_adapter: { save_embedding_layers: false } }),
  of(
    'embedding-alone',
    llama,
    { target_modules: ['embed_tokens'] },
    { save_adapter: { save_embedding_layers: false } },
  ),
  of('embedding-dora', llama, { target_modules: ['embed_tokens', 'q_proj'], use_dora: true }),
  of('save-head', llama, { modules_to_save: ['lm_head'] }),
  of('save-head-tied', tied, { modules_to_save: ['lm_head'] }),
  of('save-embedding', llama, { modules_to_save: ['embed_tokens'] }),
  of('save-embedding-tied', tied, { modules_to_save: ['embed_tokens'] }),
  of('save-both-tied', tied, { modules_to_save: ['embed_tokens', 'lm_head'] }),
  of('save-norms', llama, { modules_to_save: ['input_layernorm', 'norm'] }),
  of('save-projection', llama, { modules_to_save: ['down_proj'] }),
  of('save-and-target', llama, { modules_to_save: ['q_proj'] }),
  of('save-container', llama, { modules_to_save: ['mlp'] }),
  of('save-embeddings-beside', llama, {}, { save_adapter: { save_embedding_layers: true } }),
  of('bias-all', biased, { bias: 'all' }),
  of('bias-lora-only', biased, { bias: 'lora_only' }),
  of('bias-all-without', llama, { bias: 'all' }),
  of('lora-bias', biased, { lora_bias: true }),
  of('lora-bias-without', llama, { lora_bias: true }),
  of('gaussian', llama, { init_lora_weights: 'gaussian' }),
  of('orthogonal', llama, { init_lora_weights: 'orthogonal' }),
  of('no-init', llama, { init_lora_weights: false }),
  of('pissa', llama, { init_lora_weights: 'pissa' }),
  of('pissa-niter', llama, { init_lora_weights: 'pissa_niter_4' }),
  of('olora', llama, { init_lora_weights: 'olora' }),
  of('mica', llama, { init_lora_weights: 'mica' }),
  of('trainable-tokens', llama, { trainable_token_indices: [1, 5] }),
  of('target-parameters', llama, { target_parameters: ['mlp.up_proj.weight'] }),
  of('layer-replication', llama, {
    layer_replication: [
      [0, 2],
      [1, 3],
    ],
  }),
  of('weight-tying', tied, { modules_to_save: ['embed_tokens'], ensure_weight_tying: true }),
  of('prefix-tuning', llama, {}, { prefix: true, lora: { num_virtual_tokens: 4 } }),
  of('gpt2', gpt2, { target_modules: ['c_attn', 'c_proj'], fan_in_fan_out: true }),
  of('gpt2-dora', gpt2, { target_modules: ['c_attn', 'c_fc'], fan_in_fan_out: true, use_dora: true }),
  of('gpt2-tied-embedding', gpt2, { target_modules: ['wte'] }, { save_adapter: { save_embedding_layers: false } }),
  of('dora-rslora-head', llama, { use_dora: true, use_rslora: true, target_modules: ['lm_head', 'v_proj'] }),
  of('half-precision', llama, {}, { adapter_dtype: 'bfloat16' }),
  of('gpt2-wrong-fan', gpt2, { target_modules: ['c_attn'] }, { edit_adapter: { fan_in_fan_out: false } }),
  of('gpt2-embedding', gpt2, { target_modules: ['wpe', 'c_attn'], fan_in_fan_out: true }),
  of('gpt2-save', gpt2, { target_modules: ['c_attn'], modules_to_save: ['c_fc', 'ln_f'], fan_in_fan_out: true }),
  of('llama-wrong-fan', llama, {}, { edit_adapter: { fan_in_fan_out: true } }),
  of('llama-classifier', llama, { task_type: 'SEQ_CLS' }, { classes: 3 }),
  of(
    'bert-classifier',
    bert,
    { task_type: 'SEQ_CLS', target_modules: ['query', 'dense'] },
    { classes: 3, base_bare: true },
  ),
  settings('unknown-setting', { shiny_new_option: 3 }),
  settings('unknown-setting-off', { shiny_new_option: false }),
  settings('eva', { init_lora_weights: 'eva' }),
  settings('corda', { init_lora_weights: 'corda' }),
  settings('loftq', { init_lora_weights: 'loftq' }),
  settings('lora-ga', { init_lora_weights: 'lora_ga' }),
  settings('unknown-start', { init_lora_weights: 'shiny' }),
  settings('kasa', { kasa_config: { a: 1 } }),
  settings('qalora', { use_qalora: true }),
  settings('bdlora', { use_bdlora: { a: 1 } }),
  settings('arrow', { arrow_config: { top_k: 2 } }),
  settings('alora', { alora_invocation_tokens: [1] }),
  settings('megatron', { megatron_config: { a: 1 } }),
  settings('loftq-settings', { loftq_config: { loftq_bits: 4 } }),
  settings('other-type', { peft_type: 'IA3' }),
  settings('wrong-rank', { r: 8 }),
  settings('fewer-targets', { target_modules: ['q_proj'] }),
  settings('more-targets', { target_modules: ['q_proj', 'v_proj', 'k_proj'] }),
  settings('dora-without-lengths', { use_dora: true }),
  settings('saved-and-missing', { modules_to_save: ['lm_head'] }),
  tensors('stray-tensor', { kind: 'add-tensor', name: 'base_model.model.extra.weight', shape: [4] }),
  tensors('stray-lora', { kind: 'add-tensor', name: A0.replace('q_proj', 'k_proj'), shape: [4, 64] }),
  tensors('stray-name', { kind: 'add-tensor', name: 'lm_head.weight', shape: [97, 64] }),
  tensors('missing-tensor', { kind: 'drop-tensor', name: A0 }),
]

/** Merges an adapter into its base; both the engine and transformers must then compute what peft does. */
export const adapters: Group = {
  name: 'PEFT adapters',
  packages: ['torch', 'transformers', 'peft'],
  async rows(python, folder) {
    const { answers } = await oracle(python, folder, cases)
    const merged: { row: number; path: string; classes: unknown }[] = []
    const rows: Row[] = []
    for (const [i, { name, classes }] of cases.entries()) {
      const answer = answers[i]
      if (!answer) throw new Error(`no answer for ${name}`)
      const path = join(folder, name, 'merged')
      const row = await judge(name, answer, async () => {
        await merge(join(folder, name, 'base'), join(folder, name, 'adapter'), path, 'safetensors')
        merged.push({ row: i, path, classes })
        // The engine trains classifiers anew and reads none.
        return classes === undefined ? modelLogits(await openModelFolder(path)) : (answer.logits ?? new Float32Array(0))
      })
      rows.push(row)
    }
    const { answers: again } = await oracle(
      python,
      folder,
      merged.map(({ row, path, classes }) => ({
        name: String(row),
        path,
        ...(classes === undefined ? {} : { classes }),
      })),
    )
    for (const [j, { row }] of merged.entries()) {
      const [answer, peft, before] = [again[j], answers[row], rows[row]]
      if (!answer || !peft || before?.outcome !== 'equal') continue
      const { logits } = peft
      const after = await judge(before.name, answer, () => Promise.resolve(logits ?? new Float32Array(0)))
      const words = after.outcome === 'equal' ? '' : `the merged folder in transformers: ${after.words}`
      rows[row] = {
        ...after,
        difference: Math.max(after.difference ?? 0, before.difference ?? 0),
        lossDifference: before.lossDifference,
        words,
      }
    }
    return rows
  },
}
