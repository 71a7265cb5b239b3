import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Log } from '../log/log.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import { openDatabase } from './open.ts'
import { ownedVersions, type FeatureTables } from './owned-tables.ts'

const notes = {
  name: 'feature/notes',
  migrations: ['create table notes (id integer primary key, text text not null) strict'],
} as const satisfies FeatureTables
const withStars = { ...notes, migrations: [...notes.migrations, 'alter table notes add column stars integer'] }

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-tables-'))
  path = join(folder, 'hearth.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (...features: FeatureTables[]) => openDatabase(path, join(folder, 'none'), new Log(() => {}), features)
const tables = (db: Database.Database): unknown[] =>
  db.prepare('select name, sql from sqlite_master order by name').all()

test('a feature’s tables are made once, and go on with its next migration', async () => {
  const first = await open(notes)
  first.exec("insert into notes (text) values ('kept')")
  first.close()
  const same = await open(notes)
  expect(ownedVersions(same).get(notes.name)).toBe(1)
  same.close()
  const next = await open(withStars)
  expect(next.prepare('select text, stars from notes').all()).toEqual([{ text: 'kept', stars: null }])
  expect(ownedVersions(next).get(notes.name)).toBe(2)
  next.close()
})

test('a feature’s migration that fails takes back what was migrated before it', async () => {
  const old = new Database(path)
  migrate(old, migrations.slice(0, -1))
  const before = tables(old)
  old.close()
  const broken: FeatureTables = {
    name: 'feature/broken',
    migrations: ['create table half (x any); create table (', ''],
  }
  await expect(open(notes, broken)).rejects.toThrow(/step 1 of 2 of "feature\/broken".*nothing was changed/)
  const after = new Database(path)
  expect(tables(after)).toEqual(before)
  expect(after.pragma('user_version', { simple: true })).toBe(migrations.length - 1)
  after.close()
})

test('tables of a newer Hearth are refused, and the file stays as it is to the byte', async () => {
  const db = await open(withStars)
  db.close()
  const before = readFileSync(path)
  await expect(open(notes)).rejects.toThrow('"feature/notes" were written by a newer Hearth (2)')
  expect(readFileSync(path)).toEqual(before)
})

test('tables of a feature that is gone are left as they are', async () => {
  const db = await open(notes)
  db.exec("insert into notes (text) values ('kept')")
  db.close()
  const without = await open()
  expect(without.prepare('select text from notes').all()).toEqual([{ text: 'kept' }])
  without.close()
})
