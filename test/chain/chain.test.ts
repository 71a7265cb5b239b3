import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HDNodeWallet, Transaction, Wallet } from 'ethers'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { registry, withGaps } from '../../common/chain/contracts.ts'
import { coinDomain, permitTypes } from '../../common/chain/typed-data.ts'
import type { Action } from '../../common/model/action.ts'
import { HearthError } from '../../common/errors/index.ts'
import { systemClock, type Clock } from '../../main/core/clock.ts'
import { openDatabase, type Db } from '../../main/core/db/open.ts'
import { Log } from '../../main/core/log/log.ts'
import {
  ChainMonitor,
  drip,
  ExplorerRepository,
  Indexer,
  PracticeChain,
  practiceContracts,
  product,
  Rpc,
  TransactionQueue,
  TransactionStore,
  type Deployment,
  type Network,
  type Signer,
} from '../../main/features/chain/index.ts'
import { recompute } from '../../main/features/chain/recompute.ts'
import { MarketRepository } from '../../main/features/market/compute/index.ts'
import { Actions, HeldCoins, leftDeposit } from '../../main/features/wallet/index.ts'
import { until } from '../support/market.ts'
import { practiceNetwork } from '../support/practice-network.ts'
import { World } from '../support/processes.ts'

const log = new Log(() => {})
const contracts = practiceContracts
const { ledger } = contracts
const ENOUGH = 10n ** 17n

/** Signs as the vault does, in this process. */
const signerOf = (wallet: HDNodeWallet): Signer => ({
  address: () => wallet.address,
  addressOrNull: () => wallet.address,
  complaint: () => Promise.reject(new Error('this signer buys no data')),
  sign: async (intent) => {
    if (intent.kind === 'permit')
      return {
        hash: null,
        signature: await wallet.signTypedData(coinDomain(31_337, contracts), permitTypes, {
          owner: wallet.address,
          spender: ledger,
          value: intent.amount,
          nonce: intent.nonce,
          deadline: intent.deadline,
        }),
      }
    if (intent.kind !== 'transaction') throw new Error(intent.kind)
    const { kind: _, ...fields } = intent
    const transaction = Transaction.from({ ...fields, type: 2, chainId: 31_337 })
    transaction.signature = wallet.signingKey.sign(transaction.unsignedHash)
    return { signature: transaction.serialized, hash: transaction.hash }
  },
})

let folder: string
let chain: PracticeChain
let network: Network
let monitor: ChainMonitor
let indexer: Indexer
let queue: TransactionQueue
let db: Db
let wallet: HDNodeWallet
let ahead = 0
const clock: Clock = { now: () => systemClock.now() + ahead }
const raw = (method: string, ...params: unknown[]) => network.rpc.send(method, params, z.unknown())

async function startClient(): Promise<void> {
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
  monitor = new ChainMonitor(network, log)
  indexer = new Indexer({ db, monitor, log })
  queue = new TransactionQueue({
    store: new TransactionStore(db, systemClock),
    monitor,
    signer: signerOf(wallet),
    clock,
    log,
  })
  for (const service of [monitor, indexer, queue]) await service.start()
}

async function stopClient(): Promise<void> {
  for (const service of [queue, indexer, monitor]) await service.stop()
  db.close()
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-chain-'))
  wallet = Wallet.createRandom()
  chain = new PracticeChain(join(folder, 'practice'), log)
  await chain.start()
  network = practiceNetwork(chain.rpcUrl)
  await drip(network.rpc, wallet.address)
  await startClient()
})
afterEach(async () => {
  ahead = 0
  await stopClient()
  await chain.stop()
  rmSync(folder, { recursive: true, force: true })
})

const mined = (id: string) =>
  until(
    'a transaction',
    async () => ['mined', 'final', 'failed'].includes(queue.store.get(id)!.state) && queue.store.get(id),
  )
