import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Recipe } from '../../../../common/model/recipe.ts'
import { systemClock } from '../../../core/clock.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { JobStore } from '../../../core/jobs.ts'
import { Log } from '../../../core/log/log.ts'
import type { Spawner } from '../../../core/processes/spawner.ts'
import { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import { training } from '../../../work/kinds/training/index.ts'
import { BlobStore } from '../../file-transfer/index.ts'
import { JobRepository } from './job-repository.ts'
import { ProviderIntake } from './provider-intake.ts'
import { trainingProviderJobs } from './provider-job.ts'

const recipe = Recipe.parse(JSON.parse(readFileSync('test/fixtures/recipe.json', 'utf8')))
const log = new Log(() => {})
const [rich, poor, owner] = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`, `0x${'33'.repeat(20)}`]
const code = (name: string) => expect.objectContaining({ code: name }) as Error
let folder: string
let db: Db
/** Engines that were started, and ended; they measure for ever. */
let engines: { running: number; asked: number; ended: number }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-quotes-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
  engines = { running: 0, asked: 0, ended: 0 }
})
afterEach(async () => {
  db.close()
  await rm(folder, { recursive: true })
})

const spawner: Spawner = {
  sandbox: null,
  spawn: () => {
    engines.running++
    const exits: (() => void)[] = []
    return {
      pid: undefined,
      port: {
        on: (event, listener) => {
          if (event !== 'message') exits.push(() => listener())
        },
        postMessage: () => void engines.asked++,
      },
      onExit: (listener) => exits.push(() => listener('ended')),
      kill: () => {
        engines.running--
        engines.ended++
        for (const exit of exits) exit()
      },
    }
  },
}

function provider() {
  const process = new SupervisedProcess<typeof trainerContract>({ name: 'trainer', spawner, clock: systemClock, log })
  const blobs = new BlobStore(join(folder, 'blobs'))
  const kind = training({ process, checker: process, blobs, folder, baseOf: async () => '/a/base' })
  const intake = new ProviderIntake({
    clock: systemClock,
    jobs: trainingProviderJobs(new JobStore(db, systemClock)),
    reads: new JobRepository(db),
    kind,
    blobs,
    account: () => owner,
    free: (account) => (account === rich ? 10n ** 18n : 0n),
    staked: (account) => account === owner,
    price: () => 10n ** 15n,
    ownerTrains: () => false,
    freeDisk: async () => 2 ** 40,
    onReady: () => {},
  })
  const ask = async (wallet: string, gone: AbortSignal) =>
    intake.quotes.answers.ask({ message: { recipe }, party: intake.quotes.party({}, wallet), body: null, gone })
  return { ask }
}

test('who has nothing to lose starts no engine; coins for ten minutes or a staked machine do', async () => {
  const { ask } = provider()
  await expect(ask(poor, new AbortController().signal)).rejects.toThrow(code('INSUFFICIENT_FUNDS'))
  expect(engines.running).toBe(0)
  for (const wallet of [rich, owner]) {
    const asker = new AbortController()
    const asked = ask(wallet, asker.signal)
    await expect.poll(() => engines.running).toBe(1)
    asker.abort()
    await expect(asked).rejects.toThrow(code('ABORTED'))
  }
})

test('the engine is ended the moment its asker leaves, and answers the next one anew', async () => {
  const { ask } = provider()
  const asker = new AbortController()
  const asked = ask(rich, asker.signal)
  await expect.poll(() => engines.asked).toBeGreaterThan(0)
  expect(engines).toMatchObject({ running: 1, ended: 0 })
  asker.abort()
  await expect(asked).rejects.toThrow(code('ABORTED'))
  expect(engines).toMatchObject({ running: 0, ended: 1 })
  const next = new AbortController()
  const again = ask(rich, next.signal)
  await expect.poll(() => engines.running).toBe(1)
  next.abort()
  await expect(again).rejects.toThrow(code('ABORTED'))
})
