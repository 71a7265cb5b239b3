import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registry } from '../../../../common/chain/contracts.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { Log } from '../../../core/log/log.ts'
import { JobRepository } from '../training/job-repository.ts'
import { DataRepository } from './data-repository.ts'

let folder: string
let db: Db
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-repository-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), new Log(() => {}))
  for (const { migrations } of registry.modules) for (const migration of migrations) db.exec(migration)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

function asset(id: number, creator: string, owner = creator, state = 'listed'): void {
  db.prepare(
    'insert into data_assets (id, owner, creator, royalty, state, price, version) values (?, ?, ?, 0, ?, 1, 1)',
  ).run(id, owner, creator, state)
  db.prepare(
    `insert into data_versions (asset, version, content, metadata, key_commit, salt, segments, count, time)
     values (?, 1, '', '', '', '', '', 0, 0)`,
  ).run(id)
}

test('a seller who lists without end takes no other seller’s place', () => {
  asset(1, '0xvictim')
  for (let id = 2; id <= 700; id++) asset(id, '0xspam')
  const listed = new DataRepository(db, '0xmarket').listed()
  expect(listed.map(({ id }) => id)).toContain(1)
  expect(listed).toHaveLength(51)
})

test('tokens that a seller is sent take no place of its own assets', () => {
  asset(1, '0xvictim')
  for (let id = 2; id <= 700; id++) asset(id, '0xspam', '0xvictim', 'unlisted')
  expect(new DataRepository(db, '0xmarket').ownedBy('0xvictim')[0]).toMatchObject({ id: 1 })
})

test('jobs that strangers ask for without end hide none that is under way', () => {
  db.prepare("insert into machines (id, owner, state, spec, peer) values (1, '0xp', 'live', '', '')").run()
  const job = db.prepare(
    `insert into training_jobs (id, customer, machine, provider, work, price, milestones, duration, state, transactions)
     values (?, '0xc', 1, ?, '', '1', 1, 1, ?, '[]')`,
  )
  job.run(1, '0xp', 'challenged')
  for (let id = 2; id <= 800; id++) job.run(id, null, 'open')
  const open = new JobRepository(db).openOfProvider('0xP')
  expect(open.map(({ id }) => id)).toContain(1)
  expect(open).toHaveLength(201)
})
