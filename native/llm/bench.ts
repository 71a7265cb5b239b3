import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Token } from 'node-llama-cpp'
import { benchChat, Q4_BLOCK } from '../../common/model/bench-chat.ts'
import { encodeGguf, gguf, type GgufTensor } from '../trainer/formats/gguf.ts'
import { Random } from '../trainer/random.ts'
import { llama } from './llama.ts'

const PROMPT_TOKENS = 256
const WRITTEN_TOKENS = 48
/** 2⁻⁷ as a half float: weights between −1/16 and 7/128. */
const SCALE = 0x2000

/** Prompt and decode speed of llama.cpp on a model of random weights; what it writes has no meaning. */
export async function* benchLlama(
  options: { readonly folder: string; readonly threads: number; readonly gpu: boolean; readonly repetitions: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<{ prompt: number; decode: number }, Record<never, never>> {
  const file = join(options.folder, `llm-${process.pid}.gguf`)
  await writeFile(file, benchModel())
  const engine = await llama(options.gpu, options.threads)
  const model = await engine.loadModel({ modelPath: file })
  try {
    const context = await model.createContext({
      contextSize: benchChat.context,
      batchSize: 512,
      threads: options.threads,
    })
    const sequence = context.getSequence()
    const prompt = Array.from({ length: PROMPT_TOKENS }, (_, i) => (300 + ((i * 7919) % 7000)) as Token)
    for (let done = 0; done <= options.repetitions; done++) {
      if (signal?.aborted) return {}
      await sequence.clearHistory()
      const begun = performance.now()
      await sequence.evaluateWithoutGeneratingNewTokens(prompt)
      const read = performance.now()
      let count = 0
      for await (const _ of sequence.evaluate([prompt[0]!], { temperature: 0, yieldEogToken: true }))
        if (++count >= WRITTEN_TOKENS || signal?.aborted) break
      // The first round warms up.
      if (done > 0)
        yield { prompt: (PROMPT_TOKENS * 1000) / (read - begun), decode: (count * 1000) / (performance.now() - read) }
    }
  } finally {
    await model.dispose()
    await rm(file, { force: true })
  }
  return {}
}

/** The benchmark's model as a GGUF file. */
export function benchModel(): Uint8Array {
  const { width, layers, heads, keyHeads, inner, vocabulary, context } = benchChat
  const random = new Random('benchmark of llama.cpp')
  const head = width / heads
  const noise = Buffer.alloc(2 ** 20)
  for (let i = 0; i < noise.length; i += 4) noise.writeUInt32LE(random.uint32(), i)
  const quantised = (name: string, shape: readonly [number, number]): GgufTensor => {
    const data = new Uint8Array((shape[0] * shape[1] * Q4_BLOCK.bytes) / Q4_BLOCK.weights)
    for (let at = 0; at < data.length; at += noise.length)
      data.set(noise.subarray(0, Math.min(noise.length, data.length - at)), at)
    for (let at = 0; at < data.length; at += Q4_BLOCK.bytes) {
      data[at] = SCALE & 255
      data[at + 1] = SCALE >> 8
    }
    return { name, shape, type: 'q4_0', data }
  }
  const ones = (name: string): GgufTensor => ({ name, shape: [width], data: new Float32Array(width).fill(1) })
  const tensors = [quantised('token_embd.weight', [vocabulary, width]), ones('output_norm.weight')]
  for (let layer = 0; layer < layers; layer++) {
    const of = (part: string): string => `blk.${layer}.${part}.weight`
    tensors.push(
      ones(of('attn_norm')),
      ones(of('ffn_norm')),
      quantised(of('attn_q'), [width, width]),
      quantised(of('attn_k'), [keyHeads * head, width]),
      quantised(of('attn_v'), [keyHeads * head, width]),
      quantised(of('attn_output'), [width, width]),
      quantised(of('ffn_gate'), [inner, width]),
      quantised(of('ffn_up'), [inner, width]),
      quantised(of('ffn_down'), [width, inner]),
    )
  }
  const special = ['<unk>', '<s>', '</s>']
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`)
  const tokens = [
    ...special,
    ...bytes,
    ...Array.from({ length: vocabulary - special.length - bytes.length }, (_, i) => `▁w${i}`),
  ]
  return encodeGguf(
    {
      'general.architecture': gguf.string('llama'),
      'general.name': gguf.string('benchmark'),
      'general.file_type': gguf.uint32(2),
      'general.quantization_version': gguf.uint32(2),
      'llama.context_length': gguf.uint32(context),
      'llama.embedding_length': gguf.uint32(width),
      'llama.block_count': gguf.uint32(layers),
      'llama.feed_forward_length': gguf.uint32(inner),
      'llama.attention.head_count': gguf.uint32(heads),
      'llama.attention.head_count_kv': gguf.uint32(keyHeads),
      'llama.attention.layer_norm_rms_epsilon': gguf.float32(1e-5),
      'llama.rope.dimension_count': gguf.uint32(head),
      'llama.rope.freq_base': gguf.float32(10_000),
      'llama.vocab_size': gguf.uint32(vocabulary),
      'tokenizer.ggml.model': gguf.string('llama'),
      'tokenizer.ggml.tokens': gguf.strings(tokens),
      'tokenizer.ggml.scores': gguf.float32s(tokens.map((_, i) => -i)),
      // Unknown, control, control, bytes, and words.
      'tokenizer.ggml.token_type': gguf.int32s(tokens.map((_, i) => (i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1))),
      'tokenizer.ggml.bos_token_id': gguf.uint32(1),
      'tokenizer.ggml.eos_token_id': gguf.uint32(2),
      'tokenizer.ggml.unknown_token_id': gguf.uint32(0),
    },
    tensors,
  )
}
