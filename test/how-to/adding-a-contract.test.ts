import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActionContext } from '../../common/chain/contract-module.ts'
import { ContractRegistry } from '../../common/chain/contract-registry.ts'
import { registry as productRegistry, type ContractName } from '../../common/chain/contracts.ts'
import type { Keystore } from '../../common/children/vault.ts'
import { Action, actionSchema, personalActionSchema } from '../../common/model/action.ts'
import { DEFAULT_FEE_CAP } from '../../common/model/trusted-network.ts'
import { openDatabase, type Db } from '../../main/core/db/open.ts'
import { Log } from '../../main/core/log/log.ts'
import {
  ChainMonitor,
  drip,
  ExplorerRepository,
  Indexer,
  PracticeChain,
  practiceAddresses,
  product,
  PRACTICE_CHAIN_ID,
  Rpc,
  type Network,
} from '../../main/features/chain/index.ts'
import { MarketRepository } from '../../main/features/market/compute/index.ts'
import { someNetwork } from '../support/contracts.ts'
import { Vault } from '../../main/processes/vault/vault.ts'
import { until } from '../support/market.ts'
import { abi } from './contract/abi.gen.ts'
import { tipJar } from './contract/index.ts'

const registry = new ContractRegistry<ContractName | 'tipJar'>([...productRegistry.modules, tipJar])
const contracts = practiceAddresses(registry)
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** As `npm run contracts` compiles. */
function compile(): { abi: unknown; bytecode: string } {
  const solc = createRequire(import.meta.url)('solc') as { compile: (input: string) => string }
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: 'Solidity',
        sources: { 'TipJar.sol': { content: read('contract/TipJar.sol') } },
        settings: {
          evmVersion: 'osaka',
          outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
        },
      }),
    ),
    (key, value: unknown) => (key === 'internalType' ? undefined : value),
  ) as { contracts: { 'TipJar.sol': { TipJar: { abi: unknown; evm: { bytecode: { object: string } } } } } }
  const { TipJar } = output.contracts['TipJar.sol']
  return { abi: TipJar.abi, bytecode: `0x${TipJar.evm.bytecode.object}` }
}

const friend = `0x${'0f'.repeat(20)}`
const tip = { kind: 'giveTip', to: friend, amount: 7n, note: `0x${'01'.repeat(32)}` }
const deposit = { kind: 'deposit', amount: 10n }
const said: string[] = []
const log = new Log((record) => said.push(JSON.stringify(record)))

let folder: string
let chain: PracticeChain
let network: Network
let db: Db
let account: string
let keystore: Keystore
const compiled = compile()
const vault = new Vault(registry)
const withoutIt = new Vault()
const context = (): ActionContext => ({
  contracts,
  chainTime: 0,
  account: () => account,
  read: (to, data) => network.rpc.call(to, data),
  permit: async (permit) =>
    (await vault.sign({ chainId: PRACTICE_CHAIN_ID, contracts }, { kind: 'permit', ...permit })).signature,
  complaint: () => Promise.reject(new Error('nothing was bought')),
})

async function sign(by: Vault, action: { kind: string }, change: { data?: string } = {}) {
  const call = { ...(await registry.encode(action, context())), ...change }
  return by.sign(
    { chainId: PRACTICE_CHAIN_ID, contracts },
    {
      kind: 'transaction',
      ...call,
      value: 0n,
      nonce: await network.rpc.transactionCount(account),
      gasLimit: 500_000n,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
      agreedFee: 10n ** 17n,
    },
  )
}

