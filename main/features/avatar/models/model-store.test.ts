import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ModelFacts } from '../../../../common/model/chat-model.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { contextFor } from './engine-options.ts'
import { ModelStore, SHIPPED } from './model-store.ts'

const facts: ModelFacts = {
  name: 'tiny',
  architecture: 'llama',
  bytes: 4,
  parameters: 10,
  context: 4096,
  layers: 2,
  tokenBytes: 1024,
  hasTemplate: true,
}
let folder: string
let store: ModelStore
const inspect = (file: string): Promise<ModelFacts> =>
  file.includes('broken') ? Promise.reject(new HearthError('MODEL_BROKEN', 'not a model')) : Promise.resolve(facts)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-models-'))
  store = new ModelStore({ folder: join(folder, 'models'), inspect })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('the shipped model is always there, and is not deleted', async () => {
  expect((await store.list()).map(({ id, shipped }) => ({ id, shipped }))).toEqual([{ id: SHIPPED, shipped: true }])
  await expect(store.remove(SHIPPED)).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

test('a file is copied with its hash, once, and its own stays where it is', async () => {
  const reported: number[] = []
  const model = await store.take(file('a.gguf', 'weights'), 'Mine', (bytes, of) => reported.push(bytes / of))
  expect(model).toMatchObject({ name: 'Mine', shipped: false, quarantined: null })
  expect(model.hash).toBe(createHash('sha256').update('weights').digest('hex'))
  expect(reported.at(-1)).toBe(1)
  expect((await store.take(file('b.gguf', 'weights'), null, () => {})).id).toBe(model.id)
  expect(await store.list()).toHaveLength(2)
  expect(existsSync(join(folder, 'a.gguf'))).toBe(true)
  expect(readdirSync(join(folder, 'models')).toSorted()).toEqual([`${model.id}.gguf`, 'models.json'].toSorted())
  // Another Hearth finds it.
  expect((await new ModelStore({ folder: join(folder, 'models'), inspect }).get(model.id)).file).toBe(
    join(folder, 'models', `${model.id}.gguf`),
  )
  await store.remove(model.id)
  await expect(store.get(model.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(readdirSync(join(folder, 'models'))).toEqual(['models.json'])
})

test('a model in several files is one model, which comes and goes whole', async () => {
  const split = new ModelStore({
    folder: join(folder, 'models'),
    inspect: (path) =>
      path.endsWith('-00001-of-00002.gguf') ? Promise.resolve({ ...facts, files: 2 }) : inspect(path),
  })
  const first = file('big-00001-of-00002.gguf', 'first')
  file('big-00002-of-00002.gguf', 'second')
  const reported: number[] = []
  const model = await split.take(first, null, (bytes, of) => reported.push(bytes / of))
  expect(reported.at(-1)).toBe(1)
  expect(model.file).toBe(join(folder, 'models', `${model.id}-00001-of-00002.gguf`))
  expect(readFileSync(model.file.replace('00001', '00002'), 'utf8')).toBe('second')
  expect((await split.take(first, null, () => {})).id).toBe(model.id)
  expect(readdirSync(join(folder, 'models'))).toHaveLength(3)
  await split.remove(model.id)
  expect(readdirSync(join(folder, 'models'))).toEqual(['models.json'])
})

test('what is no model is refused before anything is copied', async () => {
  await expect(store.take(file('broken.gguf', 'noise'), null, () => {})).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  expect(existsSync(join(folder, 'models'))).toBe(false)
})

test('a model that was set aside says why, until it is tried again', async () => {
  const { id } = await store.take(file('a.gguf', 'weights'), null, () => {})
  await store.quarantine(id, 'the engine died of it')
  expect((await store.get(id)).quarantined).toBe('the engine died of it')
  await store.quarantine(id, null)
  expect((await store.get(id)).quarantined).toBe(null)
})

test('a damaged list of models is an empty one, and a file that is gone is no model', async () => {
  const { id, file: path } = await store.take(file('a.gguf', 'weights'), null, () => {})
  rmSync(path)
  await expect(store.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  writeFileSync(join(folder, 'models', 'models.json'), '{')
  expect(await store.list()).toHaveLength(1)
})

test('a context is as long as the model was trained on and the memory allows', () => {
  const model = { id: 'x', name: 'x', file: 'x', hash: '0'.repeat(64), shipped: false, quarantined: null, facts }
  expect(contextFor(model, 2 ** 40)).toBe(4096)
  expect(contextFor(model, 2 * 1024 * 1000)).toBe(768)
  expect(contextFor(model, 0)).toBe(256)
  expect(contextFor({ ...model, facts: { ...facts, context: 262_144 } }, 2 ** 40)).toBe(8192)
})
