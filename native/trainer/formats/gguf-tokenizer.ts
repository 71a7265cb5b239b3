import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { gguf, type TypedValue } from './gguf.ts'

const AddedToken = z.object({ id: z.int().min(0), content: z.string(), special: z.boolean() })
const TokenizerJson = z.looseObject({
  model: z.looseObject({
    type: z.literal('BPE'),
    vocab: z.record(z.string(), z.int().min(0)),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
  added_tokens: z.array(AddedToken).default([]),
  pre_tokenizer: z.unknown(),
})

/** llama.cpp's names for splitting text before the merges, by a mark in tokenizer.json's pre-tokenizer. */
const splitters: readonly { readonly name: string; readonly mark: string }[] = [
  { name: 'qwen2', mark: String.raw`\\p{N}|` },
  { name: 'llama-bpe', mark: String.raw`\\p{N}{1,3}` },
  { name: 'smollm', mark: '"Digits"' },
  { name: 'gpt-2', mark: '"ByteLevel"' },
]
const tokenTypes = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const

/** A byte-level BPE tokenizer as GGUF metadata. */
export function ggufTokenizer(
  json: unknown,
  vocabulary: number,
  specials: { readonly bos: string | null; readonly eos: string | null; readonly template: string | null },
): Record<string, TypedValue> {
  const parsed = TokenizerJson.safeParse(json)
  if (!parsed.success)
    throw new HearthError('MODEL_UNSUPPORTED', 'only byte-level BPE tokenizers can be written for llama.cpp', {
      file: 'tokenizer.json',
    })
  const { model, added_tokens: added, pre_tokenizer: pre } = parsed.data
  const described = JSON.stringify(pre)
  const splitter = splitters.find(({ mark }) => described.includes(mark))
  if (!splitter)
    throw new HearthError('MODEL_UNSUPPORTED', 'llama.cpp does not support this tokenizer’s way to split text', {
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
  const [bos, eos] = [idOf(specials.bos), idOf(specials.eos)]
  return {
    'tokenizer.ggml.model': gguf.string('gpt2'),
    'tokenizer.ggml.pre': gguf.string(splitter.name),
    'tokenizer.ggml.tokens': gguf.strings(tokens),
    'tokenizer.ggml.token_type': gguf.int32s(types),
    'tokenizer.ggml.merges': gguf.strings(
      model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
    ),
    ...(bos === undefined ? {} : { 'tokenizer.ggml.bos_token_id': gguf.uint32(bos) }),
    ...(eos === undefined ? {} : { 'tokenizer.ggml.eos_token_id': gguf.uint32(eos) }),
    'tokenizer.ggml.add_bos_token': gguf.bool(false),
    ...(specials.template === null ? {} : { 'tokenizer.chat_template': gguf.string(specials.template) }),
  }
}