const send = async (action: Action) => mined(queue.enqueue(action, ENOUGH).id)
/** Up to the chain's own tip: the monitor may not have heard of the newest block yet. */
async function caughtUp(): Promise<void> {
  const tip = Number(await raw('eth_blockNumber'))
  await until('the index', async () => indexer.caughtUp && indexer.store.last()!.number >= tip)
}
/** Chains that are begun in one second begin alike. */
const laterThanItsBeginning = async (rpc = network.rpc) => {
  const { timestamp } = await rpc.header(0)
  await until('the next second', async () => Date.now() >= (timestamp + 1) * 1000)
}
const machines = (): number => db.prepare<[], { n: number }>('select count(*) as n from machines').get()!.n

describe('the practice chain’s first block, which anvil makes at each start', () => {
  test('makes it no other chain, and the index goes on', async () => {
    await caughtUp()
    const genesis = await network.rpc.genesis()
    const shown = new Set<string>()
    for (let i = 0; i < 6; i++) {
      await laterThanItsBeginning()
      await stopClient()
      await chain.stop()
      chain = new PracticeChain(join(folder, 'practice'), log)
      await chain.start()
      network = { ...network, fromBlock: 1, rpc: new Rpc(chain.rpcUrl) }
      await startClient()
      shown.add((await network.rpc.block(0))!.hash)
      expect(await network.rpc.genesis()).toBe(genesis)
      await send({ kind: 'deposit', amount: 1n })
      await caughtUp()
    }
    process.stdout.write(`${shown.size} first blocks in 6 starts\n`)
  })

  test('where it does not fit the second, is asked for with each new block, and not without end', async () => {
    await caughtUp()
    let asked = 0
    class Misfit extends Rpc {
      override async block(number: number) {
        asked++
        const block = await super.block(number)
        return block && number === 1 ? { ...block, parentHash: `0x${'11'.repeat(32)}` } : block
      }
    }
    indexer.store.dropAbove(0)
    await stopClient()
    network = { ...network, rpc: new Misfit(chain.rpcUrl) }
    await startClient()
    await until('the first questions', async () => asked > 2)
    const BLOCKS = 5
    for (let i = 0; i < BLOCKS; i++) await raw('evm_mine')
    const head = Number(await raw('eth_blockNumber'))
    await until('the head to be heard of', async () => (monitor.head?.number ?? 0) >= head)
    expect(indexer.caughtUp).toBe(false)
    // Two for each time that it looks: the last that it has, and the next.
    expect(asked).toBeLessThan(4 * (BLOCKS + 2))
  })
})

