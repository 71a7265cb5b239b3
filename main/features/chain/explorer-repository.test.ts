import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { interfaces, registry } from '../../../common/chain/contracts.ts'
import { openDatabase, type Db } from '../../core/db/open.ts'
import { Log } from '../../core/log/log.ts'
import { thingKinds } from '../../../common/model/thing-kinds.ts'
import { someContracts } from '../../../test/support/contracts.ts'
import { ExplorerRepository } from './explorer-repository.ts'
import { thingSources } from './explorer-things.ts'
import { IndexStore, type IndexedEvent } from './index-store.ts'

const hashOf = (n: number): string => `0x${n.toString(16).padStart(64, '0')}`
const [provider, buyer] = [`0x${'aa'.repeat(20)}`, `0x${'bb'.repeat(20)}`]
const STAKE_BUCKET = (1n << 255n) | 1n

let folder: string
let db: Db
let store: IndexStore
let explorer: ExplorerRepository
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-explorer-'))
  const log = new Log(() => {})
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
  store = new IndexStore({ db, registry, contracts: someContracts, log })
  explorer = new ExplorerRepository(db, someContracts)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

type Said = readonly [contract: 'market' | 'ledger', event: string, ...args: unknown[]]
type Call = { readonly data: string; readonly value?: bigint; readonly said: readonly Said[] }

/** A block as the indexer appends it, with transactions to the market. */
function block(number: number, ...calls: readonly Call[]): void {
  const common = { blockNumber: number, blockHash: hashOf(1000 + number) }
  const indexed = calls.map(({ data, value = 0n }, transactionIndex) => {
    // The first is named by its block.
    const hash = hashOf(number + 10_000 * transactionIndex)
    return {
      transaction: { hash, transactionIndex, from: buyer, to: someContracts.market, input: data, value },
      receipt: { ...common, transactionHash: hash, status: 1, gasUsed: 2n, effectiveGasPrice: 3n },
    }
  })
  const events = calls.flatMap(({ said }, i) =>
    said.map(([contract, event, ...args], logIndex): IndexedEvent => ({
      ...common,
      ...interfaces[contract].encodeEventLog(event, args),
      address: someContracts[contract],
      transactionHash: indexed[i]!.transaction.hash,
      logIndex,
      contract,
    })),
  )
  store.append(
    {
      number,
      hash: common.blockHash,
      parentHash: hashOf(999 + number),
      timestamp: 10 * number,
      transactions: indexed.map(({ transaction }) => transaction),
    },
    indexed,
    events,
  )
}

/** A machine with its stake, its offer, an order of it, and the order's end. */
function history(): void {
  const call = (verb: string, args: unknown[], ...said: Said[]): Call => ({
    data: interfaces.market.encodeFunctionData(verb, args),
    said,
  })
  block(
    1,
    call(
      'addMachine',
      [hashOf(7), hashOf(8)],
      ['market', 'MachineAdded', 1n, provider, hashOf(7), hashOf(8)],
      ['ledger', 'Held', someContracts.market, STAKE_BUCKET, provider, 10n],
    ),
  )
  block(2, call('makeOffer', [1, 5n, 600], ['market', 'OfferMade', 1n, provider, 1n, 5n, 600]))
  block(
    3,
    call(
      'placeOrder',
      [1, 600, 9n, hashOf(9)],
      ['market', 'OrderPlaced', 1n, buyer, 1n, 30, 630, hashOf(9)],
      ['ledger', 'Held', someContracts.market, 1n, buyer, 3000n],
    ),
  )
  block(
    6,
    call(
      'complete',
      [1],
      ['market', 'OrderClosed', 1n, buyer, provider, 2, 60, 300n, 2700n],
      ['ledger', 'Closed', someContracts.market, 1n, provider, 300n, buyer, 2700n],
    ),
  )
}

const nothing: Call = { data: '0x', said: [] }

