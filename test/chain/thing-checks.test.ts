import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AbiCoder, keccak256, SigningKey, Wallet, type BaseWallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Recomputed } from '../../common/api/explorer.ts'
import { interfaces, type ContractName } from '../../common/chain/contracts.ts'
import { marketDomain, receiptTypes } from '../../common/chain/typed-data.ts'
import { openDatabase, type Db } from '../../main/core/db/open.ts'
import { Log } from '../../main/core/log/log.ts'
import {
  ChainEvidence,
  ChainMonitor,
  drip,
  Indexer,
  PracticeChain,
  practiceContracts as contracts,
  Rpc,
  type Network,
} from '../../main/features/chain/index.ts'
import { settled } from '../../main/features/chain/thing-checks.ts'
import { MarketRepository } from '../../main/features/market/compute/index.ts'
import { orderCheck } from '../../main/features/market/compute/order-check.ts'
import { assetCheck } from '../../main/features/market/data/asset-check.ts'
import { DataRepository } from '../../main/features/market/data/index.ts'
import { saleCheck } from '../../main/features/market/data/sale-check.ts'
import { DisputeRepository } from '../../main/features/market/training/dispute-repository.ts'
import { disputeCheck } from '../../main/features/market/training/dispute-check.ts'
import { JobRepository } from '../../main/features/market/training/index.ts'
import { jobCheck } from '../../main/features/market/training/job-check.ts'
import { createWorkRegistry } from '../../main/work/index.ts'
import { until } from '../support/market.ts'
import { practiceNetwork } from '../support/practice-network.ts'

const log = new Log(() => {})
const abi = AbiCoder.defaultAbiCoder()
const COIN = 10n ** 18n
const JURORS = 6
const wallets = (count: number): BaseWallet[] => Array.from({ length: count }, () => Wallet.createRandom())
const [buyer, provider] = wallets(2) as [BaseWallet, BaseWallet]
const owners = wallets(JURORS)
const hashOf = (n: number): string => keccak256(abi.encode(['uint256'], [n]))

let folder: string
let chain: PracticeChain
let network: Network
let db: Db

const raw = <T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> =>
  network.rpc.send(method, params, schema)
const mine = () => raw('evm_mine', [], z.unknown())
const pass = async (seconds: number) => {
  await raw('evm_increaseTime', [seconds], z.unknown())
  await mine()
}

/** Calls a contract as an account; the chain needs no key for that. */
async function as({ address }: BaseWallet, contract: ContractName, verb: string, ...args: unknown[]): Promise<void> {
  const data = interfaces[contract].encodeFunctionData(verb, args)
  const hash = await raw(
    'eth_sendTransaction',
    [{ from: address, to: contracts[contract], data, gas: '0x7a1200' }],
    z.string(),
  )
  const receipt = await until('a receipt', () => network.rpc.receipt(hash))
  expect(receipt.status, `${contract}.${verb}`).toBe(1)
}

async function fund(wallet: BaseWallet): Promise<void> {
  await drip(network.rpc, wallet.address)
  await raw('anvil_impersonateAccount', [wallet.address], z.unknown())
  await as(wallet, 'coin', 'approve', contracts.ledger, 100n * COIN)
  await as(wallet, 'ledger', 'deposit', 100n * COIN)
}

/** An order that is settled by a receipt, one that its buyer ends, and one that runs. */
async function orders(): Promise<void> {
  for (const id of [1, 2, 3]) {
    await as(provider, 'market', 'makeOffer', 1, 5n, 600)
    await as(buyer, 'market', 'placeOrder', id, 600, 5n, hashOf(id))
    await pass(100)
    const content = { order: id, provider: provider.address, price: 5n, served: 90, finished: true }
    const signature = await buyer.signTypedData(marketDomain(31_337, contracts), receiptTypes, content)
    if (id === 1) await as(provider, 'market', 'settle', id, 90, true, signature)
    if (id === 2) await as(buyer, 'market', 'complete', id)
  }
}