describe('what proves a transaction is computed anew', () => {
  /** A deposit in one block with transactions of other types, so that the block's tries have branches. */
  async function depositAmongOthers(): Promise<string> {
    await raw('evm_setAutomine', false)
    const { id } = queue.enqueue({ kind: 'deposit', amount: 7n }, ENOUGH)
    const { nonce } = await until('the broadcast', async () =>
      queue.store.get(id)!.state === 'sent' ? queue.store.get(id) : undefined,
    )
    const common = { chainId: 31_337, gasLimit: 100_000, to: wallet.address, value: 1 }
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 8n }
    const [legacy, listed] = [
      { type: 0, gasPrice: 10n ** 11n },
      { type: 1, gasPrice: 10n ** 11n },
    ]
    const accessList = [{ address: ledger, storageKeys: [`0x${'01'.repeat(32)}`] }]
    const making = { type: 2, ...fees, to: null, value: 0, data: '0x00' }
    for (const [i, fields] of [legacy, { ...listed, accessList }, making].entries())
      await network.rpc.sendRaw(await wallet.signTransaction({ ...common, ...fields, nonce: nonce! + 1 + i }))
    await raw('evm_setAutomine', true)
    await raw('evm_mine')
    const { hash } = await mined(id)
    await caughtUp()
    return hash!
  }
  const differing = async (hash: string, rpc = network.rpc): Promise<string[]> =>
    (await recompute({ rpc, registry, contracts }, new ExplorerRepository(db, contracts).indexed(hash)))
      .filter(({ here, said }) => here !== said)
      .map(({ what }) => what)

  test('from what was signed up to the block’s hash, over all that the block holds', async () => {
    const hash = await depositAmongOthers()
    const { block, events } = new ExplorerRepository(db, contracts).indexed(hash)
    expect(block.transactions).toBe(4)
    expect(events.map(({ name }) => name)).toContain('Deposited')
    expect(await differing(hash)).toEqual([])
    class WithoutBlockReceipts extends Rpc {
      override send<T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
        if (method === 'eth_getBlockReceipts') return Promise.reject(new Error('no such method'))
        return super.send(method, params, schema)
      }
    }
    expect(await differing(hash, new WithoutBlockReceipts(chain.rpcUrl))).toEqual([])
  })

  test('and shows where the endpoint lies, and where the index is another than the chain', async () => {
    const hash = await depositAmongOthers()
    /** Changes what an endpoint answers to one method. */
    const liar = (about: string, change: (answer: string) => string) =>
      new (class extends Rpc {
        override async send<T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
          if (method !== about) return super.send(method, params, schema)
          return schema.parse(JSON.parse(change(JSON.stringify(await super.send(method, params, z.unknown())))))
        }
      })(chain.rpcUrl)
    const amount = 7n.toString(16).padStart(64, '0')
    const more = liar('eth_getBlockReceipts', (text) => text.replaceAll(amount, 8n.toString(16).padStart(64, '0')))
    expect(await differing(hash, more)).toEqual(['events', 'receipts'])
    const other = liar('eth_getBlockByNumber', (text) => text.replace('"value":"0x1"', '"value":"0x2"'))
    expect(await differing(hash, other)).toEqual(['transactions'])
    const later = liar('eth_getBlockByNumber', (text) => text.replace('"gasLimit":"0x', '"gasLimit":"0x1'))
    expect(await differing(hash, later)).toEqual(['header'])

    db.exec(`update chain_events set args = replace(args, '"7"', '"8"') where transaction_hash = '${hash}'`)
    expect(await differing(hash)).toEqual(['events'])
    db.exec(`update chain_transactions set value = '1', sender = '${ledger}' where hash = '${hash}'`)
    expect(await differing(hash)).toEqual(['transaction', 'sender', 'events'])
  })
})

