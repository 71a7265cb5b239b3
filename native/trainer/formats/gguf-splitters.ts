import * as z from 'zod'

/** Words of GPT-2, as a ByteLevel pre-tokenizer splits by itself. */
export const BYTE_LEVEL_WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
/** Words of Llama 3, Qwen 2 and others, which differ in their numbers. */
const words = (digits: string): string =>
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}` +
  String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
const [UPPER, LOWER] = [String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`]
const ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
const BEFORE = String.raw`[^\r\n\p{L}\p{N}]?`
const AFTER = String.raw`| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
/** Words that begin with capitals, of GPT-4o and Tekken; llama.cpp tells only a to z from A to Z. */
const cased = (upper: string, lower: string, endings: string, digits: string): string =>
  `${BEFORE}${upper}*${lower}+${endings}|${BEFORE}${upper}+${lower}*${endings}|${digits}${AFTER}`
const [NOT_LOWER, NOT_UPPER] = [String.raw`((?=[\p{L}])([^a-z]))`, String.raw`((?=[\p{L}])([^A-Z]))`]
const DEEPSEEK =
  String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_${'`'}{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+` +
  String.raw`| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

/** A way to split text before the merges, by llama.cpp's names (llama-vocab.cpp). */
export interface Splitter {
  /** The first is written; all are read. */
  readonly names: readonly string[]
  /** Patterns that split one after the other, as tokenizer.json has them. */
  readonly patterns: readonly string[]
  /** llama.cpp's own, where they are others. */
  readonly own?: readonly string[]
  /** Whether a word that is a token is taken whole, whatever the merges make of it. */
  readonly ignoreMerges?: boolean
  /** Whether a text begins with the token for it where the file does not say. */
  readonly addsBos?: boolean
}

export const splitters: readonly Splitter[] = [
  {
    names: (
      'gpt-2 phi-2 jina-es jina-de jina-v2-es jina-v2-de gigachat a.x-4.0 mellum modern-bert mpt olmo jais ' +
      'trillion granite-docling exaone4'
    ).split(' '),
    patterns: [BYTE_LEVEL_WORDS],
  },
  {
    names: ['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    patterns: [String.raw`\p{N}`, BYTE_LEVEL_WORDS],
  },
  {
    names: 'qwen2 deepseek-r1-qwen kormo f2llmv2 megrez stablelm2 hunyuan solar-open grok-2'.split(' '),
    patterns: [words(String.raw`\p{N}`)],
  },
  {
    names: 'llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano'.split(' '),
    patterns: [words(String.raw`\p{N}{1,3}`)],
    ignoreMerges: true,
    addsBos: true,
  },
  { names: ['smaug-bpe', 'dbrx', 'glm4', 'chatglm-bpe'], patterns: [words(String.raw`\p{N}{1,3}`)] },
  {
    names: ['qwen35'],
    patterns: [
      String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}` +
        String.raw`| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
    ],
  },
  {
    names: ['gpt-4o', 'llama4', 'kanana2', 'talkie', 'minimax-m2'],
    patterns: [cased(UPPER, LOWER, ENDINGS, String.raw`\p{N}{1,3}`)],
    own: [cased(NOT_LOWER, NOT_UPPER, ENDINGS, String.raw`\p{N}{1,3}`)],
  },
  {
    names: ['tekken'],
    patterns: [cased(UPPER, LOWER, '', String.raw`\p{N}`)],
    own: [cased(NOT_LOWER, NOT_UPPER, '', String.raw`\p{N}`)],
    ignoreMerges: true,
    addsBos: true,
  },
  {
    names: ['seed-coder'],
    patterns: [
      String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}` +
        String.raw`| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+`,
    ],
  },
  {
    names: ['bailingmoe', 'bailingmoe2', 'llada-moe'],
    patterns: [
      String.raw`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}` +
        String.raw`| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`,
    ],
    own: [
      String.raw`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}` +
        String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`,
    ],
  },
  {
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm', 'hy_v4'],
    patterns: [String.raw`\p{N}{1,3}`, '[一-龥぀-ゟ゠-ヿ]+', DEEPSEEK],
  },
  {
    names: ['minicpm5'],
    patterns: [String.raw`\p{N}{1,3}`, words(String.raw`\p{N}+`)],
    ignoreMerges: true,
  },
  {
    names: ['default'],
    patterns: [String.raw`[\p{P}$+<=>^~|]+`, BYTE_LEVEL_WORDS, String.raw`\p{N}+`, '[0-9][0-9][0-9]'],
  },
  { names: ['falcon'], patterns: [String.raw`[\p{P}$+<=>^~|${'`'}]+`, BYTE_LEVEL_WORDS, '[0-9][0-9][0-9]'] },
]

const Step = z.looseObject({
  type: z.string(),
  pretokenizers: z.array(z.unknown()).optional(),
  pattern: z.looseObject({ Regex: z.string() }).optional(),
  behavior: z.string().optional(),
  invert: z.boolean().optional(),
  individual_digits: z.boolean().optional(),
  add_prefix_space: z.boolean().optional(),
  use_regex: z.boolean().optional(),
})

/** The patterns that a pre-tokenizer of tokenizer.json splits at, one after the other; null where it does more. */
function patternsOf(value: unknown): readonly string[] | null {
  const { data: step } = Step.safeParse(value)
  switch (step?.type) {
    case 'Sequence': {
      const parts = (step.pretokenizers ?? []).map(patternsOf)
      return parts.includes(null) ? null : parts.flatMap((part) => part ?? [])
    }
    case 'Digits':
      return step.individual_digits ? [String.raw`\p{N}`] : null
    case 'ByteLevel':
      return step.add_prefix_space ? null : step.use_regex === false ? [] : [BYTE_LEVEL_WORDS]
    case 'Split': {
      const plain = step.behavior === 'Isolated' && step.invert !== true && step.pattern
      // Some files have the line breaks themselves, others write them as escapes.
      return plain ? [plain.Regex.replaceAll('\r', String.raw`\r`).replaceAll('\n', String.raw`\n`)] : null
    }
    default:
      return null
  }
}

/** llama.cpp's name for a byte-level pre-tokenizer; null where it has none that does exactly the same. */
export function splitterName(preTokenizer: unknown, ignoreMerges: boolean): string | null {
  if (!JSON.stringify(preTokenizer ?? null).includes('"ByteLevel"')) return null
  const patterns = patternsOf(preTokenizer)
  const found = splitters.find(
    (splitter) =>
      (splitter.ignoreMerges ?? false) === ignoreMerges &&
      JSON.stringify(splitter.patterns) === JSON.stringify(patterns),
  )
  return found?.names[0] ?? null
}

/** What llama.cpp does by a name; undefined for one that is not followed here. */
export const splitterOf = (name: string): Splitter | undefined => splitters.find(({ names }) => names.includes(name))

/** A splitter as tokenizer.json writes it. */
export function preTokenizerOf({ patterns, own = patterns }: Splitter): object {
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false }
  const splits = own.map((pattern) => ({
    type: 'Split',
    pattern: { Regex: pattern },
    behavior: 'Isolated',
    invert: false,
  }))
  return { type: 'Sequence', pretokenizers: [...splits, bytes] }
}
