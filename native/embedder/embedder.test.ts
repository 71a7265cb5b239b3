import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeEmbedder } from '../../test/support/embedder.ts'
import { model, node } from '../onnx/writer.ts'
import { Embedder } from './embedder.ts'

const concepts = [
  ['cat', 'Katze', '猫'],
  ['garden', 'Garten'],
  ['train', 'Zug'],
  ['the'],
  ['my'],
  ['is'],
  ['late'],
  ['asleep'],
]
const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
let folder: string
let embedder: Embedder

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-embedder-'))
  embedder = await Embedder.open(await writeEmbedder(join(folder, 'sound'), concepts), 1)
})
afterAll(async () => {
  await embedder[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

test('texts that mean the same point alike, in whatever language', async () => {
  const [cat, katze, mao, train] = await embedder.embed(['my cat', 'my Katze', 'my 猫', 'the train is late'])
  expect(Math.hypot(...cat!)).toBeCloseTo(1, 5)
  for (const other of [katze!, mao!]) expect(cosine(cat!, other)).toBeGreaterThan(0.9)
  expect(cosine(cat!, train!)).toBeLessThan(0.5)
})

test('a text means the same beside longer ones as alone, and in its own place', async () => {
  const texts = ['the garden is asleep', 'cat', Array.from({ length: 300 }, () => 'train').join(' '), 'my garden']
  const together = await embedder.embed(texts)
  for (const [i, text] of texts.entries())
    expect(cosine(together[i]!, (await embedder.embed([text]))[0]!)).toBeGreaterThan(0.99)
})

test('of a text that is too long, its beginning is read; an empty one is no error', async () => {
  const long = Array.from({ length: 2000 }, () => 'cat').join(' ')
  const [whole, beginning, empty] = await embedder.embed([long, Array.from({ length: 510 }, () => 'cat').join(' '), ''])
  expect(cosine(whole!, beginning!)).toBeCloseTo(1, 5)
  expect(Math.hypot(...empty!)).toBeCloseTo(1, 5)
})

const outcome = async (name: string, files: { model?: Uint8Array; tokenizer?: string }) => {
  const at = await writeEmbedder(join(folder, name), concepts)
  if (files.model) await writeFile(join(at, 'model.onnx'), files.model)
  if (files.tokenizer !== undefined) await writeFile(join(at, 'tokenizer.json'), files.tokenizer)
  return Embedder.open(at, 1)
    .then((opened) => opened.embed(['cat']))
    .then(
      () => 'sound',
      (error: { code?: string; message: string }) => `${error.code ?? 'another error'}: ${error.message}`,
    )
}
const ids = (name: string) => ({ name, type: 'int64' as const, dims: ['batch', 'tokens'] })

test('a model that is none is refused in words, before or when it is tried', async () => {
  const sound = await readFile(join(folder, 'sound', 'model.onnx'))
  expect(await outcome('cut', { model: sound.subarray(0, sound.length / 2) })).toMatch(/^MODEL_BROKEN.*model\.onnx/)
  expect(await outcome('text', { model: Buffer.from('<html>Not found</html>') })).toMatch(/^MODEL_BROKEN/)
  expect(
    await outcome('picture', {
      model: model({
        nodes: [node('Identity', ['pixels'], ['out'])],
        initializers: [],
        inputs: [{ name: 'pixels', type: 'float', dims: [1, 3, 8, 8] }],
        outputs: [{ name: 'out', type: 'float', dims: [1, 3, 8, 8] }],
      }),
    }),
  ).toMatch(/^MODEL_UNSUPPORTED.*pixels/)
  const echo = model({
    nodes: [node('Add', ['input_ids', 'attention_mask'], ['out'])],
    initializers: [],
    inputs: ['input_ids', 'attention_mask'].map(ids),
    outputs: [{ name: 'out', type: 'int64', dims: ['batch', 'tokens'] }],
  })
  expect(await outcome('echo', { model: echo })).toMatch(/^MODEL_UNSUPPORTED.*int64\[1, 3\]/)
})

test('a tokenizer that is none, or of another model, is refused in words', async () => {
  expect(await outcome('no json', { tokenizer: 'nothing' })).toMatch(/^MODEL_BROKEN.*tokenizer\.json/)
  expect(await outcome('no tokenizer', { tokenizer: '{"a":1}' })).toMatch(/^MODEL_BROKEN.*tokenizer\.json/)
  const other = await writeEmbedder(join(folder, 'larger'), [
    ...Array.from({ length: 50 }, (_, i) => [`word${i}`]),
    ['cat'],
  ])
  expect(await outcome('foreign', { tokenizer: await readFile(join(other, 'tokenizer.json'), 'utf8') })).toMatch(
    /^MODEL_BROKEN.*model\.onnx/,
  )
})