describe('the transaction queue', () => {
  test('sends what depends on one another in order, and the index shows its effects', async () => {
    const deposit = queue.enqueue({ kind: 'deposit', amount: 50n * 10n ** 18n }, ENOUGH)
    const machine = queue.enqueue(
      { kind: 'addMachine', spec: `0x${'01'.repeat(32)}`, peer: `0x${'02'.repeat(32)}` },
      ENOUGH,
    )
    expect((await mined(machine.id)).nonce).toBe((await mined(deposit.id)).nonce! + 1)
    await caughtUp()
    const reads = new MarketRepository(db, contracts.market)
    expect(reads.free(wallet.address)).toBe(40n * 10n ** 18n)
    expect(reads.stakeOf(1)).toBe(10n * 10n ** 18n)
    expect(reads.machine(1)).toMatchObject({ owner: wallet.address.toLowerCase(), state: 'live' })
  })

  test('refuses what the contract would revert, with the contract’s own reason and no fee', async () => {
    const before = await network.rpc.balance(wallet.address)
    const failed = await send({ kind: 'withdraw', amount: 1n })
    expect(failed).toMatchObject({ state: 'failed', hash: null })
    expect(JSON.parse(failed.error!)).toMatchObject({
      code: 'CALL_REVERTED',
      details: { revert: 'NotEnoughFree', free: '0', wanted: '1' },
    })
    expect(await network.rpc.balance(wallet.address)).toBe(before)
  })

  test('never pays more for gas than was agreed to', async () => {
    const failed = await mined(queue.enqueue({ kind: 'deposit', amount: 1n }, 1n).id)
    expect(JSON.parse(failed.error!)).toMatchObject({ code: 'FEE_ABOVE_LIMIT' })
  })

  test('goes on after a restart with the very transaction that it had signed', async () => {
    await raw('evm_setAutomine', false)
    const { id } = queue.enqueue({ kind: 'deposit', amount: 7n }, ENOUGH)
    const sent = await until('the broadcast', async () => queue.store.get(id)!.state === 'sent' && queue.store.get(id))
    await stopClient()
    await startClient()
    await raw('evm_setAutomine', true)
    await raw('evm_mine')
    expect(await mined(id)).toMatchObject({
      state: expect.stringMatching(/mined|final/) as string,
      hash: sent.attempts[0]!.hash,
    })
    await caughtUp()
    expect(new MarketRepository(db, contracts.market).free(wallet.address)).toBe(7n)
  })

  test('signs anew when another transaction took the nonce', async () => {
    await raw('evm_setAutomine', false)
    const { id } = queue.enqueue({ kind: 'deposit', amount: 7n }, ENOUGH)
    const sent = await until('the broadcast', async () => queue.store.get(id)!.state === 'sent' && queue.store.get(id))
    const rival = await wallet.signTransaction({
      type: 2,
      chainId: 31_337,
      to: wallet.address,
      value: 0,
      nonce: sent.nonce!,
      gasLimit: 21_000,
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: 10n ** 10n,
    })
    await network.rpc.sendRaw(rival)
    await raw('evm_setAutomine', true)
    await raw('evm_mine')
    const done = await until('the second try', async () => queue.store.get(id)!.hash !== null && queue.store.get(id))
    expect(done.nonce).toBe(sent.nonce! + 1)
  })

  test('waits for a receipt that comes after the count, and never signs anew what is mined', async () => {
    let hidden = 0
    class ReceiptsLate extends Rpc {
      override async receipt(hash: string) {
        const receipt = await super.receipt(hash)
        return receipt && ++hidden <= 2 ? null : receipt
      }
    }
    await stopClient()
    network = { ...network, rpc: new ReceiptsLate(chain.rpcUrl) }
    await startClient()
    const done = await send({ kind: 'deposit', amount: 7n })
    expect(hidden).toBeGreaterThan(2)
    expect(done).toMatchObject({ state: 'mined', attempts: [{ hash: done.hash }] })
    await caughtUp()
    expect(new MarketRepository(db, contracts.market).free(wallet.address)).toBe(7n)
    expect(await network.rpc.transactionCount(wallet.address)).toBe(done.nonce! + 1)
  })

  test.each([
    ['another endpoint has the receipt', true],
    ['a reorganisation could bring it back', false],
  ] as const)('signs nothing anew while %s', async (_, practice) => {
    let looks = 0
    class NoReceipts extends Rpc {
      override receipt() {
        looks++
        return Promise.resolve(null)
      }
    }
    await stopClient()
    network = {
      ...network,
      practice,
      rpc: new NoReceipts(chain.rpcUrl),
      witnesses: practice ? [new Rpc(chain.rpcUrl)] : [],
    }
    await startClient()
    const { id } = queue.enqueue({ kind: 'deposit', amount: 7n }, ENOUGH)
    await until('it to be mined', async () => (await network.rpc.transactionCount(wallet.address)) === 1)
    for (let i = 0; i < 2; i++) {
      const enough = looks + 4
      await until('it to be looked for', async () => looks >= enough)
      ahead += 60_000
    }
    expect(queue.store.get(id)).toMatchObject({ state: 'sent', nonce: 0 })
    expect(await network.rpc.transactionCount(wallet.address)).toBe(1)
  })

  test('sends again what a reorganisation threw out', async () => {
    const snapshot = await network.rpc.send('evm_snapshot', [], z.string())
    const { id } = await send({ kind: 'deposit', amount: 7n })
    await caughtUp()
    await raw('evm_revert', snapshot)
    await raw('anvil_mine', '0x3')
    await until(
      'the deposit is back',
      async () => (await network.rpc.receipt(queue.store.get(id)!.attempts[0]!.hash)) !== null,
    )
    await caughtUp()
    expect(new MarketRepository(db, contracts.market).free(wallet.address)).toBe(7n)
  })
})