async function send(action: { kind: string }) {
  const hash = await network.rpc.sendRaw((await sign(vault, action)).signature)
  const receipt = await until('a receipt', () => network.rpc.receipt(hash))
  expect(receipt.status).toBe(1)
  return receipt
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-how-to-'))
  chain = new PracticeChain(join(folder, 'practice'), log, {
    registry,
    bytecode: (artefact) => (artefact === tipJar.artefact ? compiled.bytecode : product.bytecode(artefact)),
  })
  await chain.start()
  network = {
    name: 'test',
    practice: true,
    chainId: PRACTICE_CHAIN_ID,
    contracts,
    fromBlock: 0,
    confirmations: 2,
    pollMs: 50,
    settleMs: 0,
    feeCap: DEFAULT_FEE_CAP,
    rpc: new Rpc(chain.rpcUrl),
    witnesses: [],
  }
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
  keystore = await vault.create('correct horse', someNetwork)
  account = keystore.address
  await withoutIt.import('test test test test test test test test test test test junk', 'correct horse', someNetwork)
  await drip(network.rpc, account)
})
afterAll(async () => {
  await chain.stop()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the page shows the module that this test runs, and no more than 8 files', () => {
  const page = read('../../docs/adding-a-contract.md')
  const module = read('contract/index.ts')
  expect(page).toContain(module.slice(module.indexOf('const action')))
  const files = page.split('\n').filter((line) => /^\| \d+ \|/.test(line))
  expect(files.length).toBeGreaterThan(4)
  expect(files.length).toBeLessThanOrEqual(8)
})

test('its ABI is what the compiler gave', () => {
  expect(abi).toEqual(compiled.abi)
})

test('its actions are parsed where it is registered, and refused where it is not', () => {
  expect(actionSchema(registry).parse(tip)).toEqual(tip)
  expect(personalActionSchema(registry).safeParse({ ...tip, amount: 0n }).success).toBe(false)
  expect(actionSchema(registry).safeParse({ ...tip, more: 1 }).success).toBe(false)
  expect(Action.safeParse(tip).success).toBe(false)
})

test('the vault signs exactly its call, after the backup, and only where it is registered', async () => {
  await expect(sign(vault, tip)).rejects.toMatchObject({ code: 'NOT_BACKED_UP' })
  const words = await vault.reveal(keystore, 'correct horse')
  // Whoever types the words in has them.
  await vault.import(words.join(' '), 'correct horse', someNetwork)
  await expect(sign(vault, tip)).resolves.toBeDefined()
  await expect(sign(withoutIt, tip)).rejects.toMatchObject({ code: 'INTENT_REFUSED' })
  const close = registry.interfaces.tipJar.encodeFunctionData('close')
  await expect(sign(vault, tip, { data: close })).rejects.toMatchObject({ code: 'INTENT_REFUSED' })
})

test('its events fill its own table, the ledger’s follow, and the explorer has its words', async () => {
  await send(deposit)
  const { transactionHash, gasUsed } = await send(tip)
  expect(Number(gasUsed)).toBeLessThan(tipJar.gas.tip!)
  const monitor = new ChainMonitor(network, log)
  const indexer = new Indexer({ db, monitor, log, registry })
  await monitor.start()
  await indexer.start()
  await until('the index', () => Promise.resolve(indexer.caughtUp))
  await indexer.stop()
  await monitor.stop()
  expect(db.prepare('select id, sender, recipient, amount from tips').all()).toEqual([
    { id: 1, sender: account.toLowerCase(), recipient: friend, amount: '7' },
  ])
  expect(new MarketRepository(db, String(contracts.market)).free(account)).toBe(3n)
  expect(new MarketRepository(db, String(contracts.market)).free(friend)).toBe(7n)
  const seen = new ExplorerRepository(db, contracts, registry).transaction(transactionHash)
  expect(seen.call).toMatchObject({ contract: 'tipJar', verb: 'tip', amount: 7n, arguments: { amount: '7' } })
  expect(seen.events.map(({ contract, name }) => `${contract}.${name}`)).toEqual([
    'tipJar.Tipped',
    'ledger.Held',
    'ledger.Released',
  ])
})

test('it is removed cleanly: the index goes on without it, and says so', () => {
  said.length = 0
  const { store } = new Indexer({ db, monitor: new ChainMonitor(network, log), log })
  expect(said.join()).toContain('tipJar')
  // As a reorganisation of the newest block does: the other contracts are filled again from the events kept.
  store.dropAbove(store.last()!.number)
  expect(new MarketRepository(db, String(contracts.market)).free(friend)).toBe(7n)
})

test('a registry in which a contract contradicts another is refused', () => {
  const twice = () => new ContractRegistry<string>([...registry.modules, { ...tipJar, name: 'other', actions: {} }])
  expect(twice).toThrow('tips belongs to two contracts')
  const early = () => new ContractRegistry<string>([tipJar, ...productRegistry.modules])
  expect(early).toThrow('ledger, which is not deployed before it')
})
