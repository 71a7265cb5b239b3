import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { gguf, type TypedValue } from './gguf.ts'
import { splitterName } from './gguf-splitters.ts'

const AddedToken = z.object({ id: z.int().min(0), content: z.string(), special: z.boolean() })
const TokenizerJson = z.looseObject({
  model: z.looseObject({
    type: z.literal('BPE'),
    vocab: z.record(z.string(), z.int().min(0)),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
    ignore_merges: z.boolean().nullish(),
  }),
  added_tokens: z.array(AddedToken).default([]),
  pre_tokenizer: z.unknown(),
  normalizer: z.unknown(),
})

/** What a tokenizer has besides its vocabulary. */
export interface TokenizerFacts {
  /** Texts of special tokens; null for those that it lacks. */
  readonly tokens: Readonly<Record<'bos' | 'eos' | 'unknown' | 'padding', string | null>>
  readonly addsBos: boolean
  readonly addsEos: boolean
  /** Chat templates by name. */
  readonly templates: ReadonlyMap<string, string>
}

const tokenTypes = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const

/** A byte-level BPE tokenizer as GGUF metadata. */
export function ggufTokenizer(
  json: unknown,
  vocabulary: number,
  { tokens: specials, addsBos, addsEos, templates }: TokenizerFacts,
): Record<string, TypedValue> {
  const parsed = TokenizerJson.safeParse(json)
  if (!parsed.success)
    throw new HearthError('MODEL_UNSUPPORTED', 'only byte-level BPE tokenizers can be written for llama.cpp', {
      file: 'tokenizer.json',
    })
  const { model, added_tokens: added, pre_tokenizer: pre, normalizer } = parsed.data
  const splitter = splitterName(pre, model.ignore_merges ?? false)
  if (splitter === null)
    throw new HearthError('MODEL_UNSUPPORTED', 'llama.cpp does not support this tokenizer’s way to split text', {
      file: 'tokenizer.json',
    })
  // NFC changes only texts that are not composed; llama.cpp's own converter lets it go too.
  if (normalizer != null && !/^\{"type":"NFC"\}$/.test(JSON.stringify(normalizer)))
    throw new HearthError('MODEL_UNSUPPORTED', 'llama.cpp does not support this tokenizer’s way to change text', {
      file: 'tokenizer.json',
    })
  // llama.cpp aborts the process on duplicate tokens, so unused places get unique names.
  const tokens = Array.from({ length: vocabulary }, (_, i) => `<|unused ${i}|>`)
  const types: number[] = Array.from({ length: vocabulary }, () => tokenTypes.unused)
  const put = (id: number, token: string, type: number) => {
    if (id >= vocabulary)
      throw new HearthError('MODEL_BROKEN', `tokenizer.json has token ${id}, but the model has ${vocabulary} tokens`, {
        file: 'tokenizer.json',
      })
    ;[tokens[id], types[id]] = [token, type]
  }
  for (const [token, id] of Object.entries(model.vocab)) put(id, token, tokenTypes.normal)
  for (const { id, content, special } of added) put(id, content, special ? tokenTypes.control : tokenTypes.userDefined)
  const idOf = (token: string | null): number | undefined =>
    token === null ? undefined : (added.find(({ content }) => content === token)?.id ?? model.vocab[token])
  const ids = Object.entries(specials).flatMap(([name, token]) => {
    const id = idOf(token)
    return id === undefined ? [] : [[`tokenizer.ggml.${name}_token_id`, gguf.uint32(id)] as const]
  })
  const named = [...templates].filter(([name]) => name !== 'default')
  const template = templates.get('default')
  return {
    'tokenizer.ggml.model': gguf.string('gpt2'),
    'tokenizer.ggml.pre': gguf.string(splitter),
    'tokenizer.ggml.tokens': gguf.strings(tokens),
    'tokenizer.ggml.token_type': gguf.int32s(types),
    'tokenizer.ggml.merges': gguf.strings(
      model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
    ),
    ...Object.fromEntries(ids),
    'tokenizer.ggml.add_bos_token': gguf.bool(addsBos),
    'tokenizer.ggml.add_eos_token': gguf.bool(addsEos),
    ...(template === undefined ? {} : { 'tokenizer.chat_template': gguf.string(template) }),
    ...(named.length === 0 ? {} : { 'tokenizer.chat_templates': gguf.strings(named.map(([name]) => name)) }),
    ...Object.fromEntries(named.map(([name, text]) => [`tokenizer.chat_template.${name}`, gguf.string(text)])),
  }
}