describe('an action that holds more coins than are free in the market', () => {
  const COIN = 10n ** 18n
  const facts = { spec: `0x${'01'.repeat(32)}`, peer: `0x${'02'.repeat(32)}` }
  let actions: Actions
  const actionsOn = (on: Network) =>
    new Actions({
      network: on,
      signer: signerOf(wallet),
      queue,
      clock,
      chainTime: () => monitor.head?.time ?? 0,
      complete: async (wanted) => (wanted.kind === 'addMachine' ? { ...wanted, ...facts } : (wanted as Action)),
    })
  const sent = () => queue.store.recent(wallet.address, network.chainId, 2).toReversed()

  beforeEach(() => {
    actions = actionsOn(network)
  })

  test('is agreed to at once with the deposit of what is missing, which is sent before it', async () => {
    await send({ kind: 'deposit', amount: 4n * COIN })
    const { rpc } = network
    const preview = await actions.preview({ kind: 'addMachine' })
    expect(preview).toMatchObject({ action: 'addMachine', amount: 10n * COIN, deposit: 6n * COIN })
    const before = await rpc.balance(wallet.address)
    expect(await mined(actions.confirm(preview.id).id)).toMatchObject({ action: { kind: 'addMachine' } })
    expect(sent().map(({ action, state }) => [action.kind, state])).toEqual([
      ['deposit', expect.stringMatching(/mined|final/)],
      ['addMachine', expect.stringMatching(/mined|final/)],
    ])
    expect(before - (await rpc.balance(wallet.address))).toBeLessThanOrEqual(preview.highestFee)
    await caughtUp()
    const reads = new MarketRepository(db, contracts.market)
    expect([reads.free(wallet.address), reads.stakeOf(1)]).toEqual([0n, 10n * COIN])
    for (const transaction of sent()) expect(leftDeposit(transaction, queue.store)).toBeNull()
    const held = new HeldCoins(db, contracts)
    expect(held.of(wallet.address)).toEqual([{ what: 'machine', id: 1, amount: 10n * COIN }])
    await send({ kind: 'removeMachine', machine: 1 })
    await caughtUp()
    expect(held.of(wallet.address)).toEqual([])
  })

  test('is sent alone where enough is free', async () => {
    await send({ kind: 'deposit', amount: 10n * COIN })
    const preview = await actions.preview({ kind: 'addMachine' })
    expect(preview.deposit).toBeNull()
    await mined(actions.confirm(preview.id).id)
    expect(sent().map(({ action }) => action.kind)).toEqual(['deposit', 'addMachine'])
    expect(queue.store.recent(wallet.address, network.chainId, 9)).toHaveLength(2)
  })

  test('says what is missing where the wallet has too little, and sends nothing', async () => {
    await send({ kind: 'deposit', amount: 400n * COIN })
    const bounty = 1_500n * COIN
    await expect(actions.preview({ kind: 'openRequest', bounty, brief: facts.spec })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_COINS',
      details: {
        wanted: String(bounty),
        free: String(400n * COIN),
        wallet: String(600n * COIN),
        missing: String(500n * COIN),
      },
    })
    expect(queue.store.recent(wallet.address, network.chainId, 9)).toHaveLength(1)
  })

  test('leaves the deposit in the market where it is refused after all', async () => {
    await send({ kind: 'deposit', amount: 10n * COIN })
    await send({ kind: 'addMachine', ...facts })
    await send({ kind: 'makeOffer', machine: 1, price: COIN, maxSeconds: 600 })
    const order = await actions.preview({
      kind: 'placeOrder',
      offer: 1,
      term: 60,
      maxPrice: COIN,
      work: facts.spec,
    })
    expect(order.deposit).toBe(60n * COIN)
    await send({ kind: 'cancelOffer', offer: 1 })
    const refused = await mined(actions.confirm(order.id).id)
    expect(refused).toMatchObject({ action: { kind: 'placeOrder' }, state: 'failed', hash: null })
    expect(JSON.parse(refused.error!)).toMatchObject({ details: { revert: 'OfferNotOpen' } })
    expect(leftDeposit(refused, queue.store)).toBe(60n * COIN)
    await caughtUp()
    expect(new MarketRepository(db, contracts.market).free(wallet.address)).toBe(60n * COIN)
  })

  test('is shown with what it holds, also where only the chain knows how much', async () => {
    await send({ kind: 'deposit', amount: 75n * COIN })
    await send({ kind: 'addMachine', ...facts })
    await send({ kind: 'makeOffer', machine: 1, price: COIN, maxSeconds: 600 })
    await send({ kind: 'placeOrder', offer: 1, term: 60, maxPrice: COIN, work: facts.spec })
    expect(await actions.preview({ kind: 'renewOrder', order: 1, extra: 60 })).toMatchObject({
      amount: 60n * COIN,
      deposit: 55n * COIN,
    })
    await caughtUp()
    expect(new HeldCoins(db, contracts).of(wallet.address)).toEqual([
      { what: 'machine', id: 1, amount: 10n * COIN },
      { what: 'order', id: 1, amount: 60n * COIN },
    ])
  })

  test('is not refused by a node that has not heard of the deposit yet', async () => {
    await stopClient()
    let refusals = 2
    class Lagging extends Rpc {
      override async estimateGas(from: string, to: string, data: string) {
        if (to === contracts.market && refusals-- > 0)
          throw new HearthError('CALL_REVERTED', 'not enough', {
            revert: 'NotEnoughFree',
            account: from,
            free: '0',
            wanted: String(10n * COIN),
          })
        return super.estimateGas(from, to, data)
      }
    }
    network = { ...network, practice: false, rpc: new Lagging(chain.rpcUrl) }
    await startClient()
    const last = queue.enqueueAll([
      { action: { kind: 'deposit', amount: 10n * COIN }, maxFee: ENOUGH },
      { action: { kind: 'addMachine', ...facts }, maxFee: ENOUGH },
    ])
    expect(await mined(last.id)).toMatchObject({ state: expect.stringMatching(/mined|final/) as string, error: null })
    expect(refusals).toBeLessThan(1)
  })

  test('is refused as before where the endpoint simulates nothing', async () => {
    class Plain extends Rpc {
      override gasInTurn() {
        return this.send('eth_simulateNothing', [], z.array(z.bigint()))
      }
    }
    const plain = actionsOn({ ...network, rpc: new Plain(chain.rpcUrl) })
    await expect(plain.preview({ kind: 'openRequest', bounty: COIN, brief: facts.spec })).rejects.toMatchObject({
      code: 'CALL_REVERTED',
      details: { revert: 'NotEnoughFree' },
    })
  })

  test('takes nothing from the wallet to pay it back to it', async () => {
    await expect(actions.preview({ kind: 'withdraw', amount: COIN })).rejects.toMatchObject({
      code: 'CALL_REVERTED',
      details: { revert: 'NotEnoughFree' },
    })
  })
})

