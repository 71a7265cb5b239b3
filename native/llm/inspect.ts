import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ModelFacts } from '../../common/model/chat-model.ts'
import { HearthError } from '../../common/errors/index.ts'
import { GgufFile } from '../trainer/formats/gguf.ts'

const KV_BYTES = 2

/**
 * Reads a model's header with a bounds-checked parser, before llama.cpp is given it. @throws HearthError MODEL_BROKEN,
 * MODEL_UNSUPPORTED
 */
export async function inspectModel(file: string): Promise<ModelFacts> {
  const { size } = await stat(file).catch((error: unknown) => {
    throw new HearthError('BAD_INPUT', `there is no file ${file}`, {}, { cause: error })
  })
  const opened = await GgufFile.open(file)
  await opened.close()
  const { metadata, tensors } = opened
  const architecture = metadata.get('general.architecture')
  const refuse = (why: string): never => {
    throw new HearthError('MODEL_BROKEN', `${basename(file)} ${why}`, { file: basename(file) })
  }
  if (metadata.get('general.type') === 'adapter') refuse('is an adapter, not a model')
  if (typeof architecture !== 'string') return refuse('does not say what kind of model it is')
  const number = (key: string): number => {
    const value = Number(metadata.get(`${architecture}.${key}`))
    return Number.isSafeInteger(value) && value > 0 ? value : refuse(`has no sound ${architecture}.${key}`)
  }
  const tokens = metadata.get('tokenizer.ggml.tokens')
  if (!Array.isArray(tokens) || tokens.length === 0) refuse('has no tokenizer')
  // llama.cpp ends the whole process over these.
  else if (new Set(tokens).size !== tokens.length) refuse('names a token twice')
  const [layers, heads, width] = [number('block_count'), number('attention.head_count'), number('embedding_length')]
  const keyHeads =
    metadata.has(`${architecture}.attention.head_count_kv`) &&
    typeof metadata.get(`${architecture}.attention.head_count_kv`) === 'number'
      ? number('attention.head_count_kv')
      : heads
  const headSize = metadata.has(`${architecture}.attention.key_length`)
    ? number('attention.key_length')
    : Math.floor(width / heads)
  return {
    name: String(metadata.get('general.name') ?? basename(file)).slice(0, 200),
    architecture,
    bytes: size,
    parameters: [...tensors.values()].reduce(
      (sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1),
      0,
    ),
    context: number('context_length'),
    layers,
    tokenBytes: 2 * layers * keyHeads * headSize * KV_BYTES,
    hasTemplate: typeof metadata.get('tokenizer.chat_template') === 'string',
  }
}
