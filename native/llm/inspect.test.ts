import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeGguf, gguf, type GgufTensor, type TypedValue } from '../trainer/formats/gguf.ts'
import { ggmlTypes, type GgmlType } from '../trainer/formats/ggml-types.ts'
import { inspectModel } from './inspect.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-inspect-'))
afterAll(() => rm(root, { recursive: true }))

const header = (architecture: string, more: Record<string, TypedValue> = {}): Record<string, TypedValue> => ({
  'general.architecture': gguf.string(architecture),
  [`${architecture}.block_count`]: gguf.uint32(2),
  [`${architecture}.embedding_length`]: gguf.uint32(64),
  [`${architecture}.context_length`]: gguf.uint32(512),
  [`${architecture}.attention.head_count`]: gguf.uint32(4),
  'tokenizer.ggml.tokens': gguf.strings(['a', 'b']),
  ...more,
})
const tensor = (type: GgmlType): GgufTensor => ({
  name: type,
  shape: [1, ggmlTypes[type].elements],
  type,
  data: new Uint8Array(ggmlTypes[type].bytes),
})

describe('the header of a model to chat with', () => {
  const inspect = async (name: string, metadata: Record<string, TypedValue>, tensors = [tensor('q8_0')]) => {
    await writeFile(join(root, name), encodeGguf(metadata, tensors))
    return inspectModel(join(root, name))
  }

  test.each(['q4_1', 'q5_k', 'iq1_s', 'iq4_xs', 'mxfp4', 'tq2_0', 'nvfp4'] as const)(
    'is taken with weights as %s, which llama.cpp runs',
    async (type) => {
      const facts = await inspect(`${type}.gguf`, header('llama'), [tensor(type)])
      expect(facts).toMatchObject({ architecture: 'llama', parameters: ggmlTypes[type].elements, tokenBytes: 512 })
      expect(facts.unknown).toBeUndefined()
    },
  )

  test('says what this llama.cpp may not know', async () => {
    expect(await inspect('new.gguf', header('tomorrow'), [tensor('q1_0')])).toMatchObject({
      unknown: ['architecture tomorrow', 'tensor type q1_0'],
    })
  })

  test('may count heads layer by layer, or have none', async () => {
    const heads = { 'lfm2.attention.head_count_kv': gguf.int32s([0, 2]) }
    expect(await inspect('layers.gguf', header('lfm2', heads))).toMatchObject({ tokenBytes: 2 * 2 * 16 * 2 })
    const { 'mamba.attention.head_count': _, ...none } = header('mamba')
    expect(await inspect('none.gguf', none)).toMatchObject({ tokenBytes: 0 })
  })

  test.each<[string, Record<string, TypedValue>]>([
    ['adapter', header('llama', { 'general.type': gguf.string('adapter') })],
    ['pictures', header('clip')],
    ['width', header('llama', { 'llama.embedding_length': gguf.string('wide') })],
    ['tokens', header('llama', { 'tokenizer.ggml.tokens': gguf.strings(['a', 'a']) })],
  ])('is refused for its %s', async (name, metadata) => {
    await expect(inspect(`${name}.gguf`, metadata)).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  })
})