describe('the indexer', () => {
  test('forgets what a real reorganisation took away and indexes what came instead', async () => {
    await send({ kind: 'deposit', amount: 50n * 10n ** 18n })
    await caughtUp()
    const snapshot = await network.rpc.send('evm_snapshot', [], z.string())
    const add = queue.enqueue(
      { kind: 'addMachine', spec: `0x${'01'.repeat(32)}`, peer: `0x${'02'.repeat(32)}` },
      ENOUGH,
    )
    await mined(add.id)
    await caughtUp()
    expect(machines()).toBe(1)
    await queue.stop()
    await raw('evm_revert', snapshot)
    await raw('anvil_mine', '0x2')
    await until('the machine to be gone', async () => machines() === 0)
    await caughtUp()
    expect(new MarketRepository(db, contracts.market).free(wallet.address)).toBe(50n * 10n ** 18n)
    await queue.start()
    await until('the machine to be back', async () => machines() === 1)
  })

  test('resumes from its last block', async () => {
    await send({ kind: 'deposit', amount: 7n })
    await caughtUp()
    await stopClient()
    await raw('anvil_mine', '0x5')
    const asked: number[] = []
    const block = network.rpc.block.bind(network.rpc)
    network.rpc.block = (number) => (asked.push(number), block(number))
    await startClient()
    const last = indexer.store.last()!.number
    await caughtUp()
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(last)
    expect(new MarketRepository(db, contracts.market).free(wallet.address)).toBe(7n)
  })
})