test('blocks in which nothing happened are folded, and one alone is shown as it is', () => {
  block(1)
  block(2, nothing)
  for (const number of [3, 4, 5]) block(number)
  block(6, nothing)
  block(7)
  block(8)
  expect(explorer.blocks(null)).toEqual([
    { number: 8, oldest: 7, count: 2, time: 80, since: 70 },
    expect.objectContaining({ number: 6, transactions: 1 }),
    { number: 5, oldest: 3, count: 3, time: 50, since: 30 },
    expect.objectContaining({ number: 2, transactions: 1 }),
    expect.objectContaining({ number: 1, hash: hashOf(1001), transactions: 0 }),
  ])
  expect(explorer.blocks(5)[0]).toEqual({ number: 4, oldest: 3, count: 2, time: 40, since: 30 })
  expect(explorer.blocks(1)).toEqual([])
})

test('a page of blocks ends with one that something happened in, and the next begins below it', () => {
  for (let number = 0; number < 80; number++) block(number, ...(number % 3 === 0 ? [nothing, nothing] : []))
  const first = explorer.blocks(null)
  const last = first.at(-1)!
  expect(last).toMatchObject({ number: 6, transactions: 2 })
  const shown = explorer.transactions(null)
  expect(shown).toHaveLength(50)
  expect(shown.at(-1)).toMatchObject({ block: 6, hash: hashOf(6) })
  expect(explorer.transactions(last.number).map(({ block: number }) => number)).toEqual([3, 3, 0, 0])
  expect(explorer.blocks(last.number).map(({ number }) => number)).toEqual([5, 3, 2, 0])
})

test('a call is its action, its arguments are what they mean, and the amount is what really moved', () => {
  history()
  expect(explorer.transaction(hashOf(3))).toMatchObject({
    call: {
      verb: 'placeOrder',
      action: 'placeOrder',
      values: [
        { name: 'offerId', means: 'offer', text: '1' },
        { name: 'term', means: 'duration', text: '600' },
        { name: 'maxPrice', means: 'rate', text: '9' },
        { name: 'work', means: 'hash', text: hashOf(9) },
      ],
    },
    // Not the most that the call would have paid.
    amount: 3000n,
  })
  const closed = explorer.transaction(hashOf(6))
  expect(closed.amount).toBe(300n)
  expect(closed.events[0]!.values).toContainEqual({ name: 'state', means: 'orderState', text: 'completed' })
  expect(closed.events[1]!.values).toContainEqual({ name: 'heldFor', means: 'order', text: '1' })
  expect(explorer.transaction(hashOf(1)).events[1]!.values).toContainEqual({
    name: 'heldFor',
    means: 'machine',
    text: '1',
  })
})

test('a thing is shown with what belongs to it and with every transaction that names it', () => {
  history()
  const order = explorer.thing('order', 1)
  expect(order.facts).toEqual(
    expect.arrayContaining([
      { name: 'state', means: 'orderState', text: 'completed' },
      { name: 'machine', means: 'machine', text: '1' },
      { name: 'price', means: 'rate', text: '5' },
      { name: 'paid', means: 'coins', text: '300' },
    ]),
  )
  expect(order.transactions.map(({ hash }) => hash)).toEqual([hashOf(6), hashOf(3)])
  const machine = explorer.thing('machine', 1)
  expect(machine.lists).toEqual([
    { kind: 'offer', ids: [1] },
    { kind: 'order', ids: [1] },
  ])
  expect(machine.transactions.map(({ hash }) => hash)).toEqual([hashOf(2), hashOf(1)])
  expect(explorer.ofAddress(buyer).lists).toEqual([{ kind: 'order', ids: [1] }])
  expect(explorer.ofAddress(provider.toUpperCase().replace('0X', '0x')).lists.map(({ kind }) => kind)).toEqual([
    'machine',
    'offer',
    'order',
  ])
})

test('what the index does not have is not found, and an address that was never seen is empty', () => {
  history()
  for (const ask of [
    () => explorer.block(4),
    () => explorer.transaction(hashOf(77)),
    () => explorer.thing('order', 2),
    () => explorer.thing('request', 1),
  ])
    expect(ask).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  expect(explorer.ofAddress(`0x${'cc'.repeat(20)}`)).toEqual({ contract: null, lists: [], transactions: [] })
})

test.each(thingKinds)('what the explorer reads of a %s is in the tables', (kind) => {
  expect(() => explorer.thing(kind, 1)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  for (const sql of Object.values(thingSources[kind].lists)) expect(db.prepare<[number]>(sql).all(1)).toEqual([])
})
