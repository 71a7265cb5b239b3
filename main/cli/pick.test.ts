import { expect, test } from 'vitest'
import { pick } from './pick.ts'

const models = [
  { id: 'smollm2-135m', name: 'SmolLM2' },
  { id: 'smollm2-360m', name: 'SmolLM2' },
  { id: 'qwen3-0.6b', name: 'Qwen3' },
  { id: 'qwen3', name: 'An older one' },
]
const model = (wanted: string) => pick('model', models, wanted, ({ id, name }) => [id, name])

test('an id, a name, or the beginning of either that no other has, means an item, whatever its case', () => {
  expect(model('smollm2-135m')).toBe(models[0])
  expect(model('SMOLLM2-3')).toBe(models[1])
  expect(model('an older')).toBe(models[3])
})

test('what is exactly a name is not the beginning of a longer one', () => {
  expect(() => model('qwen3')).toThrow('several models are called qwen3: qwen3-0.6b Qwen3, qwen3 An older one')
  expect(pick('model', models.slice(3), 'qwen3', ({ id }) => [id])).toBe(models[3])
  const sources = [{ name: 'chat' }, { name: 'chats of 2020' }]
  expect(pick('source', sources, 'chat', ({ name }) => [name])).toBe(sources[0])
})

test('what several may mean is answered with the candidates, and what nothing means with all there are', () => {
  expect(() => model('smol')).toThrow('several models are called smol: smollm2-135m SmolLM2, smollm2-360m SmolLM2')
  expect(() => model('llama')).toThrow(/^there is no model called llama; there are smollm2-135m SmolLM2, /)
  expect(() => model('')).toThrow('there is no model called ')
  expect(() => pick('model', [], 'llama', () => [])).toThrow('there is no model called llama; there are none')
})
