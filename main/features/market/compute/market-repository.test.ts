import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registry } from '../../../../common/chain/contracts.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { Log } from '../../../core/log/log.ts'
import { MarketRepository } from './market-repository.ts'

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

test('what a machine was paid for is counted in seconds and in customers, and what nobody paid is not', () => {
  const machine = db.prepare("insert into machines (id, owner, state, spec, peer) values (?, '0xp', 'live', '', '')")
  for (const id of [1, 2, 3]) machine.run(id)
  const order = db.prepare(
    `insert into orders (id, offer, machine, buyer, provider, price, start, end, work, state, served, paid, refunded,
     placed_tx) values (?, 1, ?, ?, '0xp', '1', 0, 0, '', 'completed', ?, ?, '0', '')`,
  )
  order.run(1, 1, '0xone', 60, '60')
  order.run(2, 1, '0xone', 60, '60')
  order.run(3, 1, '0xtwo', 3600, '3600')
  order.run(4, 1, '0xthree', 500, '0')
  order.run(5, 2, '0xone', 7, '7')
  const market = new MarketRepository(db, '0xmarket')
  expect(market.machine(1)).toMatchObject({ payingBuyers: 2, paidSeconds: 3720 })
  expect(market.machine(2)).toMatchObject({ payingBuyers: 1, paidSeconds: 7 })
  expect(market.machine(3)).toMatchObject({ payingBuyers: 0, paidSeconds: 0 })
})