describe('the practice chain', () => {
  test('killed with -9 comes back with every coin where it was', async () => {
    await send({ kind: 'deposit', amount: 7n })
    await caughtUp()
    // Our own transactions are sent again; what the faucet gave is only safe once it is saved.
    await until('the snapshot', async () => chain.savedHead === monitor.head?.hash)
    const { pid } = chain
    process.kill(pid!, 'SIGKILL')
    await until(
      'another anvil',
      async () =>
        chain.pid !== undefined && chain.pid !== pid && (await network.rpc.chainId().catch(() => null)) === 31_337,
    )
    await send({ kind: 'deposit', amount: 5n })
    await until('both deposits', async () => new MarketRepository(db, contracts.market).free(wallet.address) === 12n)
  })
})

describe('a practice chain', () => {
  const putAway = (): string[] =>
    readdirSync(join(folder, 'practice')).filter((name) => name.startsWith('state.json.old-'))
  async function startAgain(deployment?: Deployment): Promise<Rpc> {
    await chain.stop()
    chain = new PracticeChain(join(folder, 'practice'), log, deployment)
    await chain.start()
    return new Rpc(chain.rpcUrl)
  }
  /** The product's contracts, one of them with a byte of code behind the rest that runs never. */
  const changed: Deployment = {
    registry: product.registry,
    bytecode: (artefact) => product.bytecode(artefact) + (artefact === 'Market' ? '00' : ''),
  }

  test('of the same contracts goes on, and one of other code at the same address is begun anew', async () => {
    const genesis = await network.rpc.genesis()
    const same = await startAgain()
    expect([await same.genesis(), putAway()]).toEqual([genesis, []])
    expect(await same.balance(wallet.address)).toBeGreaterThan(0n)

    await laterThanItsBeginning(same)
    const other = await startAgain(changed)
    expect(await other.genesis()).not.toBe(genesis)
    expect(await other.balance(wallet.address)).toBe(0n)
    for (const address of Object.values(contracts)) expect(await other.code(address), address).not.toBe('0x')
    expect(putAway()).toHaveLength(1)
    const begun = await other.genesis()
    expect([await (await startAgain(changed)).genesis(), putAway()]).toEqual([begun, putAway()])
    expect(putAway()).toHaveLength(1)
  })

  test('of an older Hearth, which noted no contracts or lacks one, is put away and begun anew', async () => {
    rmSync(join(folder, 'practice', 'deployment'))
    const rpc = await startAgain()
    expect(await rpc.balance(wallet.address)).toBe(0n)
    expect(putAway()).toHaveLength(1)

    await rpc.send('anvil_setCode', [contracts.training, '0x'], z.unknown())
    await rpc.send('evm_mine', [], z.unknown())
    const again = await startAgain()
    for (const address of Object.values(contracts)) expect(await again.code(address), address).not.toBe('0x')
    expect(putAway()).toHaveLength(2)
  })
})

test('a chain that is replaced while a host looks at it takes nothing back and is sent nothing', async () => {
  const deposit = await send({ kind: 'deposit', amount: 7n })
  await caughtUp()
  monitor.keepTo(await network.rpc.genesis(), () => {})
  const [indexed, sent] = [indexer.store.last(), queue.store.get(deposit.id)!.hash]
  await laterThanItsBeginning()
  // Longer than the old one, so that only its beginning tells.
  await raw('anvil_reset')
  await raw('anvil_mine', '0x64')
  const waiting = queue.enqueue({ kind: 'deposit', amount: 5n }, ENOUGH)
  await until('the reason', async () => queue.waiting?.code === 'CHAIN_CHANGED')
  expect(await network.rpc.transactionCount(wallet.address)).toBe(0)
  expect([indexer.store.last(), queue.store.get(waiting.id)!.state]).toEqual([indexed, 'queued'])
  expect(queue.store.get(deposit.id)).toMatchObject({ hash: sent })
})

test('a chain whose host was killed with -9 is taken over with its newest block, on the same address', async () => {
  await using world = new World()
  const first = await world.chain()
  const rpc = new Rpc(first.ready.rpcUrl!)
  await first.kill('SIGKILL')
  await drip(rpc, wallet.address)
  const { hash } = await rpc.header('latest')
  const second = await world.chain()
  expect(second.ready.rpcUrl).toBe(first.ready.rpcUrl)
  expect((await rpc.header('latest')).hash).toBe(hash)
})

