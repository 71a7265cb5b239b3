import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { systemClock } from '../../core/clock.ts'
import { migrate } from '../../core/db/migrate.ts'
import { JobRunner } from '../../core/job-runner/index.ts'
import { Log } from '../../core/log/log.ts'
import { Uploads } from './index.ts'

const UPLOAD = '3f0c6a52-7d5e-4a6e-9a3d-6a2f6f1f4c11'
let folder: string
let db: Database.Database

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-uploads-'))
  db = new Database(':memory:')
  migrate(db)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What stays of an upload that no reader names, beside a job, once a host has started. */
async function leftBeside(type: string, state: string, payload: string): Promise<string[]> {
  const said: string[] = []
  const log = new Log(({ message }) => said.push(message))
  const runner = new JobRunner({ db, clock: systemClock, log })
  const queue = runner.register({
    type: 'import',
    payload: z.strictObject({ upload: z.uuid() }),
    recovery: 'resume',
    attempts: 1,
    concurrency: 1,
    pausable: false,
    run: () => Promise.resolve(),
  })
  db.prepare(
    `insert into jobs (id, kind, name, state, payload, created, updated) values ('j', ?, 'Chat', ?, ?, 0, 0)`,
  ).run(type, state, payload)
  const uploads = new Uploads({ paths: { uploads: folder }, log, runner })
  uploads.usedBy(() => Promise.resolve(queue.open().map((job) => join(folder, job.payload.upload))))
  await uploads.put(UPLOAD, 'chat.txt', true, Buffer.from('hello'))
  await runner.start()
  await queue.ended()
  await uploads.start()
  await expect.poll(() => said.some((line) => /left behind/.test(line)) || readdirSync(folder).length === 0).toBe(true)
  return readdirSync(folder)
}

test.each([
  ['has a field that this version does not know', 'import', `{"source":{"upload":"${UPLOAD}"}}`],
  ['is damaged', 'import', '{"upload":'],
  ['is of a type that this version does not know', 'import-2', '{}'],
])('what a job may read whose request %s is not removed', async (_, type, payload) => {
  expect(await leftBeside(type, 'failed', payload)).toEqual([UPLOAD])
})

test('a file of this machine is taken in as it lies, and begun anew it leaves the other as it was', async () => {
  const log = new Log(() => {})
  const uploads = new Uploads({
    paths: { uploads: join(folder, 'uploads') },
    log,
    runner: new JobRunner({ db, clock: systemClock, log }),
  })
  const file = join(folder, 'data.jsonl')
  writeFileSync(file, 'bought')
  const upload = await uploads.take(file)
  const taken = join(folder, 'uploads', upload, 'data.jsonl')
  expect(statSync(taken).ino).toBe(statSync(file).ino)
  await uploads.put(upload, 'data.jsonl', true, Buffer.from('other'))
  expect([readFileSync(taken, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['other', 'bought'])
  truncateSync(file, 2 ** 30 + 1)
  await expect(uploads.take(file)).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
})

test('what nobody reads is removed, also beside a job that is done', async () => {
  expect(await leftBeside('import', 'done', '{}')).toEqual([])
})
