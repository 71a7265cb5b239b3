import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { until } from '../support/market.ts'
import { World, type HearthProcess } from '../support/processes.ts'

const PATIENCE_MS = 120_000
const MESSAGES = 25_000
const options = {
  name: 'Chat',
  licence: 'cc-by-4.0',
  format: 'jsonl' as const,
  shares: { train: 1, validation: 0, test: 0 },
  seed: '1',
}
let world: World
let rpcUrl: string
let host: HearthProcess
let dataset: string

const row = async (api: Api) => (await api.data.overview({})).datasets.find(({ id }) => id === dataset)!
const files = (): Promise<string[]> => readdir(join(host.dataDir, 'datasets', dataset))
const read = (file: string): Promise<Buffer> => readFile(join(host.dataDir, 'datasets', dataset, file))
const hiding = async (api: Api, word: string) => ({ ...(await row(api)).choices, hide: [word] })
const midway = (api: Api, type: string) =>
  until(
    `the middle of ${type}`,
    async () =>
      (await api.tasks.list({})).find(
        (task) => task.type === type && task.state === 'running' && (task.progress?.done ?? 0) > 0,
      ),
    PATIENCE_MS,
  )
async function again(): Promise<Api> {
  await host.kill('SIGKILL')
  host = await world.serve('owner', rpcUrl)
  return world.api(host)
}

/** Brings a chat of many messages, each with a number to hide. */
async function bring(api: Api, name: string) {
  const upload = randomUUID()
  const lines = Array.from(
    { length: MESSAGES },
    (_, i) => `0${1 + (i % 9)}/0${1 + (i % 8)}/2021, 10:00 - Ben: hello ${i}, call 030 ${1_000_000 + i}\n`,
  )
  const chunk = Buffer.from(lines.join('')).toString('base64')
  await api.training.putData({ upload, name: 'chat.txt', first: true, chunk })
  return api.data.create({ name, upload, format: null, dateOrder: 'dmy', country: 'DE' })
}

beforeAll(async () => {
  world = new World()
  rpcUrl = (await world.chain()).ready.rpcUrl!
  host = await world.serve('owner', rpcUrl)
  dataset = (await bring(await world.api(host), 'Chat')).id
}, 240_000)
afterAll(() => world[Symbol.asyncDispose]())

test('a cleaning that is cancelled leaves what was cleaned before', async () => {
  const api = await world.api(host)
  const [before, cleaned, changes] = [await row(api), await read('cleaned.jsonl'), await read('changes.jsonl')]
  const choosing = api.data.choose({ id: dataset, choices: await hiding(api, 'hello') })
  const ended = expect(choosing).rejects.toMatchObject({ code: 'ABORTED' })
  const task = await midway(api, 'dataset-cleaning')
  expect(task).toMatchObject({ name: 'Chat', pausable: false, known: true, progress: { unit: 'items' } })
  await api.tasks.cancel({ id: task.id })
  await ended
  expect(await row(api)).toEqual(before)
  expect((await read('cleaned.jsonl')).equals(cleaned)).toBe(true)
  expect((await read('changes.jsonl')).equals(changes)).toBe(true)
  expect(await files()).not.toContain('work')
}, 240_000)

test('an import that is cancelled while it is cleaned leaves nothing behind', async () => {
  const api = await world.api(host)
  const ended = expect(bring(api, 'Second')).rejects.toMatchObject({ code: 'ABORTED' })
  const task = await until(
    'its cleaning',
    async () =>
      (await api.tasks.list({})).find(({ name, progress }) => name === 'Second' && progress?.step === 'cleaning'),
    PATIENCE_MS,
  )
  await api.tasks.cancel({ id: task.id })
  await ended
  expect((await api.data.overview({})).datasets.map(({ id }) => id)).toEqual([dataset])
  expect(await readdir(join(host.dataDir, 'datasets'))).toEqual([dataset])
}, 240_000)

test('a cleaning over which the app was killed begins again, and what is said and the files agree', async () => {
  let api = await world.api(host)
  api.data.choose({ id: dataset, choices: await hiding(api, 'hello') }).catch(() => {})
  const { id } = await midway(api, 'dataset-cleaning')
  api = await again()
  const done = await until(
    'the cleaned dataset',
    async () => (await api.tasks.list({})).find((task) => task.id === id && task.state === 'done'),
    PATIENCE_MS,
  )
  expect(done.name).toBe('Chat')
  expect((await row(api)).choices.hide).toEqual(['hello'])
  expect((await read('cleaned.jsonl')).toString('utf8')).not.toContain('hello')
  expect(await files()).not.toContain('work')
  // The next one takes its place in the list.
  await api.data.choose({ id: dataset, choices: await hiding(api, 'call') })
  expect((await api.tasks.list({})).filter(({ type }) => type === 'dataset-cleaning')).toHaveLength(1)
}, 240_000)

test('an export that is cancelled leaves the one before, and one that was cut off by a kill is made', async () => {
  let api = await world.api(host)
  const first = await api.data.export({ id: dataset, request: options })
  expect(first.splits.train).toBe(MESSAGES)
  const card = await read('export/README.md')
  const exporting = api.data.export({ id: dataset, request: { ...options, name: 'Another' } })
  const ended = expect(exporting).rejects.toMatchObject({ code: 'ABORTED' })
  await api.tasks.cancel({ id: (await midway(api, 'dataset-export')).id })
  await ended
  expect((await read('export/README.md')).equals(card)).toBe(true)
  expect(await files()).not.toContain('work')

  api.data.export({ id: dataset, request: { ...options, name: 'Another' } }).catch(() => {})
  const { id } = await midway(api, 'dataset-export')
  api = await again()
  await until(
    'the export',
    async () => (await api.tasks.list({})).find((task) => task.id === id && task.state === 'done'),
    PATIENCE_MS,
  )
  expect((await read('export/README.md')).toString('utf8')).toContain('Another')
  expect(await files()).not.toContain('work')
}, 240_000)
