import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EventHandler } from '../../../common/chain/contract-module.ts'
import { contractNames, ContractAddresses, registry, stakeBucket } from '../../../common/chain/contracts.ts'
import { LOT_BOND } from '../../../common/chain/contracts/data-market/actions.ts'
import { openDatabase, type Db } from '../../core/db/open.ts'
import { Log } from '../../core/log/log.ts'
import { ProjectedRows } from '../chain/projected-rows.ts'
import { HeldCoins } from './held-coins.ts'

const contracts = ContractAddresses.parse(
  Object.fromEntries(contractNames.map((name, i) => [name, `0x${String(i + 1).repeat(40)}`])),
)
const [me, other] = ['0xme', '0xother']
const bit254 = (id: bigint): bigint => (1n << 254n) | id

let folder: string
let db: Db
let held: HeldCoins
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-held-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), new Log(() => {}))
  for (const { migrations } of registry.modules) for (const migration of migrations) db.exec(migration)
  held = new HeldCoins(db, contracts)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

/** What the ledger says of a bucket, as the index hears it. */
function ledgerSays(name: 'Held' | 'Released' | 'Closed', args: Parameters<EventHandler>[0]['args']): void {
  const handle = registry.handlerOf('ledger', name) as EventHandler
  handle({ args, transactionHash: '0x', time: 0, contracts }, new ProjectedRows(db, { name, transactionHash: '0x' }))
}
const hold = (contract: keyof typeof contracts, id: bigint, account: string, amount: bigint) =>
  ledgerSays('Held', { module: contracts[contract], id, account, amount })
const release = (contract: keyof typeof contracts, id: bigint, account: string, amount: bigint) =>
  ledgerSays('Released', { module: contracts[contract], id, account, amount })

test('buckets of one number are told apart by their contract and by what they are for', () => {
  hold('market', stakeBucket(7n), me, 10n)
  hold('market', 7n, me, 3n)
  hold('jury', stakeBucket(7n), me, 20n)
  hold('training', 7n, me, 5n)
  hold('training', stakeBucket(7n), other, 5n)
  hold('dataMarket', 7n, me, 2n)
  expect(held.of(me)).toEqual([
    { what: 'job', id: 7, amount: 5n },
    { what: 'juror', id: 7, amount: 20n },
    { what: 'machine', id: 7, amount: 10n },
    { what: 'order', id: 7, amount: 3n },
    { what: 'sale', id: 7, amount: 2n },
  ])
})

test('what was paid out of a bucket is held no more, and what is closed is gone', () => {
  hold('training', 1n, me, 30n)
  release('training', 1n, other, 10n)
  expect(held.of(me)).toEqual([{ what: 'job', id: 1, amount: 20n }])
  ledgerSays('Closed', { module: contracts.training, id: 1n, payee: other, paid: 20n, payer: me, refunded: 0n })
  expect(held.of(me)).toEqual([])
})

test('of a dispute, each party is shown its own bond', () => {
  hold('jury', 4n, me, 8n)
  hold('jury', 4n, other, 8n)
  hold('jury', 4n, me, 16n)
  expect(held.of(me)).toEqual([{ what: 'dispute', id: 4, amount: 24n }])
  expect(held.of(other)).toEqual([{ what: 'dispute', id: 4, amount: 8n }])
})

test('the bond of rows that can still be shown is held, and one that is lost is not', () => {
  hold('dataMarket', bit254(1n), me, LOT_BOND)
  db.exec(`insert into data_assets (id, owner, creator, royalty, state, price, version)
    values (1, '${me}', '${me}', 0, 'draft', '0', 1)`)
  db.exec(`insert into data_versions
    (asset, version, content, metadata, key_commit, salt, segments, count, draw_block, time)
    values (1, 1, '', '', '', '', '', 9, 100, 0)`)
  expect(held.of(me)).toEqual([{ what: 'lot', id: 1, amount: LOT_BOND }])
  // A new version before the first was shown: its bond comes on top of the lost one.
  hold('dataMarket', bit254(1n), me, LOT_BOND)
  expect(held.of(me)).toEqual([{ what: 'lot', id: 1, amount: LOT_BOND }])
  db.exec("update data_versions set draw = '0x'")
  release('dataMarket', bit254(1n), me, LOT_BOND)
  expect(held.of(me)).toEqual([])
})