/** A dispute with an absent juror's seat filled again, and an appeal that more seats are called for than there are. */
async function dispute(): Promise<void> {
  for (const [i, owner] of owners.entries()) await as(owner, 'jury', 'enrol', i + 2)
  await as(owners[1]!, 'jury', 'retire', 3)
  await as(buyer, 'training', 'open', 1, COIN, 2, 3_600, hashOf(7))
  await as(provider, 'training', 'accept', 1)
  await as(provider, 'training', 'commit', 1, hashOf(8), 9)
  await mine()
  await as(provider, 'training', 'sample', 1)
  // Whoever comes behind the commitment judges nothing of it.
  await as(buyer, 'training', 'challenge', 1, 3)
  await as(provider, 'training', 'defend', 1)
  await mine()
  await as(provider, 'jury', 'draw', 1)
  const seated = () => drawn(0)
  const [first] = await seated()
  await as(owners[first! - 2]!, 'jury', 'abstain', 1, first)
  await as(provider, 'jury', 'draw', 1)
  const voting = (await seated()).filter((machine) => machine !== first)
  const vote = (machine: number): string =>
    keccak256(abi.encode(['uint256', 'uint8', 'uint64', 'bool', 'bytes32'], [1, 0, machine, false, hashOf(9)]))
  for (const machine of voting) await as(owners[machine - 2]!, 'jury', 'vote', 1, machine, vote(machine))
  for (const machine of voting) await as(owners[machine - 2]!, 'jury', 'reveal', 1, machine, false, hashOf(9))
  await as(buyer, 'jury', 'appeal', 1)
  await mine()
  await as(provider, 'jury', 'draw', 1)
}

async function drawn(round: number): Promise<number[]> {
  const answer = await network.rpc.call(contracts.jury, interfaces.jury.encodeFunctionData('getRound', [1, round]))
  const [, seats] = interfaces.jury.decodeFunctionResult('getRound', answer).toArray() as [
    unknown,
    readonly { readonly machine: bigint }[],
  ]
  return seats.map(({ machine }) => Number(machine))
}

/** An asset with a lot, and a sale of it whose key was delivered and that is over. */
async function sale(): Promise<void> {
  const version = [hashOf(11), hashOf(12), hashOf(13), hashOf(14), hashOf(15), 300]
  await as(provider, 'dataMarket', 'create', 0, 0, version)
  await mine()
  await as(provider, 'dataMarket', 'list', 1, 3n * COIN, hashOf(16))
  const point = (seed: number): [x: string, v: number] => {
    const key = new SigningKey(hashOf(seed)).compressedPublicKey
    return [`0x${key.slice(4)}`, key.startsWith('0x02') ? 27 : 28]
  }
  await as(buyer, 'dataMarket', 'buy', 1, 1, 3n * COIN, ...point(17))
  await as(provider, 'dataMarket', 'deliver', 1, ...point(18), hashOf(19))
  await as(buyer, 'dataMarket', 'finalise', 1)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-checks-'))
  chain = new PracticeChain(join(folder, 'practice'), log)
  await chain.start()
  network = practiceNetwork(chain.rpcUrl)
  for (const wallet of [buyer, provider, ...owners]) await fund(wallet)
  for (const wallet of [provider, ...owners]) await as(wallet, 'market', 'addMachine', hashOf(1), hashOf(2))
  await orders()
  await dispute()
  await sale()
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
  const monitor = new ChainMonitor(network, log)
  const indexer = new Indexer({ db, monitor, log })
  await monitor.start()
  await indexer.start()
  const tip = (await network.rpc.header('latest')).number
  await until('the index', async () => indexer.caughtUp && indexer.store.last()!.number >= tip)
  await indexer.stop()
  await monitor.stop()
})
afterAll(async () => {
  db.close()
  await chain.stop()
  rmSync(folder, { recursive: true, force: true })
})

function checks(rpc = network.rpc) {
  const evidence = new ChainEvidence({ db, network: { ...network, rpc } })
  const reads = new DataRepository(db, contracts.dataMarket)
  const jobs = new JobRepository(db)
  const absent = (): never => {
    throw new Error('nothing of it is here')
  }
  const here = {
    evidence,
    reads,
    node: { sealing: {} as never },
    releases: { of: () => null, sealed: absent },
    packages: { withBytes: <T>(_: string, work: (folder: null) => Promise<T>) => work(null) },
    catalogue: { keptPreview: () => null },
  }
  return {
    order: orderCheck({
      evidence,
      reads: new MarketRepository(db, contracts.market),
      work: { specOf: () => Promise.resolve(null) },
      kinds: createWorkRegistry([]),
    }),
    dispute: disputeCheck({ evidence, reads: new DisputeRepository(db), jobs }),
    job: jobCheck({
      evidence,
      reads: jobs,
      hired: { get: () => null, list: () => [] },
      check: { verifyAgain: absent },
    }),
    asset: assetCheck(here),
    sale: saleCheck(here),
  }
}

