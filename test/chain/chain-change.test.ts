import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { registry, withGaps } from '../../common/chain/contracts.ts'
import { systemClock } from '../../main/core/clock.ts'
import { openDatabase, type Db } from '../../main/core/db/open.ts'
import { JobTable } from '../../main/core/job-table.ts'
import { JobStore } from '../../main/core/jobs.ts'
import { Log } from '../../main/core/log/log.ts'
import { ChainChange } from '../../main/features/chain/chain-change.ts'
import { ChainMonitor, Indexer, practiceContracts, Rpc, TransactionStore } from '../../main/features/chain/index.ts'
import { until } from '../support/market.ts'
import { lineWords } from '../../main/cli/in-words.ts'
import { written } from '../support/sayings.ts'

const hash = (digit: number): string => `0x${String(digit).repeat(64)}`
const moves = { open: { closed: 'closed' }, closed: {} } as const
const log = new Log(() => {})

/** An endpoint that says what a chain begins with, and no more. */
class Endpoint extends Rpc {
  first: string | null = hash(1)
  isAway = false
  override chainId(): Promise<number> {
    return this.isAway ? Promise.reject(new Error('away')) : Promise.resolve(31_337)
  }
  override code(): Promise<string> {
    return Promise.resolve('0x00')
  }
  override genesis(): Promise<string | null> {
    return Promise.resolve(this.first)
  }
  override header(): ReturnType<Rpc['header']> {
    return Promise.resolve({ number: 9, hash: hash(9), parentHash: hash(8), timestamp: 5 })
  }
}

