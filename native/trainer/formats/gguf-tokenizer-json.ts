import { basename } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import type { GgufFile } from './gguf.ts'

/** Types of tokens in GGUF, as llama.cpp numbers them. */
const tokenTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const

/** Splitters of text before the merges, by llama.cpp's names. Patterns as in the models' own tokenizer.json. */
const WORDS = (digits: string) =>
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}` +
  String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
const byteLevel = (regex: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: false,
  use_regex: regex,
})
const splitOn = (pattern: string) => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
    byteLevel(false),
  ],
})
const splitters: Readonly<Record<string, object>> = {
  'gpt-2': byteLevel(true),
  default: byteLevel(true),
  qwen2: splitOn(WORDS(String.raw`\p{N}`)),
  'llama-bpe': splitOn(WORDS(String.raw`\p{N}{1,3}`)),
  smollm: { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)] },
}

/** Content of tokenizer.json and tokenizer_config.json. */
export interface TokenizerFiles {
  readonly tokenizer: Record<string, unknown>
  readonly config: Record<string, unknown>
}

/** The tokenizer in a GGUF file in Hugging Face's form: byte-level BPE (`gpt2`) or SentencePiece (`llama`). */
export function tokenizerJsonOf(file: GgufFile): TokenizerFiles {
  const name = basename(file.path)
  const unsupported = (why: string) => new HearthError('MODEL_UNSUPPORTED', `${name}: ${why}`, { file: name })
  const list = <T extends string | number>(key: string, type: 'string' | 'number'): readonly T[] => {
    const value: unknown = file.metadata.get(`tokenizer.ggml.${key}`)
    if (!Array.isArray(value) || value.some((item) => typeof item !== type))
      throw new HearthError('MODEL_BROKEN', `${name} has no tokenizer.ggml.${key}`, { file: name })
    return value as T[]
  }
  const kind = file.metadata.get('tokenizer.ggml.model')
  if (kind !== 'gpt2' && kind !== 'llama')
    throw unsupported(`its tokenizer must be of kind gpt2 or llama, got ${String(kind)}`)
  const tokens = list<string>('tokens', 'string')
  const types = list<number>('token_type', 'number')
  const vocab = Object.fromEntries(
    tokens.map((token, id) => [token, id]).filter(([, id]) => types[id as number] !== tokenTypes.unused),
  )
  const added = tokens.flatMap((content, id) =>
    types[id] === tokenTypes.control || types[id] === tokenTypes.userDefined
      ? [
          {
            id,
            content,
            special: types[id] === tokenTypes.control,
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
          },
        ]
      : [],
  )
  const tokenAt = (key: string): string | null => {
    const id = file.metadata.get(`tokenizer.ggml.${key}`)
    return typeof id === 'number' ? (tokens[id] ?? null) : null
  }
  const template = file.metadata.get('tokenizer.chat_template')
  const config = {
    bos_token: tokenAt('bos_token_id'),
    eos_token: tokenAt('eos_token_id'),
    chat_template: typeof template === 'string' ? template : null,
  }
  const common = { version: '1.0', truncation: null, padding: null, added_tokens: added, post_processor: null }
  if (kind === 'llama') {
    const spaced = file.metadata.get('tokenizer.ggml.add_space_prefix') !== false
    return {
      config,
      tokenizer: {
        ...common,
        ...sentencePiece(
          vocab,
          list<number>('scores', 'number'),
          tokens[types.indexOf(tokenTypes.unknown)] ?? null,
          spaced,
        ),
      },
    }
  }
  const splitter = splitters[String(file.metadata.get('tokenizer.ggml.pre') ?? 'default')]
  if (!splitter)
    throw unsupported(`its way to split text, ${String(file.metadata.get('tokenizer.ggml.pre'))}, is not supported`)
  return {
    config,
    tokenizer: {
      ...common,
      normalizer: null,
      pre_tokenizer: splitter,
      decoder: byteLevel(true),
      model: {
        type: 'BPE',
        unk_token: null,
        fuse_unk: false,
        byte_fallback: false,
        vocab,
        merges: list<string>('merges', 'string'),
      },
    },
  }
}

/**
 * SentencePiece merges whichever neighbours make the token of the highest score, so its scores are the ranks of merges:
 * every token that two others make, the highest first.
 */
function sentencePiece(
  vocab: Readonly<Record<string, number>>,
  scores: readonly number[],
  unknown: string | null,
  spaced: boolean,
): Record<string, unknown> {
  const merges: { pair: [string, string]; score: number }[] = []
  for (const [token, id] of Object.entries(vocab)) {
    const characters = Array.from(token)
    for (let cut = 1; cut < characters.length; cut++) {
      const pair: [string, string] = [characters.slice(0, cut).join(''), characters.slice(cut).join('')]
      if (pair[0] in vocab && pair[1] in vocab) merges.push({ pair, score: scores[id]! })
    }
  }
  const prefix = { type: 'Prepend', prepend: '▁' }
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' }
  return {
    normalizer: { type: 'Sequence', normalizers: spaced ? [prefix, spaces] : [spaces] },
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: unknown,
      fuse_unk: true,
      byte_fallback: true,
      vocab,
      merges: merges.toSorted((a, b) => b.score - a.score).map(({ pair }) => pair),
    },
  }
}
