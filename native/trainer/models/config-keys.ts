import { HearthError } from '../../../common/errors/index.ts'
import { listed, StrictReader } from '../../../common/strict-reader.ts'

/** What is known of a model's settings besides those that its family's schema reads. */
export interface KnownKeys {
  /** Settings that change what the model computes, with the values under which Hearth computes the same. */
  readonly only: Readonly<Record<string, readonly (boolean | number | string)[]>>
  /** Settings that describe the model, its training or the text it writes; they change no value of a forward pass. */
  readonly passed: readonly string[]
}

/** Settings of any config.json, as the releases 4 and 5 of transformers write them. */
export const commonKeys: KnownKeys = {
  only: {
    is_encoder_decoder: [false],
    add_cross_attention: [false],
    cross_attention_hidden_size: [],
    tie_encoder_decoder: [false],
    pruned_heads: [],
    quantization_config: [],
    compression_config: [],
  },
  passed: [
    // Names and versions.
    'model_type architectures transformers_version _name_or_path name_or_path _commit_hash',
    'torch_dtype dtype tokenizer_class transformers.js_config unsloth_version unsloth_fixed neftune_noise_alpha',
    'sentence_transformers finetuning_task task_specific_params prefix',
    // Labels of a classifier: a run trains its own.
    'id2label label2id num_labels _num_labels problem_type classifier_dropout',
    'sbert_ce_default_activation_function',
    // What a forward pass returns, keeps or how it is carried out.
    'return_dict output_hidden_states output_attentions output_past use_cache torchscript',
    'use_bfloat16 chunk_size_feed_forward gradient_checkpointing pretraining_tp tf_legacy_loss',
    'attn_implementation _attn_implementation _attn_implementation_autoset _attn_implementation_internal',
    '_flash_attn_2_enabled experts_implementation _experts_implementation',
    // How weights began, and dropout, which no evaluation has.
    'initializer_range initializer_factor attention_dropout hidden_dropout attn_pdrop resid_pdrop',
    'embd_pdrop hidden_dropout_prob attention_probs_dropout_prob summary_first_dropout',
    // Tokens and the writing of text.
    'bos_token_id eos_token_id pad_token_id sep_token_id cls_token_id mask_token_id',
    'unk_token_id decoder_start_token_id forced_bos_token_id forced_eos_token_id max_length',
    'min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty',
    'temperature top_k top_p typical_p repetition_penalty length_penalty bad_words_ids',
    'no_repeat_ngram_size encoder_no_repeat_ngram_size num_return_sequences output_scores',
    'return_dict_in_generate remove_invalid_values exponential_decay_length_penalty suppress_tokens',
    'begin_suppress_tokens',
  ].flatMap((line) => line.split(' ')),
}

/** Parameters of a schema's issue about what the format allows and this version does not compute. */
export const UNSUPPORTED = { unsupported: true }

const unsupported = (where: string, why: string, keys: readonly string[]) =>
  new HearthError('MODEL_UNSUPPORTED', `${where}: ${why}`, { keys: keys.slice(0, 20).join(', ') })

/** None, an empty list or an empty object: the setting is not used. */
const isUnused = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)

/**
 * Refuses settings that nothing here reads, because they may change what the model computes.
 * @param read names that the schema reads
 * @throws HearthError MODEL_UNSUPPORTED, which names them
 */
export function assertKnownKeys(
  where: string,
  settings: StrictReader,
  read: Iterable<string>,
  known: readonly KnownKeys[],
): void {
  settings.pass(read)
  for (const { only, passed } of known) {
    settings.pass(passed)
    for (const [key, values] of Object.entries(only)) {
      const value = settings.take(key)
      if (isUnused(value) || values.some((allowed) => allowed === value)) continue
      const wanted = values.length === 0 ? 'be empty' : `be ${values.map(String).join(' or ')}`
      const got = JSON.stringify(value).slice(0, 100)
      throw unsupported(where, `“${key}” must ${wanted} for a model that is used here, got ${got}`, [key])
    }
  }
  settings.pass((_, value) => value === null)
  const { unread } = settings
  if (unread.length > 0)
    throw unsupported(
      where,
      `${listed(unread)}: unknown here, and it may change what the model computes, so the model is refused`,
      unread,
    )
}
