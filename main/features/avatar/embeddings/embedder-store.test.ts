import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HearthError } from '../../../../common/errors/index.ts'
import { writeEmbedder } from '../../../../test/support/embedder.ts'
import { serveHub, type Said } from '../../../../test/support/hub.ts'
import { offered } from './catalogue.ts'
import { EmbedderStore } from './embedder-store.ts'

let folder: string
let source: string
let store: EmbedderStore
let unsound: HearthError | null
const signal = new AbortController().signal

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-embedders-'))
  source = await writeEmbedder(join(folder, 'tiny-e5'), [['cat']])
  unsound = null
  store = new EmbedderStore({
    folder: join(folder, 'kept'),
    inspect: (at) =>
      unsound ? Promise.reject(unsound) : Promise.resolve({ dimensions: existsSync(join(at, 'model.onnx')) ? 64 : 0 }),
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hubOf = (said?: (file: string) => Said) =>
  serveHub(
    {
      [`${offered.repo}/${offered.model}`]: readFileSync(join(source, 'model.onnx')),
      [`${offered.repo}/${offered.tokenizer}`]: readFileSync(join(source, 'tokenizer.json')),
    },
    said,
  )
const broken = new HearthError('MODEL_BROKEN', 'not sound')

test('a folder is copied, checked and found again', async () => {
  const notified: number[] = []
  const taken = await store.take(source, (bytes) => notified.push(bytes))
  expect(taken).toMatchObject({
    name: 'tiny-e5',
    dimensions: 64,
    query: 'query: ',
    passage: 'passage: ',
    bytes: notified.at(-1),
  })
  rmSync(source, { recursive: true })
  expect(await store.current()).toEqual(taken)
  expect(readdirSync(taken.folder).toSorted()).toEqual(['model.onnx', 'tokenizer.json'])
})

test('a folder without a model, or with one that is none, leaves what was there', async () => {
  await expect(store.take(folder, () => {})).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining('no model.onnx') as string,
  })
  expect(await store.current()).toBeNull()
  const before = await store.take(source, () => {})
  unsound = broken
  const other = await writeEmbedder(join(folder, 'other'), [['dog'], ['cat']])
  await expect(store.take(other, () => {})).rejects.toBe(broken)
  expect(await store.current()).toEqual(before)
  expect(readdirSync(join(folder, 'kept'))).not.toContain('new')
})

test('the offered model is looked up and fetched by what the hub says of its files', async () => {
  await using hub = await hubOf()
  const { bytes } = await store.lookUp(hub.url)
  const fetched = await store.fetch(hub.url, () => {}, signal)
  expect(fetched).toMatchObject({ name: offered.name, bytes, hash: hub.sha256 })
  expect(readFileSync(join(fetched.folder, 'model.onnx')).equals(readFileSync(join(source, 'model.onnx')))).toBe(true)
  // Nothing else stays beside it.
  expect(readdirSync(join(folder, 'kept')).toSorted()).toEqual([fetched.hash.slice(0, 32), 'embedder.json'].toSorted())
})

test('a fetch that breaks off goes on behind what came, and nothing half is taken for a model', async () => {
  let away = true
  await using hub = await hubOf((file) => (away && file.endsWith('tokenizer.json') ? { stored: 503 } : {}))
  await expect(store.fetch(hub.url, () => {}, signal)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
  expect(await store.current()).toBeNull()
  const network = readFileSync(join(folder, 'kept', `${hub.sha256}.part`)).length
  away = false
  const notified: number[] = []
  await store.fetch(hub.url, (bytes) => notified.push(bytes), signal)
  expect(Math.min(...notified)).toBeGreaterThan(network)
  expect(await store.current()).toMatchObject({ hash: hub.sha256 })
})

test('another takes the place of the one before; a damaged note or a missing file is no model', async () => {
  const before = await store.take(source, () => {})
  const after = await store.take(await writeEmbedder(join(folder, 'other'), [['dog'], ['cat']]), () => {})
  expect(existsSync(before.folder)).toBe(false)
  writeFileSync(join(folder, 'kept', 'embedder.json'), '{"hash":"../../etc"}')
  expect(await store.current()).toBeNull()
  const { folder: at, ...note } = after
  writeFileSync(join(folder, 'kept', 'embedder.json'), JSON.stringify(note))
  expect(await store.current()).toEqual(after)
  rmSync(join(at, 'tokenizer.json'))
  expect(await store.current()).toBeNull()
})