const named = ({ what, of }: Recomputed): string => (of ? `${what} ${of.number}` : what)
const differing = (rows: readonly Recomputed[]): string[] =>
  rows.filter(({ here, said }) => here !== null && said !== null && here !== said).map(named)
const equal = (rows: readonly Recomputed[]): string[] =>
  rows.filter(({ here, said }) => here !== null && here === said).map(named)
const untold = (rows: readonly Recomputed[]): Record<string, string | null> =>
  Object.fromEntries(
    rows.filter(({ here, said }) => here === null || said === null).map((row) => [named(row), row.why]),
  )

/** Changes what an endpoint answers to one method. */
const liar = (about: string, change: (answer: string) => string): Rpc =>
  new (class extends Rpc {
    override async send<T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
      if (method !== about) return super.send(method, params, schema)
      return schema.parse(JSON.parse(change(JSON.stringify(await super.send(method, params, z.unknown())))))
    }
  })(chain.rpcUrl)

/** An endpoint that has thrown away what is old. */
const pruned = (method: string): Rpc =>
  new (class extends Rpc {
    override send<T>(asked: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
      return super.send(asked === method ? 'eth_noSuchMethod' : asked, params, schema)
    }
  })(chain.rpcUrl)

/** With a changed row in the index, which is as it was afterwards. */
async function tampered<T>(sql: string, look: () => Promise<T>): Promise<T> {
  db.exec(`begin; ${sql}`)
  try {
    return await look()
  } finally {
    db.exec('rollback')
  }
}

