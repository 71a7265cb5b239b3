/** Trains a byte-level BPE tokenizer (Sennrich et al. 2016; GPT-2's bytes) and gives it as tokenizer.json. */
const SPLIT = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+/gu

/** GPT-2's way to show every byte as a printable character. */
function byteCharacters(): string[] {
  const printable = [...Array(256).keys()].filter(
    (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174,
  )
  let extra = 0
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable.includes(byte) ? byte : 256 + extra++))
}

export const specialTokens = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const

export function trainTokenizer(texts: readonly string[], size: number): { tokenizer: unknown; config: unknown } {
  const characters = byteCharacters()
  const words = new Map<string, number>()
  for (const text of texts) for (const [word] of text.matchAll(SPLIT)) words.set(word, (words.get(word) ?? 0) + 1)
  const split = [...words].map(([word, count]) => ({
    parts: [...Buffer.from(word, 'utf8')].map((byte) => characters[byte]!),
    count,
  }))
  const vocabulary = [...characters]
  const merges: string[] = []
  while (vocabulary.length < size - specialTokens.length) {
    const pairs = new Map<string, number>()
    for (const { parts, count } of split)
      for (let i = 0; i + 1 < parts.length; i++)
        pairs.set(`${parts[i]} ${parts[i + 1]}`, (pairs.get(`${parts[i]} ${parts[i + 1]}`) ?? 0) + count)
    const best = [...pairs].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]
    if (!best || best[1] < 2) break
    const [left, right] = best[0].split(' ') as [string, string]
    merges.push(best[0])
    vocabulary.push(left + right)
    for (const item of split) {
      for (let i = 0; i + 1 < item.parts.length; i++)
        if (item.parts[i] === left && item.parts[i + 1] === right) item.parts.splice(i, 2, left + right)
    }
  }
  const added = specialTokens.map((content, i) => ({
    id: vocabulary.length + i,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }))
  const level = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: null,
      pre_tokenizer: level,
      post_processor: level,
      decoder: level,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
        merges,
      },
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: null,
      eos_token: '<|endoftext|>',
      model_max_length: 256,
      chat_template:
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + " +
        "'<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    },
  }
}