describe('an endpoint', () => {
  test('of another chain, or without our contracts, is named as what it is', async () => {
    const problemOf = async (change: Partial<Network>): Promise<string | undefined> => {
      const other = new ChainMonitor({ ...network, ...change }, log)
      await other.start()
      const code = await until('a problem', async () => other.problem?.code)
      await other.stop()
      return code
    }
    expect(await problemOf({ chainId: 1 })).toBe('WRONG_CHAIN')
    expect(await problemOf({ contracts: { ...contracts, market: wallet.address } })).toBe('NO_CONTRACTS')
    expect(await problemOf({ rpc: new Rpc('http://127.0.0.1:1') })).toBe('NETWORK_DOWN')
  })

  test('whose settings lack a contract’s address is not used, and the contract is named', async () => {
    const { jury: _, ...others } = contracts
    const lacking = new ChainMonitor({ ...network, contracts: withGaps(others) }, log)
    await lacking.start()
    const problem = await until('a problem', async () => lacking.problem)
    await lacking.stop()
    expect(problem).toMatchObject({ code: 'NO_CONTRACTS', message: expect.stringContaining('no address for jury') })
    // Nothing is encoded for the address that stands for it, and nothing there is taken for a contract.
    const refuse = (): never => expect.unreachable()
    const context = {
      contracts: withGaps(others),
      chainTime: 0,
      account: refuse,
      read: refuse,
      permit: refuse,
      complaint: refuse,
    }
    expect(registry.at(context.contracts, `0x${'00'.repeat(20)}`)).toBeNull()
    for (const [kind, { contract }] of registry.actions())
      if (contract === 'jury')
        await expect(registry.encode({ kind }, context)).rejects.toMatchObject({ code: 'NO_CONTRACTS' })
  })

  test('that lies about a block’s hash or answers nonsense is not believed', async () => {
    let answer: unknown
    const server = createServer((_request, response) => response.end(JSON.stringify(answer)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const liar = new Rpc(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
    const honest = await network.rpc.send('eth_getBlockByNumber', ['latest', false], z.record(z.string(), z.unknown()))
    answer = { jsonrpc: '2.0', id: 1, result: honest }
    await expect(liar.header('latest')).resolves.toMatchObject({ hash: honest.hash })
    answer = { jsonrpc: '2.0', id: 1, result: { ...honest, timestamp: '0x1' } }
    await expect(liar.header('latest')).rejects.toMatchObject({ code: 'CHAIN_LIES' })
    answer = { jsonrpc: '2.0', id: 1, result: { ...honest, number: 'twelve' } }
    await expect(liar.header('latest')).rejects.toMatchObject({ code: 'CHAIN_LIES' })
    answer = 'hello'
    await expect(liar.chainId()).rejects.toMatchObject({ code: 'CHAIN_LIES' })
    server.close()
  })

  test('that invents what a contract said, in a block that is right, is found out by another one', async () => {
    const truth = new Rpc(chain.rpcUrl)
    await stopClient()
    network = { ...network, witnesses: [truth] }
    await startClient()
    const deposit = async () => {
      const { id } = queue.enqueue({ kind: 'deposit', amount: 5n }, ENOUGH)
      const mined = await until('the deposit', async () => queue.store.get(id)?.hash)
      await until('the index', async () => indexer.store.blockOf(mined) !== null)
      return [{ hash: mined }]
    }
    await expect(indexer.requireWitnessed(await deposit())).resolves.toBeUndefined()
    // Fifteen coins for five: block, transaction and topics are as they were.
    const logs = network.rpc.logs.bind(network.rpc)
    network.rpc.logs = async (...range) =>
      (await logs(...range)).map((entry) => ({ ...entry, data: `${entry.data.slice(0, -1)}f` }))
    const invented = await deposit()
    await expect(indexer.requireWitnessed(invented)).rejects.toMatchObject({ code: 'ENDPOINTS_DIFFER' })
    // One that is away says nothing.
    await stopClient()
    network = { ...network, witnesses: [new Rpc('http://127.0.0.1:1')] }
    await startClient()
    await expect(indexer.requireWitnessed(invented)).resolves.toBeUndefined()
  })
})
