import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../core/clock.ts'
import { ConfigStore } from '../../../core/config.ts'
import { migrate } from '../../../core/db/migrate.ts'
import { JobRunner } from '../../../core/job-runner/index.ts'
import { Log, type LogRecord } from '../../../core/log/log.ts'
import { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { resourcePath } from '../../../core/resources.ts'
import { NodeSpawner } from '../../../core/processes/node-spawner.ts'
import { ModelService } from './index.ts'

const file = readFileSync(resourcePath('avatar', 'avatar.gguf'))
const sha256 = createHash('sha256').update(file).digest('hex')
const CUT = 2_000_000
let folder: string
let db: Database.Database
let server: Server
let url: string
/** Where each request of the file began, and whether it breaks off. */
let begun: number[]
let cut: boolean
let programs: (() => Promise<void>)[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-unfinished-'))
  db = new Database(':memory:')
  migrate(db)
  begun = []
  cut = false
  programs = []
  server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    begun.push(from)
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': file.length - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` } : {}),
    })
    if (cut) response.write(file.subarray(from, from + CUT), () => response.destroy())
    else response.end(file.subarray(from))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  url = `http://127.0.0.1:${address.port}/model.gguf`
})
afterEach(async () => {
  for (const end of programs) await end()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The models of a program that uses the folder, and its tasks. */
async function program() {
  const records: LogRecord[] = []
  const log = new Log((record) => records.push(record))
  const jobs = new JobRunner({ db, clock: systemClock, log })
  const models = new ModelService({
    jobs,
    llm: new SupervisedProcess({ name: 'llm', clock: systemClock, log, spawner: new NodeSpawner() }),
    config: ConfigStore.open(join(folder, 'config.json')),
    paths: { models: join(folder, 'models') },
    physicalCores: () => 1,
    benchmark: () => null,
    paidWork: () => false,
    log,
  })
  await models.start()
  await jobs.start()
  programs.push(async () => {
    await jobs.stop()
    await models.stop()
  })
  const tasks = () => jobs.list().map(({ type, name, state }) => `${type} ${name} ${state}`)
  return { jobs, models, records, tasks, unfinished: async () => (await models.overview()).unfinished }
}
const models = (name: string): string => join(folder, 'models', name)

test('a download that broke off is one thing: the task, which the next program has, and which goes on', async () => {
  const first = await program()
  cut = true
  await expect(first.models.fetch({ url, sha256, name: 'Mine' })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
  const had = statSync(models(`${sha256}.part`)).size
  expect(await first.unfinished()).toEqual([{ url, sha256, name: 'Mine', bytes: had }])
  expect(first.tasks()).toEqual(['model-download Mine failed'])
  // Only the file itself lies there: what it is stands in the tasks alone.
  expect(readdirSync(models(''))).toEqual([`${sha256}.part`])

  const later = await program()
  expect(await later.unfinished()).toEqual([{ url, sha256, name: 'Mine', bytes: had }])
  cut = false
  // Asked for under another name it is the same download still.
  expect(await later.models.fetch({ url, sha256, name: 'My own' })).toMatchObject({ name: 'My own', hash: sha256 })
  expect(begun).toEqual([0, had])
  expect(await later.unfinished()).toEqual([])
  await expect.poll(later.tasks).toEqual(['model-download My own done'])
  expect(existsSync(models(`${sha256}.part`))).toBe(false)
})

test('what is given up in either place is gone from both', async () => {
  const { jobs, models: service, unfinished, tasks } = await program()
  const brokenOff = async () => {
    cut = true
    await service.fetch({ url, sha256, name: 'Mine' }).catch(() => {})
  }
  await brokenOff()
  await service.discard(sha256)
  expect([tasks(), await unfinished(), readdirSync(models(''))]).toEqual([[], [], []])
  await brokenOff()
  await jobs.cancel(jobs.list()[0]!.id)
  expect([tasks(), await unfinished(), readdirSync(models(''))]).toEqual([[], [], []])
})

test('a note that an earlier version left beside its file becomes a paused task and goes on at its byte', async () => {
  const { models: before } = await program()
  cut = true
  await before.fetch({ url, sha256, name: null }).catch(() => {})
  cut = false
  const had = statSync(models(`${sha256}.part`)).size
  db.exec('delete from job_log; delete from jobs')
  writeFileSync(models(`${sha256}.download`), JSON.stringify({ url, sha256, name: null }))
  writeFileSync(models('other.download'), '{"url":')

  const { jobs, models: service, unfinished, tasks, records } = await program()
  expect(tasks()).toEqual([`model-download ${url} paused`])
  expect(await unfinished()).toEqual([{ url, sha256, name: null, bytes: had }])
  expect(existsSync(models(`${sha256}.download`))).toBe(false)
  expect(records.filter(({ level }) => level === 'warn').map(({ fields }) => fields.file)).toEqual([
    models('other.download'),
  ])
  expect(existsSync(models('other.download'))).toBe(true)
  jobs.resume(jobs.list()[0]!.id)
  await expect.poll(tasks, { timeout: 30_000 }).toEqual([`model-download ${url} done`])
  expect(begun.at(-1)).toBe(had)
  expect((await service.overview()).models.map(({ hash }) => hash)).toContain(sha256)
})

test('a note beside a task of the same file is no second one', async () => {
  const { models: before } = await program()
  cut = true
  await before.fetch({ url, sha256, name: 'Mine' }).catch(() => {})
  writeFileSync(models(`${sha256}.download`), JSON.stringify({ url, sha256, name: 'Mine' }))
  const { unfinished, tasks } = await program()
  expect(tasks()).toEqual(['model-download Mine failed'])
  expect(await unfinished()).toHaveLength(1)
  expect(existsSync(models(`${sha256}.download`))).toBe(false)
})
