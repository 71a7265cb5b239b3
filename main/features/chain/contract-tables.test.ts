import Database from 'better-sqlite3'
import { zeroPadValue } from 'ethers'
import { beforeEach, expect, test } from 'vitest'
import type { ContractModule } from '../../../common/chain/contract-module.ts'
import { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { interfaces, registry } from '../../../common/chain/contracts.ts'
import { migrate } from '../../core/db/migrate.ts'
import { migrations } from '../../core/db/migrations.ts'
import type { Db } from '../../core/db/open.ts'
import { Log } from '../../core/log/log.ts'
import { practiceContracts } from './deploy.ts'
import { IndexStore } from './index-store.ts'
import type { RpcBlock } from './rpc.ts'

const hash = (byte: string): string => `0x${byte.repeat(32)}`
const owner = `0x${'ab'.repeat(20)}`
/** The last version of the database in which core made the contracts' tables. */
const BEFORE = 9

let db: Db
let said: string[]
const log = new Log((entry) => said.push(JSON.stringify(entry)))
const open = (known: ContractRegistry = registry, contracts: Readonly<Record<string, string>> = practiceContracts) =>
  new IndexStore({ db, registry: known, contracts, log })
const versions = () => db.prepare('select module, version from schema_versions order by module').all()
const changed = (name: string, change: Partial<ContractModule>): ContractRegistry =>
  new ContractRegistry<string>(
    registry.modules.map((module) => (module.name === name ? { ...module, ...change } : module)),
  )
const keep = (index: number, contract: string, name: string, args: object): void => {
  db.prepare('insert into chain_events values (1, ?, ?, ?, ?, ?)').run(
    index,
    hash('0a'),
    contract,
    name,
    JSON.stringify(args),
  )
}
const block = (number: number): RpcBlock => ({
  number,
  hash: hash(`0${number}`),
  parentHash: hash('00'),
  timestamp: 1_000 + number,
  transactions: [],
})
const machines = () => db.prepare('select id, owner, state, addresses, done, failed from machines').all()

beforeEach(() => {
  said = []
  db = new Database(':memory:')
  migrate(db, migrations.slice(0, BEFORE))
})

/** An index as the version before kept it: a machine, its offer and a version of an asset. */
function ofTheVersionBefore(): void {
  db.exec(`
    create table machines (id integer primary key, owner text not null) strict;
    create table data_versions (asset integer primary key, lot_block integer) strict;
    insert into blocks values (1, '${hash('01')}', '${hash('00')}', 1000, 1);
    insert into machines values (1, 'stale');
  `)
  keep(0, 'market', 'MachineAdded', { id: '1', owner: `0x${'AB'.repeat(20)}`, spec: hash('02'), peer: hash('03') })
  keep(1, 'market', 'MachineAnnounced', { id: '1', owner, addresses: '0x5b5d' })
  keep(2, 'market', 'OfferMade', { id: '1', owner, machine: '1', price: '5', maxSeconds: '60' })
  const version = {
    content: hash('04'),
    keyCommit: hash('05'),
    salt: hash('06'),
    metadata: hash('07'),
    rows: hash('08'),
  }
  keep(3, 'dataMarket', 'VersionPublished', { id: '1', version: '1', ...version, count: '3', lotBlock: '9' })
}

test('an index of the version before is filled again from the events that it keeps, once', () => {
  ofTheVersionBefore()
  migrate(db)
  open()
  const machine = { id: 1, owner, state: 'live', addresses: '[]', done: 0, failed: 0 }
  expect(machines()).toEqual([machine])
  expect(db.prepare('select price, max_seconds, state from offers').all()).toEqual([
    { price: '5', max_seconds: 60, state: 'open' },
  ])
  expect(db.prepare('select asset, segments, draw_block, draw from data_versions').all()).toEqual([
    { asset: 1, segments: hash('08'), draw_block: 9, draw: null },
  ])
  expect(versions()).toEqual(
    registry.modules
      .map(({ name, migrations: { length } }) => ({ module: name, version: length }))
      .sort((a, b) => (a.module < b.module ? -1 : 1)),
  )
  db.exec("update machines set owner = 'kept'")
  open()
  expect(machines()).toEqual([{ ...machine, owner: 'kept' }])
})

test('a new version of a contract’s tables is filled with what was before it', () => {
  ofTheVersionBefore()
  migrate(db)
  open()
  const market = registry.module('market')!
  const next = changed('market', {
    migrations: [...market.migrations, "alter table machines add column note text not null default 'new'"],
  })
  open(next)
  expect(db.prepare('select owner, note from machines').all()).toEqual([{ owner, note: 'new' }])
  expect(versions()).toContainEqual({ module: 'market', version: market.migrations.length + 1 })
  // The version before cannot open it, and leaves it as it is.
  expect(() => open()).toThrow('newer Hearth')
  expect(db.prepare('select owner, note from machines').all()).toEqual([{ owner, note: 'new' }])
})

test('a migration that fails half way changes nothing', () => {
  ofTheVersionBefore()
  migrate(db)
  open()
  const before = versions()
  const training = registry.module('training')!
  const broken = changed('training', {
    migrations: [...training.migrations, 'create table half (x integer) strict; create table broken ('],
  })
  expect(() => open(broken)).toThrow(/syntax|incomplete/)
  expect(versions()).toEqual(before)
  expect(db.prepare("select count(*) as n from sqlite_master where name = 'half'").get()).toEqual({ n: 0 })
  expect(machines()).toHaveLength(1)
})

test('a contract that joins later has the chain indexed again, since its events were passed by', () => {
  ofTheVersionBefore()
  migrate(db)
  open(new ContractRegistry<string>(registry.modules.slice(0, 4)))
  expect(machines()).toHaveLength(1)
  expect(said.join()).toContain('dataMarket')
  const store = open()
  expect(store.last()).toBeUndefined()
  expect(machines()).toEqual([])
})

test('tables of features concern the index in nothing', () => {
  ofTheVersionBefore()
  migrate(db, migrations, [{ name: 'feature/market', migrations: ['create table stalls (id integer) strict'] }])
  open()
  expect(machines()).toHaveLength(1)
  expect(said).toEqual([])
  expect(versions()).toContainEqual({ module: 'feature/market', version: 1 })
})

test('an event that the ABI does not have is said, and the block goes in without it', () => {
  migrate(db)
  const store = open()
  const log = {
    address: practiceContracts.market,
    data: '0x',
    blockNumber: 1,
    blockHash: hash('01'),
    transactionHash: hash('0a'),
  }
  const removed = interfaces.market.encodeEventLog('MachineRemoved', [1, owner])
  const added = interfaces.market.encodeEventLog('MachineAdded', [1, owner, hash('02'), hash('03')])
  store.append(
    block(1),
    [],
    [
      { ...log, ...added, logIndex: 0, contract: 'market' },
      { ...log, topics: [hash('77'), zeroPadValue('0x01', 32)], logIndex: 1, contract: 'market' },
      { ...log, ...removed, logIndex: 2, contract: 'market' },
    ],
  )
  expect(said.filter((entry) => entry.includes(hash('77')))).toHaveLength(1)
  expect(machines()).toMatchObject([{ state: 'removed' }])
  expect(db.prepare('select account from event_accounts').all()).toEqual([{ account: owner }, { account: owner }])
})

test('a kept event without an argument is named, rather than read as nothing', () => {
  ofTheVersionBefore()
  keep(9, 'market', 'MachineRemoved', { owner })
  migrate(db)
  expect(() => open()).toThrow('market.MachineRemoved without "id"')
})
