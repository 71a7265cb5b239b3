import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { resourcePath } from '../../main/core/resources.ts'
import { until } from '../support/market.ts'
import { writePhoto } from '../support/media.ts'
import { World, type HearthProcess } from '../support/processes.ts'

const PATIENCE_MS = 60_000
const FILES = 150
let world: World
let rpcUrl: string
let host: HearthProcess
let pictures: (readonly [name: string, content: Buffer])[]

async function hand(api: Api, files: Iterable<readonly [name: string, content: Buffer]>): Promise<string> {
  const upload = randomUUID()
  for (const [name, content] of files)
    await api.training.putData({ upload, name, first: true, chunk: content.toString('base64') })
  return upload
}
const uploads = (): Promise<string[]> => readdir(join(host.dataDir, 'uploads')).catch(() => [])
async function again(): Promise<Api> {
  await host.kill('SIGKILL')
  host = await world.serve('owner', rpcUrl)
  return world.api(host)
}

beforeAll(async () => {
  world = new World()
  rpcUrl = (await world.chain()).ready.rpcUrl!
  host = await world.serve('owner', rpcUrl)
  const folder = await mkdtemp(join(tmpdir(), 'hearth-imports-'))
  pictures = await Promise.all(
    Array.from({ length: FILES }, async (_, i) => {
      const file = join(folder, `${i}.jpg`)
      await writePhoto(file, file)
      return [`${i}.jpg`, await readFile(file)] as const
    }),
  )
  await rm(folder, { recursive: true })
})
afterAll(() => world[Symbol.asyncDispose]())

test(
  'what was being brought when the app was killed is brought when it starts again, and nothing stays in the ' +
    'uploads but what is still read',
  async () => {
    let api = await world.api(host)
    const run = await api.training.create({
      name: 'Letters',
      base: resourcePath('demo', 'model'),
      uploads: [await hand(api, [['letters.txt', Buffer.from('a letter\n'.repeat(500))]])],
      demoData: false,
      preset: 'fast',
      method: 'lora',
      sequenceLength: 64,
      classify: false,
    })
    await hand(api, [['forgotten.txt', Buffer.from('nobody asked for this')]])
    const collecting = api.data.collect({ name: 'Garden', upload: await hand(api, pictures) })
    collecting.catch(() => {})
    const cut = await until(
      'some pictures',
      async () => (await api.data.overview({})).tasks.find(({ step, items }) => step === 'collecting' && items > 3),
      PATIENCE_MS,
    )
    expect(cut.items).toBeLessThan(FILES)
    expect(await uploads()).toHaveLength(3)

    api = await again()
    const [collection] = await until(
      'the collection',
      async () => {
        const { collections } = await api.data.overview({})
        return collections.length > 0 ? collections : null
      },
      PATIENCE_MS,
    )
    expect(collection).toMatchObject({ name: 'Garden', leaving: { items: FILES } })
    await until('the sweep', async () => (await uploads()).length === 1, PATIENCE_MS)
    expect(await readdir(join(host.dataDir, 'uploads', (await uploads())[0]!))).toEqual(['letters.txt'])
    expect((await api.training.runs({})).map(({ id }) => id)).toContain(run.id)
    expect(await api.data.overview({})).toMatchObject({ tasks: [], failed: null })
  },
  240_000,
)

test('an import that is cancelled leaves nothing behind', async () => {
  const api = await world.api(host)
  const before = await api.data.overview({})
  const upload = await hand(api, pictures)
  const collecting = api.data.collect({ name: 'Shed', upload })
  const ended = expect(collecting).rejects.toMatchObject({ code: 'ABORTED' })
  const task = await until(
    'the task',
    async () =>
      (await api.tasks.list()).find(({ name, progress }) => name === 'Shed' && (progress?.done ?? 0) > 3) ?? null,
    PATIENCE_MS,
  )
  expect(task).toMatchObject({ type: 'collection-import', state: 'running', pausable: false, known: true })
  await expect(api.tasks.pause({ id: task.id })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await api.tasks.cancel({ id: task.id })
  await ended
  const after = await api.data.overview({})
  expect([after.collections, after.tasks]).toEqual([before.collections, []])
  expect((await api.tasks.list()).map(({ name }) => name)).not.toContain('Shed')
  expect(await uploads()).not.toContain(upload)
}, 120_000)

test('what had been read when the app was killed is not read again', async () => {
  const before = await world.api(host)
  const { id: dataset } = await before.data.create({
    name: 'Sample',
    upload: null,
    format: null,
    dateOrder: null,
    country: 'DE',
  })
  const [collection] = (await before.data.overview({})).collections
  await host.kill('SIGKILL')
  const db = new Database(join(host.dataDir, 'hearth.db'))
  const left = db.prepare(
    `insert or replace into jobs (id, kind, name, state, payload, attempts, created, updated) values (?, ?, '', ` +
      `'running', ?, 1, 0, 0)`,
  )
  left.run(
    dataset,
    'dataset-import',
    JSON.stringify({ name: 'Sample', upload: null, format: null, dateOrder: null, country: 'DE' }),
  )
  left.run(collection!.id, 'collection-import', JSON.stringify({ name: 'Garden', upload: randomUUID() }))
  const waiting = db.prepare<[], { count: number }>(`select count(*) as count from jobs where state = 'running'`)
  const api = await again()
  await until('the imports', () => Promise.resolve(waiting.get()!.count === 0), PATIENCE_MS)
  db.close()
  const { datasets, collections, failed } = await api.data.overview({})
  expect([datasets.map(({ id }) => id), collections.map(({ id }) => id), failed]).toEqual([
    [dataset],
    [collection!.id],
    null,
  ])
  expect(datasets[0]!.cleaned).not.toBeNull()
  await api.data.remove({ id: dataset })
}, 120_000)

test('an import over which the app is killed again is not begun a third time, and says so', async () => {
  let api = await world.api(host)
  const lines = Array.from(
    { length: 200_000 },
    (_, i) => `0${1 + (i % 9)}/0${1 + (i % 8)}/2021, 10:00 - Ben: hello ${i}\n`,
  ).join('')
  const upload = await hand(api, [['old chat.txt', Buffer.from(lines)]])
  const request = { name: 'Old chat', upload, format: null, dateOrder: 'dmy' as const, country: 'DE' }
  api.data.create(request).catch(() => {})
  for (let kill = 1; kill <= 2; kill++) {
    await until(
      'some messages',
      async () => (await api.data.overview({})).tasks.some(({ step, items }) => step === 'importing' && items > 0),
      PATIENCE_MS,
    )
    api = await again()
  }
  expect(await until('the reason', async () => (await api.data.overview({})).failed, PATIENCE_MS)).toEqual({
    name: 'Old chat',
    why: { code: 'appEndedAgain', args: { times: 2 } },
  })
  // It can be tried again for as long as it stands there; whoever dismisses it lets go of the file too.
  const [failed] = await api.tasks.list({})
  expect(failed).toMatchObject({ type: 'dataset-import', name: 'Old chat', state: 'failed' })
  expect(await uploads()).toContain(upload)
  await api.tasks.cancel({ id: failed!.id })
  expect([await api.tasks.list({}), (await api.data.overview({})).failed]).toEqual([
    expect.not.arrayContaining([failed]),
    null,
  ])
  expect(await uploads()).not.toContain(upload)
  expect((await api.data.overview({})).datasets).toEqual([])
}, 240_000)
