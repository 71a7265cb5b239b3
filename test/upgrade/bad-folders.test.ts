import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../main/core/db/migrate.ts'
import { migrations } from '../../main/core/db/migrations.ts'
import { act, until } from '../support/market.ts'
import { World } from '../support/processes.ts'
import { PASSPHRASE, unpackFolders } from './data-folders.ts'

const cli = join(import.meta.dirname, '../../main/headless/cli.ts')
let world: World
let provider: string
let customer: string

beforeEach(async () => {
  world = new World()
  ;[provider, customer] = [join(world.folder, 'provider'), join(world.folder, 'customer')]
  await unpackFolders(world.folder)
})
afterEach(() => world[Symbol.asyncDispose]())

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Every file with its hash; the lock and the log are a host's own. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !/^(lock\.db|logs)/.test(name) && statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, hashOf(join(folder, name))]),
  )

function change(file: string, work: (db: Database.Database) => void): void {
  const db = new Database(file)
  work(db)
  db.close()
}

/** Overwrites the first page of a table. */
function damage(file: string, table: string): void {
  const db = new Database(file)
  const page = db
    .prepare<[string], { rootpage: number }>('select rootpage from sqlite_schema where name = ?')
    .get(table)!
  const size = db.pragma('page_size', { simple: true }) as number
  db.close()
  const bytes = readFileSync(file)
  bytes.fill(0x5a, (page.rootpage - 1) * size, page.rootpage * size)
  writeFileSync(file, bytes)
}

function status(folder: string): { code: number | null; output: string } {
  const { status: code, stdout } = spawnSync(process.execPath, [cli, 'status', '--json', '--data-dir', folder], {
    encoding: 'utf8',
    env: { ...process.env, VITEST: '' },
  })
  return { code, output: stdout }
}

describe('a data folder of a later version', () => {
  test('is refused in words, and nothing of it is touched: not even settings that this version cannot read', () => {
    change(join(provider, 'hearth.db'), (db) => {
      db.exec('create table of_later (x integer) strict')
      db.pragma(`user_version = ${migrations.length + 1}`)
    })
    const settings = JSON.parse(readFileSync(join(provider, 'config.json'), 'utf8')) as object
    writeFileSync(join(provider, 'config.json'), JSON.stringify({ ...settings, ofLater: true }))
    const before = contentOf(provider)
    const { code, output } = status(provider)
    expect(output).toContain('written by a newer Hearth')
    expect(code).toBe(3)
    expect(contentOf(provider)).toMatchObject(before)
  })

  test('that was killed in the middle of writing is refused with its last writes where they were', () => {
    const file = join(provider, 'hearth.db')
    const later = new Database(file)
    later.pragma('journal_mode = WAL')
    later.pragma(`user_version = ${migrations.length + 1}`)
    const [main, log] = [readFileSync(file), readFileSync(`${file}-wal`)]
    later.close()
    writeFileSync(file, main)
    writeFileSync(`${file}-wal`, log)
    expect(status(provider).output).toContain('written by a newer Hearth')
    expect([readFileSync(file).equals(main), readFileSync(`${file}-wal`).equals(log)]).toEqual([true, true])
  })

  test('whose memory alone is later runs without it, and says why', async () => {
    const memory = join(customer, 'avatar', 'memory.db')
    change(memory, (db) => db.pragma('user_version = 999'))
    const before = hashOf(memory)
    const api = await world.api(await world.serve('customer', 'embedded', false))
    const problem = await until('the reason', async () => (await api.avatar.overview({})).problem)
    expect(problem).toContain('written by a newer Hearth')
    expect((await api.system.settings({})).theme).toBe('dark')
    expect(hashOf(memory)).toBe(before)
  })
})

describe('a migration that fails half way', () => {
  test('changes nothing, also not by the steps before it, and says so', () => {
    const file = join(provider, 'hearth.db')
    const before = hashOf(file)
    const later = [...migrations, 'create table of_later (x integer) strict', 'alter table of_nowhere add y integer']
    change(file, (db) => {
      expect(() => migrate(db, later)).toThrow(
        expect.objectContaining({
          code: 'DATABASE_CORRUPT',
          message: expect.stringMatching(/of_nowhere.*nothing was changed/),
        }),
      )
      expect(db.pragma('user_version', { simple: true })).toBe(8)
    })
    expect(hashOf(file)).toBe(before)
    // Its own version still opens it.
    change(file, (db) => migrate(db))
  })
})

describe('a data folder that is damaged in one table', () => {
  const kept = () => readdirSync(provider).filter((name) => name.startsWith('hearth.db.corrupt-'))

  test('is opened from its last backup, says so, and keeps the damaged file', async () => {
    const host = await world.serve('provider', 'embedded', false)
    await until('the backup', async () => existsSync(join(provider, 'hearth.backup.db')))
    await host.kill('SIGTERM')
    damage(join(provider, 'hearth.db'), 'datasets')
    const api = await world.api(await world.serve('provider', 'embedded', false))
    expect((await api.data.overview({})).datasets.map(({ name }) => name)).toContain('Garden chat')
    expect((await api.system.diagnostics({})).text).toMatch(/the database was damaged.*hearth\.backup\.db/)
    expect((await api.system.overview({})).setAside).toEqual(kept().map((name) => join(provider, name)))
  })

  test(
    'and has no backup begins anew with its wallet and what the chain knows, says so, and keeps the ' + 'damaged file',
    async () => {
      // The folder's own chain is of older contracts; what a chain knows is known of the one that is begun here.
      const host = await world.serve('provider', 'embedded', false)
      const first = await world.api(host)
      await first.wallet.unlock({ passphrase: PASSPHRASE })
      await first.wallet.faucet({})
      await act(first, { kind: 'deposit', amount: 7n })
      await until('the deposit', async () => (await first.system.overview({})).balances?.market === 7n)
      await host.kill('SIGTERM')
      rmSync(join(provider, 'hearth.backup.db'), { force: true })
      damage(join(provider, 'hearth.db'), 'datasets')
      const before = hashOf(join(provider, 'hearth.db'))
      const api = await world.api(await world.serve('provider', 'embedded', false))
      await until('the index', async () => (await api.system.overview({})).balances?.market === 7n)
      expect((await api.system.overview({})).wallet).toMatchObject({ state: 'locked', backedUp: true })
      expect((await api.system.diagnostics({})).text).toMatch(/the database was damaged.*"restored":"none"/)
      expect(kept().map((name) => hashOf(join(provider, name)))).toContain(before)
    },
  )

  test('of its memory runs without it, says why, and leaves the file as it was', async () => {
    const memory = join(customer, 'avatar', 'memory.db')
    damage(memory, 'sources')
    const before = hashOf(memory)
    const api = await world.api(await world.serve('customer', 'embedded', false))
    const problem = await until('the reason', async () => (await api.avatar.overview({})).problem)
    expect(problem).toMatch(/damaged/)
    expect(hashOf(memory)).toBe(before)
  })
})