let folder: string
let db: Db
let jobs: JobStore
let endpoint: Endpoint
let orders: JobTable<'open' | 'closed', 'closed', { notes: string }>
/** Numbers of jobs that were asked to give up what they keep. */
let left: number[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-change-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
  jobs = new JobStore(db, systemClock)
  endpoint = new Endpoint('http://127.0.0.1:1')
  orders = new JobTable(jobs, 'order', moves)
  left = []
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Options {
  readonly practice?: boolean
  readonly contracts?: Partial<typeof practiceContracts>
  readonly clean?: () => Promise<void>
}

/** A host that starts on the folder. */
async function start({ practice = true, contracts = {}, clean }: Options = {}): Promise<ChainMonitor> {
  const monitor = new ChainMonitor(
    {
      name: 'test',
      practice,
      chainId: 31_337,
      contracts: { ...practiceContracts, ...contracts },
      fromBlock: 0,
      confirmations: 1,
      pollMs: 10,
      settleMs: 0,
      feeCap: 0n,
      witnesses: [],
      rpc: endpoint,
    },
    log,
  )
  const { store } = new Indexer({ db, monitor, log })
  const change = new ChainChange({ clock: systemClock, db, log, monitor, store })
  change.leaves(orders, {
    called: ({ subjectId }) => `Order ${subjectId}`,
    leave: async ({ subjectId }) => (left.push(subjectId), null),
    keeps: ({ payload: { notes } }) => notes === 'bought',
  })
  if (clean) change.cleans(clean)
  await change.start()
  return monitor
}

/** What happened on a chain: an order that is open, one that is over, one that was bought, and their traces. */
function fill(): void {
  orders.report(orders.open(1, 'open', { notes: 'half done' }), written('Half done.'))
  orders.move(orders.open(2, 'open', { notes: '' }), 'closed')
  orders.move(orders.open(3, 'open', { notes: 'bought' }), 'closed')
  jobs.ensure('of a later version', 4, 'open', {})
  new TransactionStore(db, systemClock).add(`0x${'a'.repeat(40)}`, 31_337, { kind: 'deposit', amount: 7n }, 1n)
  db.prepare("insert into blocks (number, hash, parent, time, transactions) values (9, 'x', 'y', 1, 0)").run()
}
const blocks = () => db.prepare<[], { n: number }>('select count(*) as n from blocks').get()!.n
const transactions = () => db.prepare('select state, error from transactions').all()
const shown = () =>
  db.prepare<[], { name: string }>("select name from jobs where kind = 'former-chain' and name is not null").all()

describe('another chain', () => {
  const isSetAside = (): void => {
    expect([orders.get(1), orders.get(2), orders.get(3), jobs.bySubject('of a later version', 4)]).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect(shown().map(({ name }) => name)).toEqual(['Order 1', 'of a later version 4'])
    expect(orders.list()).toMatchObject([{ subjectId: -1, payload: { notes: 'bought' } }])
    expect(transactions()).toEqual([{ state: 'failed', error: expect.stringContaining('CHAIN_CHANGED') }])
    expect(blocks()).toBe(0)
  }

  test('sets aside what was about the former one, once; what was bought stays, and every log', async () => {
    await start()
    fill()
    const { id } = orders.get(1)!
    endpoint.first = hash(2)
    await start()
    isSetAside()
    expect(left.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
    expect(jobs.logAfter(id, 0).map(lineWords)).toEqual([
      'Half done.',
      'The network was begun anew or changed; nothing more can come of this.',
    ])
    // Order 1 of the new chain is another one.
    expect(orders.open(1, 'open', { notes: 'new' })).toMatchObject({ payload: { notes: 'new' }, state: 'open' })
    orders.open(5, 'closed', { notes: 'bought' })
    left = []
    await start()
    expect([left, orders.get(1)?.payload.notes]).toEqual([[], 'new'])
    // And once more: numbers of what stays do not meet.
    endpoint.first = hash(3)
    await start()
    expect(
      orders
        .list()
        .map(({ subjectId }) => subjectId)
        .sort((a, b) => a - b),
    ).toEqual([-2, -1])
  })

  test('is one with another address of a contract, also while the endpoint is away', async () => {
    await start()
    fill()
    endpoint.isAway = true
    await start({ contracts: { market: practiceContracts.coin } })
    isSetAside()
  })

  test('is what a version left that knew other contracts', async () => {
    fill()
    db.prepare("insert into meta (key, value) values ('network', ?)").run(`31337/${practiceContracts.market}`)
    await start()
    isSetAside()
  })

  test('is left whole after a start that was cut off in its middle', async () => {
    await start()
    fill()
    endpoint.first = hash(2)
    const cut = start({ clean: () => Promise.reject(new Error('cut off')) })
    await expect(cut).rejects.toThrow('cut off')
    expect([orders.get(1)?.state, blocks(), transactions()]).toEqual(['open', 1, [{ state: 'queued', error: null }]])
    await start()
    isSetAside()
  })
})

describe('the same chain', () => {
  const isUntouched = (): void => {
    expect([orders.get(1)?.state, orders.get(2)?.state, blocks(), shown()]).toEqual(['open', 'closed', 1, []])
    expect(left).toEqual([])
  }

  test('is one whose endpoint is away, or does not keep its first block', async () => {
    await start()
    fill()
    endpoint.isAway = true
    endpoint.first = null
    await start()
    endpoint.isAway = false
    await start()
    isUntouched()
    // What it began with is not forgotten over that.
    endpoint.first = hash(2)
    await start()
    expect(left).not.toEqual([])
  })

  test('is one that gets the address of a contract that it lacked', async () => {
    const { jury: _, ...others } = practiceContracts
    await start({ contracts: withGaps(others) })
    fill()
    await start()
    // An address that is taken out is not forgotten, so that no other takes its place unnoticed.
    await start({ contracts: withGaps(others) })
    isUntouched()
    await start({ contracts: { jury: practiceContracts.coin } })
    expect(left).not.toEqual([])
  })

  test('of one’s own is not left because an endpoint shows another beginning: that is said instead', async () => {
    await start({ practice: false })
    fill()
    endpoint.first = hash(2)
    const monitor = await start({ practice: false })
    isUntouched()
    await monitor.start()
    expect(await until('the problem', async () => monitor.problem?.code)).toBe('CHAIN_CHANGED')
    expect(monitor.head).toBeNull()
    await monitor.stop()
  })

  test('is learnt by its first block once the endpoint is there', async () => {
    endpoint.isAway = true
    const monitor = await start()
    endpoint.isAway = false
    await monitor.start()
    await until('the head', async () => monitor.head !== null)
    await monitor.stop()
    fill()
    endpoint.first = hash(2)
    await start()
    expect(left).not.toEqual([])
  })
})

test('every contract of this version is part of what tells chains apart', async () => {
  await start()
  const { value } = db.prepare<[], { value: string }>("select value from meta where key = 'network'").get()!
  expect(Object.keys((JSON.parse(value) as { contracts: object }).contracts).sort()).toEqual([...registry.names].sort())
})
