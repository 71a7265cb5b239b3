import { basename } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import type { GgufFile } from './gguf.ts'
import { processorOf } from './post-processor.ts'
import { preTokenizerOf, splitterOf } from './gguf-splitters.ts'

/** Types of tokens in GGUF, as llama.cpp numbers them. */
const tokenTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const

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
  const splitName = String(file.metadata.get('tokenizer.ggml.pre') ?? 'default')
  const splitter = kind === 'gpt2' ? splitterOf(splitName) : undefined
  if (kind === 'gpt2' && !splitter) throw unsupported(`its way to split text, ${splitName}, is not supported`)
  const adds = (key: string, otherwise: boolean): boolean => {
    const value = file.metadata.get(`tokenizer.ggml.${key}`)
    return typeof value === 'boolean' ? value : otherwise
  }
  const config = {
    bos_token: tokenAt('bos_token_id'),
    eos_token: tokenAt('eos_token_id'),
    unk_token: tokenAt('unknown_token_id'),
    pad_token: tokenAt('padding_token_id'),
    // What llama.cpp does for this kind where the file does not say.
    add_bos_token: adds('add_bos_token', kind === 'llama' || (splitter?.addsBos ?? false)),
    add_eos_token: adds('add_eos_token', false),
    chat_template: chatTemplatesIn(file),
  }
  const { bos_token: bos, eos_token: eos, add_bos_token: addsBos, add_eos_token: addsEos } = config
  const ends = { before: addsBos && bos !== null ? [bos] : [], after: addsEos && eos !== null ? [eos] : [] }
  const common = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    post_processor: processorOf(ends),
  }
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
  return {
    config,
    tokenizer: {
      ...common,
      normalizer: null,
      pre_tokenizer: splitter ? preTokenizerOf(splitter) : null,
      decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
      model: {
        type: 'BPE',
        unk_token: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: splitter?.ignoreMerges ?? false,
        vocab,
        merges: list<string>('merges', 'string'),
      },
    },
  }
}

/** A model may have several templates: `tokenizer.chat_template` is the default, the others carry their names. */
function chatTemplatesIn({ metadata }: GgufFile): { name: string; template: string }[] | null {
  const PREFIX = 'tokenizer.chat_template'
  const all = [...metadata].flatMap(([key, value]) => {
    if (typeof value !== 'string' || (key !== PREFIX && !key.startsWith(`${PREFIX}.`))) return []
    return [{ name: key === PREFIX ? 'default' : key.slice(PREFIX.length + 1), template: value }]
  })
  return all.length > 0 ? all : null
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
