import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyContractRouter } from '@orpc/contract'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { systemClock } from '../../core/clock.ts'
import { ConfigStore } from '../../core/config.ts'
import { migrate } from '../../core/db/migrate.ts'
import { Emitter } from '../../core/events.ts'
import { JobRunner, type JobContext } from '../../core/job-runner/index.ts'
import { Log } from '../../core/log/log.ts'
import { dataPaths } from '../../core/paths.ts'
import { SupervisedProcess } from '../../core/processes/supervised.ts'
import type { ChildName } from '../../core/processes/table.ts'
import { TrainingService } from '../training/runs/index.ts'
import { ChatService } from './chat/index.ts'
import { EmbeddingService } from './embeddings/index.ts'
import { ModelService } from './models/index.ts'
import { StyleService } from './style/index.ts'

const log = new Log(() => {})
let folder: string
let db: Database.Database

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-own-jobs-'))
  db = new Database(':memory:')
  migrate(db)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A child that nothing here may start. */
const idle = <Contract extends AnyContractRouter>(name: ChildName) =>
  new SupervisedProcess<Contract>({
    name,
    clock: systemClock,
    log,
    spawner: {
      sandbox: null,
      spawn: () => {
        throw new Error(`${name} was started`)
      },
    },
  })

function services() {
  const paths = dataPaths(folder)
  const jobs = new JobRunner({ db, clock: systemClock, log })
  const config = ConfigStore.open(paths.config)
  const shared = { db, clock: systemClock, config, jobs, log, paths }
  const models = new ModelService({
    ...shared,
    llm: idle('llm'),
    physicalCores: () => 1,
    benchmark: () => null,
    paidWork: () => false,
  })
  const embeddings = new EmbeddingService({
    ...shared,
    process: idle('embedder'),
    memories: idle('memory'),
    memory: { sources: [], tasks: [], events: new Emitter() },
    paidWork: () => false,
    onWork: () => () => {},
  })
  const styles = new StyleService({
    ...shared,
    runner: jobs,
    memory: idle('memory'),
    trainer: idle('trainer'),
    chats: new ChatService({
      ...shared,
      models,
      memory: idle('memory'),
      llm: idle('llm'),
      queryEmbedding: () => Promise.resolve(null),
    }),
    training: new TrainingService({ ...shared, trainer: idle('trainer'), threads: () => 1 }),
  })
  const heard: string[] = []
  models.events.on('changed', () => heard.push('models'))
  embeddings.events.on('changed', () => heard.push('embeddings'))
  styles.events.on('changed', () => heard.push('styles'))
  return { jobs, heard: () => heard.splice(0) }
}

test('who shows models, embedding models and styles looks again for jobs of its own types alone', async () => {
  const { jobs, heard } = services()
  const toy = jobs.register({
    type: 'toy',
    payload: z.object({}),
    recovery: 'resume',
    attempts: 1,
    concurrency: 1,
    pausable: false,
    run: ({ progress }: JobContext<object>) => {
      progress({ step: 'training', done: 1, of: 2, unit: 'steps' })
      return Promise.resolve()
    },
  })
  const changes: boolean[] = []
  jobs.events.on('changed', ({ type, isProgress }) => type === 'toy' && changes.push(isProgress))
  await jobs.start()
  await toy.run({}, { name: 'Toy' })
  await toy.ended()
  expect(changes).toEqual([false, true, false, false])
  expect(heard()).toEqual([])

  for (const [type, who] of [
    ['model-download', 'models'],
    ['model-import', 'models'],
    ['embedder-download', 'embeddings'],
    ['embedder-import', 'embeddings'],
    ['style', 'styles'],
  ] as const) {
    const id = `an ended ${type}`
    db.prepare(
      `insert into jobs (id, kind, name, state, payload, created, updated) values (?, ?, '', 'done', '{}', 0, 0)`,
    ).run(id, type)
    await jobs.cancel(id)
    expect(heard()).toEqual([who])
  }
})
