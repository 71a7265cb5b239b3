import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { fund, until } from '../support/market.ts'
import { writePhoto } from '../support/media.ts'
import { World, type HearthProcess } from '../support/processes.ts'

const PATIENCE_MS = 120_000
const FILES = 400
let world: World
let rpcUrl: string
let host: HearthProcess
let collection: string

const terms = {
  name: 'Pictures',
  description: 'of a garden',
  licence: { use: 'any' as const, redistribution: true, term: null },
  royalty: 0,
  parent: null,
}
const seal = (api: Api) => api.data.sealCollection({ collection, terms, asset: null })
const folders = (): Promise<string[]> => readdir(join(host.dataDir, 'releases')).catch(() => [])
const releases = async (api: Api): Promise<string[]> =>
  (await api.data.overview({})).releases.map(({ release }) => release.id)
const sealing = async (api: Api) =>
  (await api.tasks.list({})).find(({ type, state }) => type === 'release-sealing' && state === 'running') ?? null
/** A sealing that is in the middle of its work. */
const halfMade = (api: Api) =>
  until(
    'a half-made release',
    async () => {
      const task = await sealing(api)
      return (task?.progress?.done ?? 0) > 3 && task
    },
    PATIENCE_MS,
  )
async function again(unattended: boolean): Promise<Api> {
  await host.kill('SIGKILL')
  host = await world.serve('seller', rpcUrl, unattended)
  return world.api(host)
}

beforeAll(async () => {
  world = new World()
  rpcUrl = (await world.chain()).ready.rpcUrl!
  host = await world.serve('seller', rpcUrl)
  const api = await world.api(host)
  await fund(api, world.passphrase)
  const folder = await mkdtemp(join(tmpdir(), 'hearth-sealing-'))
  const photo = join(folder, 'photo.jpg')
  const upload = randomUUID()
  for (let i = 0; i < FILES; i++) {
    await writePhoto(photo, `${i}`)
    const chunk = (await readFile(photo)).toString('base64')
    await api.training.putData({ upload, name: `${i}.jpg`, first: true, chunk })
  }
  await rm(folder, { recursive: true })
  collection = (await api.data.collect({ name: 'Garden', upload })).id
}, 240_000)
afterAll(() => world[Symbol.asyncDispose]())

test('a sealing that is cancelled leaves nothing behind, and its caller is told', async () => {
  const api = await world.api(host)
  const ended = expect(seal(api)).rejects.toMatchObject({ code: 'ABORTED' })
  const task = await halfMade(api)
  expect(task).toMatchObject({ name: 'Pictures', pausable: false, known: true, progress: { step: 'cleaning' } })
  expect((await api.data.overview({})).sealing).toMatchObject({ name: 'Pictures' })
  await expect(seal(api)).rejects.toMatchObject({ code: 'MACHINE_BUSY' })
  expect(await folders()).toEqual([task.id])
  await api.tasks.cancel({ id: task.id })
  await ended
  expect([await folders(), await releases(api), (await api.data.overview({})).sealing]).toEqual([[], [], null])
  expect((await api.tasks.list({})).map(({ type }) => type)).not.toContain('release-sealing')
}, 240_000)

test('one over which the app was killed begins again, waits for the wallet, and is made once', async () => {
  let api = await world.api(host)
  seal(api).catch(() => {})
  const { id } = await halfMade(api)
  expect(await folders()).toEqual([id])

  api = await again(false)
  const waiting = await until(
    'the wait for the wallet',
    async () => {
      const task = await sealing(api)
      return task?.progress?.step === 'waitingForWallet' && task
    },
    PATIENCE_MS,
  )
  expect(waiting.id).toBe(id)
  expect(await folders()).toEqual([])
  await expect(seal(api)).rejects.toMatchObject({ code: 'WALLET_LOCKED' })
  await api.wallet.unlock({ passphrase: world.passphrase })
  await until('the release', async () => (await releases(api)).length > 0, PATIENCE_MS)
  expect(await releases(api)).toEqual([id])
  expect(await folders()).toEqual([id])
  // Nothing of it lies there plain.
  expect((await readdir(join(host.dataDir, 'releases', id))).sort()).toEqual(['sealed'])
  expect((await api.tasks.list({})).find((task) => task.id === id)).toMatchObject({ state: 'done' })
}, 240_000)

test('what was sealed to its end when the app was killed is not sealed again', async () => {
  const before = await world.api(host)
  const [made] = (await before.data.overview({})).releases
  expect(made).toBeDefined()
  await host.kill('SIGKILL')
  const db = new Database(join(host.dataDir, 'hearth.db'))
  db.prepare(`update jobs set state = 'running', attempts = 1 where kind = 'release-sealing'`).run()
  db.close()
  host = await world.serve('seller', rpcUrl)
  const api = await world.api(host)
  await until(
    'the end of the task',
    async () => (await api.tasks.list({})).find(({ type, state }) => type === 'release-sealing' && state === 'done'),
    PATIENCE_MS,
  )
  expect((await api.data.overview({})).releases).toEqual([made])
}, 240_000)
