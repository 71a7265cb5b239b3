import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getLlama, LlamaLogLevel } from 'node-llama-cpp'
import { HearthError } from '../../common/errors/index.ts'
import { TextTokenizer } from '../../native/trainer/data/tokenizer.ts'
import { splitters } from '../../native/trainer/formats/gguf-splitters.ts'
import { encodeGguf, gguf, GgufFile, type TypedValue } from '../../native/trainer/formats/gguf.ts'
import { fixture } from '../../native/trainer/models/llama/fixture.ts'
import { Random } from '../../native/trainer/random.ts'
import { toGguf } from '../../native/trainer/service.ts'
import { writeRandomModel } from '../../test/support/tiny-models.ts'
import { writeTokenizer } from '../../test/support/tokenizers.ts'
import type { Group, Row } from './row.ts'

const TEXTS = 300
/** Between bars, broken ones standing for bars; some are special tokens of one tokenizer or the other. */
const pieces = [
  "dry|the grey| |  |'s|’s|'LL|12345|7|½|é|ñO|ABC|aBc|灯塔|ひら|カナ|한글|नमस्ते|ไทย|🔥|—|x,y",
  '...|/|$+<=>^~|#!|ß|ǅ|ª|٣|\n|\n\n|\t|\r\n|`|<s>|</s>|<mark>|<¦eot_id¦>',
].flatMap((list) => list.split('|').map((piece) => piece.replaceAll('¦', '|')))

/** A tokenizer's metadata under every name that llama.cpp has for a way to split text. */
function named(metadata: ReadonlyMap<string, unknown>, name: string): Record<string, TypedValue> {
  const texts = (key: string) => {
    const value = metadata.get(key)
    return gguf.strings(Array.isArray(value) ? value.map(String) : [])
  }
  const types = metadata.get('tokenizer.ggml.token_type')
  return {
    'general.architecture': gguf.string('llama'),
    'tokenizer.ggml.model': gguf.string('gpt2'),
    'tokenizer.ggml.pre': gguf.string(name),
    'tokenizer.ggml.tokens': texts('tokenizer.ggml.tokens'),
    'tokenizer.ggml.merges': texts('tokenizer.ggml.merges'),
    'tokenizer.ggml.token_type': gguf.int32s(Array.isArray(types) ? types.map(Number) : []),
    'tokenizer.ggml.bos_token_id': gguf.uint32(Number(metadata.get('tokenizer.ggml.bos_token_id'))),
    'tokenizer.ggml.eos_token_id': gguf.uint32(Number(metadata.get('tokenizer.ggml.eos_token_id'))),
    ...Object.fromEntries(
      ['vocab_size', 'context_length', 'embedding_length', 'block_count', 'feed_forward_length'].map((key) => [
        `llama.${key}`,
        gguf.uint32(Number(metadata.get(`llama.${key}`))),
      ]),
    ),
    'llama.attention.head_count': gguf.uint32(4),
    'llama.attention.layer_norm_rms_epsilon': gguf.float32(1e-5),
  }
}

/** Pieces by chance, of which each is made of two others, with scores by chance. */
function sentencePiece(random: Random, more: Record<string, TypedValue>): Record<string, TypedValue> {
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`)
  const made = new Set('▁dryetghabcLSx,.7é灯塔'.split(''))
  while (made.size < 200) {
    const known = [...made]
    made.add((known[random.below(known.length)] ?? '') + (known[random.below(Math.min(known.length, 40))] ?? ''))
  }
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...made, '<mark>']
  const types = tokens.map((token, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : token === '<mark>' ? 4 : 1))
  const sizes = { vocab_size: tokens.length, context_length: 64, embedding_length: 64, block_count: 2 }
  return {
    'general.architecture': gguf.string('llama'),
    'tokenizer.ggml.model': gguf.string('llama'),
    'tokenizer.ggml.tokens': gguf.strings(tokens),
    'tokenizer.ggml.scores': gguf.float32s(tokens.map((_, id) => (id < 259 ? 0 : -random.below(1 << 20)))),
    'tokenizer.ggml.token_type': gguf.int32s(types),
    'tokenizer.ggml.bos_token_id': gguf.uint32(1),
    'tokenizer.ggml.eos_token_id': gguf.uint32(2),
    ...Object.fromEntries(Object.entries(sizes).map(([key, value]) => [`llama.${key}`, gguf.uint32(value)])),
    'llama.feed_forward_length': gguf.uint32(64),
    'llama.attention.head_count': gguf.uint32(4),
    'llama.attention.layer_norm_rms_epsilon': gguf.float32(1e-5),
    ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`tokenizer.ggml.${key}`, value])),
  }
}

/** Tokens of random texts, split in every way that is known here, against llama.cpp. */
export const ggufTokenizers: Group = {
  name: 'GGUF tokenizers',
  packages: [],
  async rows(_, folder) {
    const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.disabled, maxThreads: 1 })
    const base = join(folder, 'base')
    await mkdir(base, { recursive: true })
    await writeRandomModel(base, { ...fixture.config, vocab_size: 512 })
    await writeTokenizer(base, 'llama3')
    await toGguf(base, join(folder, 'base.gguf'))
    const file = await GgufFile.open(join(folder, 'base.gguf'))
    await file.close()
    const random = new Random('splitters')
    const texts = Array.from({ length: TEXTS }, () =>
      Array.from({ length: 1 + random.below(8) }, () => pieces[random.below(pieces.length)] ?? '').join(''),
    )
    const cases = [
      ...splitters.flatMap(({ names }) => names.map((name) => [name, named(file.metadata, name)] as const)),
      ['SentencePiece', sentencePiece(random, {})] as const,
      ['SentencePiece, no blank before', sentencePiece(random, { add_space_prefix: gguf.bool(false) })] as const,
    ]
    const rows: Row[] = []
    for (const [name, metadata] of cases) {
      const path = join(folder, `${name}.gguf`)
      await writeFile(path, encodeGguf(metadata, [{ name: 'none', shape: [1], data: new Float32Array(1) }]))
      const row = { name, difference: null, lossDifference: null }
      try {
        const own = await TextTokenizer.open(path)
        await using model = await llama.loadModel({ modelPath: path, vocabOnly: true, gpuLayers: 0 })
        const theirs = (text: string) => model.tokenize(text, true).join()
        const wrong = texts.filter((text) => own.encode(text).join() !== theirs(text))
        const [first = ''] = wrong
        const words = `${wrong.length} of ${TEXTS} texts: ${JSON.stringify(first)} has the tokens ${theirs(first)}`
        rows.push({ ...row, outcome: wrong.length === 0 ? 'equal' : 'SILENT', words: wrong.length === 0 ? '' : words })
      } catch (error) {
        rows.push({ ...row, outcome: 'refused', words: error instanceof HearthError ? error.message : String(error) })
      }
    }
    return rows
  },
}