describe('an order', () => {
  const check = (id: number, rpc?: Rpc) => checks(rpc).order(id)

  test('that a receipt settled: its digest, its signer and the payment', async () => {
    const rows = await check(1)
    expect(equal(rows)).toEqual(['receiptDigest', 'receiptSigner', 'served', 'paid', 'refunded', 'ledgerPaid'])
    expect(rows.find(({ what }) => what === 'receiptSigner')!.here).toBe(buyer.address.toLowerCase())
    expect(rows.find(({ what }) => what === 'paid')!.here).toBe('450')
    // What was ordered is not on this machine.
    expect(untold(rows)).toEqual({ work: 'bytes' })
  })

  test('that its buyer ended, by the clock; and one that runs, by what the ledger holds', async () => {
    const ended = await check(2)
    expect([differing(ended), equal(ended)]).toEqual([[], ['served', 'paid', 'refunded', 'ledgerPaid']])
    expect(equal(await check(3))).toEqual(['held'])
  })

  test('is not equal where the index, the call or the endpoint says something else', async () => {
    expect(
      await tampered("update orders set paid = '451' where id = 1", async () => differing(await check(1))),
    ).toEqual(['paid'])
    const other = `update orders set buyer = '${provider.address.toLowerCase()}' where id = 1`
    expect(await tampered(other, async () => differing(await check(1)))).toEqual(['receiptSigner'])
    const served = (n: number): string => n.toString(16).padStart(64, '0')
    const call = `update chain_transactions set input = replace(input, '${served(90)}', '${served(91)}')`
    expect(await tampered(call, async () => differing(await check(1)))).toEqual([
      'receiptSigner',
      'served',
      'paid',
      'refunded',
      'ledgerPaid',
    ])
    const lying = liar('eth_call', (answer) => answer.replace(served(31_337), served(31_338)))
    expect(differing(await check(1, lying))).toEqual(['receiptDigest'])
    const held = liar('eth_call', (answer) => answer.replace(served(3_000), served(2_999)))
    expect(differing(await check(3, held))).toEqual(['held'])
  })

  test('that is not there is not found, and what an endpoint has thrown away cannot be told', async () => {
    await expect(check(99)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(untold(await check(1, pruned('eth_call')))).toEqual({ receiptDigest: 'block', work: 'bytes' })
  })
})

describe('a dispute', () => {
  const check = (rpc?: Rpc) => checks(rpc).dispute(1)

  test('every jury is drawn once more, also where a seat was filled again and where not all could be', async () => {
    const rows = await check()
    expect(differing(rows)).toEqual([])
    expect(equal(rows)).toEqual([
      'since',
      ...[1, 2].flatMap((round) => [`drawBlock ${round}`, `seed ${round}`, `jury ${round}`, `juryKept ${round}`]),
    ])
    expect(await drawn(0)).toHaveLength(4)
    expect((await drawn(1)).length).toBeLessThan(7)
    // The one that left before the commitment is in neither.
    expect(rows.some(({ what, here }) => what === 'jury' && here!.split(', ').includes('3'))).toBe(false)
  })

  test('is not equal where another machine sits, another enrolled, or another block drew', async () => {
    const [seat] = await drawn(0)
    const other = `update jury_seats set machine = 99 where dispute = 1 and round = 0 and machine = ${seat}`
    expect(await tampered(other, async () => differing(await check()))).toEqual(['juryKept 1'])
    const enrolled = `update chain_events set args = replace(args, '"machine":"${seat}"', '"machine":"77"') where name = 'JurorEnrolled'`
    expect(await tampered(enrolled, async () => differing(await check()))).toContain('jury 1')
    const since = `update chain_events set args = json_set(args, '$.since', '1') where name = 'CaseOpened'`
    expect(await tampered(since, async () => differing(await check()))).toContain('since')
    const header = liar('eth_getBlockByNumber', (answer) => answer.replace('"gasLimit":"0x', '"gasLimit":"0x1'))
    // Another seed may seat the same jurors.
    expect(differing(await check(header))).toEqual(
      expect.arrayContaining(['drawBlock 1', 'seed 1', 'drawBlock 2', 'seed 2']),
    )
  })

  test('cannot be told where the endpoint does not keep the block, or what stood at it', async () => {
    const blocks = await check(pruned('eth_getBlockByNumber'))
    expect(differing(blocks)).toEqual([])
    expect(untold(blocks)).toMatchObject({ 'drawBlock 1': 'block', 'seed 1': 'block', 'jury 1': 'block' })
    const state = await check(pruned('eth_call'))
    expect(untold(state)).toMatchObject({ 'seed 1': 'block', 'jury 1': 'block' })
    // What the index lists can still be told.
    expect(equal(state)).toContain('juryKept 1')
  })
})

describe('a training job, an asset and a sale', () => {
  test('are equal as they are, and what is not here is said to be', async () => {
    const { job, asset, sale: sold } = checks()
    const rows = await job(1)
    expect(equal(rows)).toEqual(['drawBlock 1', 'beacon 1', 'paid'])
    expect(untold(rows)).toEqual({ work: 'bytes', 'sample 1': 'bytes' })
    const missing = { 'shown 1': 'bytes', 'content 1': 'bytes', 'keysRoot 1': 'bytes', 'keyCommit 1': 'bytes' }
    const lots = await asset(1)
    expect([differing(lots), equal(lots), untold(lots)]).toEqual([[], ['drawBlock 1', 'lot 1'], missing])
    const sales = await sold(1)
    expect([differing(sales), untold(sales)]).toEqual([[], missing])
    expect(equal(sales)).toEqual(['buyerKey', 'delivery', 'paid', 'ledgerPaid', 'drawBlock 1', 'lot 1'])
  })

  test('are not equal where the index says something else', async () => {
    const { job, asset, sale: sold } = checks()
    const beacon = `update training_jobs set beacon = '${hashOf(1)}'`
    expect(await tampered(beacon, async () => differing(await job(1)))).toEqual(['beacon 1'])
    const lot = `update data_versions set draw = '${hashOf(1)}'`
    expect(await tampered(lot, async () => differing(await asset(1)))).toEqual(['lot 1'])
    const key = `update data_sales set key_v = 55 - key_v, wrapped = '${hashOf(1)}', paid = '1'`
    expect(await tampered(key, async () => differing(await sold(1)))).toEqual(['buyerKey', 'delivery', 'paid'])
    const block = `update blocks set hash = '${hashOf(1)}'`
    expect(await tampered(block, async () => differing(await asset(1)))).toEqual(['drawBlock 1'])
    // A block that the index does not keep is held against the one behind it.
    expect(await tampered('delete from blocks where number < 5', async () => differing(await asset(1)))).toEqual([])
  })
})

test('what the chain changes while it is checked is checked again, and not without end', async () => {
  let [state, looks] = [0, 0]
  const moving = (until_: number) => () => {
    looks++
    if (state < until_) state++
    return Promise.resolve(state)
  }
  expect(await settled(moving(1), () => String(state))).toBe(1)
  expect(looks).toBe(2)
  await expect(settled(moving(Infinity), () => String(state))).rejects.toMatchObject({ code: 'CHAIN_REORGANISED' })
  await expect(
    settled(
      () => Promise.reject(new Error('no answer')),
      () => '',
    ),
  ).rejects.toThrow('no answer')
})
