import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SaleRow } from '../../../../common/model/data-market.ts'
import { systemClock } from '../../../core/clock.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import { JobStore } from '../../../core/jobs.ts'
import { Log } from '../../../core/log/log.ts'
import { DataBuyerWorkflow, purchases } from './buyer-workflow.ts'

const HASH = `0x${'11'.repeat(32)}`
const DAY = 86_400
const never = new Promise<never>(() => {})

let folder: string
let db: Db
let buyer: DataBuyerWorkflow
let sales: SaleRow[]
let final: boolean
let now: number
let sent: string[]
let locked: boolean
let told: string[]
const events = new Emitter<{ indexed: { head: number } }>()

const sale = (id: number, state: SaleRow['state']): SaleRow => ({
  id,
  asset: id,
  version: 1,
  buyer: '0xme',
  seller: `0x${id}`,
  price: 1n,
  state,
  until: now + DAY,
  paid: 0n,
  royalty: 0n,
  wrongKey: false,
  stars: null,
  boughtTime: now,
  closedTime: null,
  transactions: [{ event: 'SalePaid', hash: HASH }],
})
const look = (): void => events.emit('indexed', { head: 1 })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-buyer-'))
  const log = new Log(() => {})
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
  ;[sales, final, now, sent, locked, told] = [[], true, 1_000, [], false, []]
  buyer = new DataBuyerWorkflow({
    jobs: purchases(new JobStore(db, systemClock)),
    reads: {
      sales: () => sales,
      sale: (id) => sales.find((row) => row.id === id) ?? null,
      version: () => ({
        version: 1,
        content: HASH,
        metadata: HASH,
        preview: null,
        keyCommit: HASH,
        salt: HASH,
        segments: HASH,
        count: 0,
        drawBlock: 0,
        draw: null,
        time: 0,
      }),
      asset: () => null,
      seller: (account) => ({ account, name: null, addresses: [], sold: 0, refunded: 0, wrongKeys: 0, stars: null }),
    },
    catalogue: { described: () => never, promised: () => never },
    packages: {
      // No seller could give its data more slowly than that of sale 1.
      obtain: ({ asset }) => (asset === 1 ? never : Promise.resolve(folder)),
      forget: () => Promise.resolve(),
      withKey: () => never,
      flaw: () => Promise.resolve({ number: 2, commit: HASH, wrapped: HASH, lefts: 0, path: [] }),
    },
    node: {
      get sealing(): never {
        throw new Error('nothing is here to be opened')
      },
    },
    // Of sale 2 the key is wrong.
    vault: { open: (id) => Promise.resolve(id === 2 ? null : 'ab'.repeat(32)) },
    curation: () => {
      throw new Error('nothing is here to be checked')
    },
    steps: {
      pending: () => true,
      send: (seen, last, { kind }) => {
        if (last?.kind === kind && last.seen === seen) return Promise.resolve(null)
        sent.push(kind)
        return Promise.resolve({ kind, transaction: 't', seen })
      },
    },
    indexer: {
      events,
      caughtUp: true,
      isFinal: () => final,
      requireWitnessed: () => Promise.resolve(),
      get chainTime() {
        return now
      },
    },
    monitor: {
      get head() {
        return { number: 1, hash: HASH, time: now }
      },
    },
    paths: { library: join(folder, 'library') },
    isLocked: () => locked,
    notify: (words) => void told.push(words),
    log,
    account: () => '0xme',
  })
})
afterEach(async () => {
  await buyer.stop()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a buyer complains about a wrong key', () => {
  test('while another seller gives its data for ever, and nobody answers what it is called', async () => {
    sales = [sale(1, 'delivered')]
    await buyer.start()
    await expect.poll(() => buyer.job(1)?.state).toBe('opened')
    sales = [sale(2, 'delivered'), ...sales]
    look()
    await expect.poll(() => sent).toEqual(['complainSale'])
    expect(buyer.job(2)).toMatchObject({ state: 'cheated' })
  })

  test('once the delivery is final, since a complaint shows the secret that opens it', async () => {
    final = false
    sales = [sale(2, 'delivered')]
    await buyer.start()
    await expect.poll(() => buyer.job(2)?.state).toBe('cheated')
    look()
    final = true
    expect(sent).toEqual([])
    look()
    await expect.poll(() => sent).toEqual(['complainSale'])
  })

  test('before the end in any case, however slowly the chain becomes final', async () => {
    final = false
    sales = [sale(2, 'delivered')]
    await buyer.start()
    await expect.poll(() => buyer.job(2)?.state).toBe('cheated')
    now += DAY - 3_000
    look()
    await expect.poll(() => sent).toEqual(['complainSale'])
  })
})

test('a buyer complains about a segment that is sealed with another key than was promised', async () => {
  sales = [sale(3, 'delivered')]
  await buyer.start()
  await expect.poll(() => sent).toEqual(['complainSale'])
  expect(buyer.job(3)).toMatchObject({ state: 'cheated', reason: { code: 'segmentWrong', args: { segment: 2 } } })
})

test('a locked wallet is said once with the time that is left, and a complaint follows once it is open', async () => {
  locked = true
  sales = [sale(2, 'delivered')]
  await buyer.start()
  const end = new Date((now + DAY) * 1_000).toISOString()
  await expect
    .poll(() => buyer.job(2)?.reason)
    .toMatchObject({
      args: { failure: { code: 'WALLET_LOCKED', message: expect.stringContaining(end) } },
    })
  look()
  await expect.poll(() => told).toEqual([expect.stringContaining(end)])
  expect(buyer.atStake?.id).toBe(2)
  locked = false
  look()
  await expect.poll(() => sent, { timeout: 15_000 }).toEqual(['complainSale'])
  now += DAY + 1
  expect(buyer.atStake).toBeNull()
  expect(told).toHaveLength(1)
})
