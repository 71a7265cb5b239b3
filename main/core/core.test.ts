import { mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { someContracts } from '../../test/support/contracts.ts'
import { until } from '../cli/act.ts'
import { ConfigStore } from './config.ts'
import { lockDataFolder } from './db/lock.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import { JobStore } from './jobs.ts'
import { Lifecycle, type Service } from './lifecycle.ts'
import { Log, type LogRecord } from './log/log.ts'
import { Loop } from './loop.ts'
import { childEnvironment } from './processes/environment.ts'
import { WakeWatch } from './wake.ts'
import { watch } from './watch.ts'
import { plain } from '../../common/model/job-saying-names.ts'

let folder: string
const records: LogRecord[] = []
const log = new Log((record) => records.push(record))
beforeEach(() => {
  records.length = 0
  folder = mkdtempSync(join(tmpdir(), 'hearth-core-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the database', () => {
  test('is migrated once, forward only, and a newer one is refused untouched', () => {
    const db = new Database(join(folder, 'a.db'))
    migrate(db, ['create table a (x integer) strict', 'create table b (x integer) strict'])
    migrate(db, ['create table a (x integer) strict', 'create table b (x integer) strict'])
    expect(db.pragma('user_version', { simple: true })).toBe(2)
    expect(() => migrate(db, ['create table a (x integer) strict'])).toThrow('newer Hearth')
    expect(() => migrate(db, ['', '', 'create table broken (', ''])).toThrow()
    expect(db.pragma('user_version', { simple: true })).toBe(2)
    db.close()
  })

  test('with a damaged page is kept aside and replaced by its backup', async () => {
    const [path, backup] = [join(folder, 'hearth.db'), join(folder, 'hearth.backup.db')]
    const db = await openDatabase(path, backup, log)
    for (let i = 0; i < 2000; i++)
      db.prepare('insert into meta (key, value) values (?, ?)').run(`key ${i}`, 'x'.repeat(100))
    await db.backup(backup)
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    const file = openSync(path, 'r+')
    for (let page = 3; page < 30; page++) writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096)
    const restored = await openDatabase(path, backup, log)
    expect(restored.prepare('select count(*) as n from meta').get()).toEqual({ n: 2000 })
    restored.close()
    expect(readdirSync(folder).some((name) => name.includes('.corrupt-'))).toBe(true)
    expect(records.some((record) => record.level === 'error' && record.message.includes('damaged'))).toBe(true)
  })

  test('that is no database at all is kept aside as well', async () => {
    writeFileSync(join(folder, 'hearth.db'), 'this is a text file, and a long one at that '.repeat(100))
    const db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
    expect(db.prepare('select count(*) as n from jobs').get()).toEqual({ n: 0 })
    db.close()
  })

  test('folder is locked against a second host and free again after the first', () => {
    const unlock = lockDataFolder(join(folder, 'lock.db'))
    expect(() => lockDataFolder(join(folder, 'lock.db'))).toThrow(expect.objectContaining({ code: 'DATA_IN_USE' }))
    unlock()
    lockDataFolder(join(folder, 'lock.db'))()
  })
})

describe('jobs', () => {
  test('are made once for an order and keep their state and log', async () => {
    const db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
    const jobs = new JobStore(db, { now: () => 5 })
    const job = jobs.ensure('serve', 7, 'placed', { rows: 1 })
    jobs.update(job, { state: 'running' })
    jobs.log(job, plain('accepted'))
    jobs.log(job, { code: 'receipt', args: { time: 9 } }, true)
    expect(jobs.ensure('serve', 7, 'placed', { rows: 9 })).toMatchObject({
      id: job.id,
      state: 'running',
      payload: { rows: 1 },
    })
    expect(jobs.logAfter(job.id, 1)).toEqual([
      { seq: 2, time: 5, theirs: true, saying: { code: 'receipt', args: { time: 9 } } },
    ])
    db.close()
  })
})

describe('settings', () => {
  test.each([
    ['{"theme": "dark",}', 'JSON'],
    ['{"updates": "no"}', 'updates'],
    ['{"update": false}', 'update'],
    ['', 'JSON'],
  ])('that cannot be read are refused with the reason, and left as they are: %s', (text, why) => {
    const path = join(folder, 'config.json')
    writeFileSync(path, text)
    expect(() => ConfigStore.open(path)).toThrow(
      expect.objectContaining({ code: 'SETTINGS_DAMAGED', message: expect.stringContaining(why) }),
    )
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('are kept, and a change that is none of theirs is refused', async () => {
    const path = join(folder, 'config.json')
    const store = ConfigStore.open(path)
    await store.update({ theme: 'dark' })
    expect(ConfigStore.open(path).get().theme).toBe('dark')
    await expect(store.update({ theme: 'purple' as never })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(store.get().theme).toBe('dark')
  })
})

describe('a network of one’s own', () => {
  test('whose settings lack a contract that this version needs opens with all its settings, and is said', async () => {
    const path = join(folder, 'config.json')
    const { jury: _, ...contracts } = someContracts
    const network = {
      kind: 'custom',
      name: 'Ours',
      rpcUrl: 'http://127.0.0.1:1',
      chainId: 7,
      contracts,
      fromBlock: 0,
      confirmations: 1,
    }
    writeFileSync(path, JSON.stringify({ network, theme: 'dark' }))
    const store = ConfigStore.open(path)
    expect(store.get()).toMatchObject({ theme: 'dark', network })
    await store.update({ theme: 'light' })
    expect(ConfigStore.open(path).get()).toMatchObject({ theme: 'light', network })
  })
})

describe('the log', () => {
  test('never holds secrets, the home folder or raw transactions', () => {
    const secrets = {
      passphrase: 'correct horse',
      words: ['a', 'b'],
      mnemonic: 'x y z',
      token: 'abc',
      nested: { privateKey: '0x1' },
    }
    log.info(`opening ${join(homedir(), 'x')} at http://127.0.0.1/#token=SECRET`, {
      ...secrets,
      raw: `0x${'ab'.repeat(100)}`,
      error: new Error(`in ${homedir()}/wallet`),
    })
    const text = JSON.stringify(records)
    for (const secret of [
      'correct horse',
      'x y z',
      'abc"',
      'SECRET',
      '0x1"',
      'ab'.repeat(20),
      ...(homedir() === '/' ? [] : [homedir()]),
    ])
      expect(text).not.toContain(secret)
  })
})

describe('children', () => {
  test('get a clean environment with telemetry off', () => {
    const environment = childEnvironment({
      PATH: '/bin',
      HOME: '/home/alice',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_OPTIONS: '--inspect',
    })
    expect(environment).toEqual({ PATH: '/bin', ORT_DISABLE_TELEMETRY: '1', NODE_NO_WARNINGS: '1' })
  })

  test('get what Windows’ own libraries look for', () => {
    const windows = {
      SYSTEMROOT: 'C:\\Windows',
      WINDIR: 'C:\\Windows',
      SYSTEMDRIVE: 'C:',
      TEMP: 'C:\\T',
      TMP: 'C:\\T',
      USERPROFILE: 'C:\\Users\\alice',
    }
    expect(childEnvironment({ ...windows, APPDATA: 'C:\\Users\\alice\\AppData' }, 'vault')).toEqual(
      expect.objectContaining(windows),
    )
  })
})

describe('services', () => {
  test('stop in reverse, and a failed start stops what had started', async () => {
    const calls: string[] = []
    const service = (name: string, fails = false): Service => ({
      name,
      start: async () => (calls.push(`start ${name}`), fails ? Promise.reject(new Error('no')) : undefined),
      stop: async () => void calls.push(`stop ${name}`),
    })
    await expect(new Lifecycle([service('a'), service('b', true), service('c')], log).start()).rejects.toThrow('no')
    expect(calls).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  test('a loop that pokes itself leaves room for everything else', async () => {
    let steps = 0
    const loop: Loop = new Loop(() => ((steps++, loop.poke()), Promise.resolve()), 1000, log)
    loop.start()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await loop.stop()
    expect(steps).toBeGreaterThan(1)
  })

  test('a loop steps at once when the machine wakes up, whatever of its time was left', async () => {
    let [now, steps] = [1_000, 0]
    const watch = new WakeWatch(() => now)
    const loop = new Loop(() => (steps++, Promise.resolve()), 3_600_000, log)
    await watch.start()
    loop.start()
    await until('the first step', async () => steps === 1)
    for (const [slept, then] of [
      [2_000, 1],
      [28_800_000, 2],
      [-3_600_000, 2],
      [2_500, 2],
    ] as const) {
      now += slept
      watch.look()
      await sleep(20)
      expect(steps).toBe(then)
    }
    await Promise.all([loop.stop(), watch.stop()])
  })
})

test('a watcher gives a snapshot at once, joins bursts into one, and lets go when it is left', async () => {
  let changed = (): void => {}
  let subscribed = 0
  let value = 0
  const abort = new AbortController()
  const stream = watch(
    (poke) => ((changed = poke), subscribed++, () => void subscribed--),
    () => value,
    abort.signal,
    5,
  )
  expect((await stream.next()).value).toBe(0)
  for (value = 1; value < 100; value++) changed()
  expect((await stream.next()).value).toBe(100)
  abort.abort()
  expect((await stream.next()).done).toBe(true)
  expect(subscribed).toBe(0)
})
