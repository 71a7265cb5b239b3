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

test('an account’s orders come a page at a time, and their totals are of all of them', () => {
  db.prepare("insert into machines (id, owner, state, spec, peer) values (1, '0xp', 'live', '', '')").run()
  const order = db.prepare(
    `insert into orders (id, offer, machine, buyer, provider, price, start, end, work, state, served, paid, refunded,
     placed_tx, closed_tx, closed_time) values (?, 1, 1, '0xbuyer', '0xp', '1', 0, 0, '', ?, 1, ?, '0', '', ?, ?)`,
  )
  for (let id = 1; id <= 120; id++) order.run(id, id % 2 ? 'completed' : 'failed', id % 2 ? '3' : '0', `0x${id}`, id)
  order.run(121, 'active', '0', null, null)
  const market = new MarketRepository(db, '0xmarket')
  const ids = (offset: number, active = false): number[] =>
    market.ordersOf('buyer', '0xBuyer', { active, offset }).map(({ id }) => id)
  expect(ids(0)).toEqual(Array.from({ length: 50 }, (_, i) => 121 - i))
  expect(ids(100)).toEqual(Array.from({ length: 21 }, (_, i) => 21 - i))
  expect(ids(121)).toEqual([])
  expect(ids(0, true)).toEqual([121])
  expect(market.totalsOf('0xBuyer')).toEqual({ orders: 121, finished: 60, paid: 180n })
  const paid = market.paidOrdersOf('0xP')
  expect(paid).toHaveLength(60)
  expect(paid[0]).toEqual({ id: 119, machine: 1, served: 1, paid: 3n, transaction: '0x119', time: 119 })
})
