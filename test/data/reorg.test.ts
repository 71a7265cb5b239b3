import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Contract, JsonRpcProvider, SigningKey, Wallet, hexlify, randomBytes } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { abi as dataMarketAbi } from '../../common/chain/contracts/data-market/abi.gen.ts'
import { abi as coinAbi } from '../../common/chain/contracts/coin/abi.gen.ts'
import { abi as ledgerAbi } from '../../common/chain/contracts/ledger/abi.gen.ts'
import type { Api } from '../../common/api/index.ts'
import { drip, practiceContracts, Rpc } from '../../main/features/chain/index.ts'
import { sellRelease } from '../../main/features/market/data/commands/sell-release.ts'
import { confirmBackup } from '../../main/features/wallet/commands/back-up.ts'
import { act, until } from '../support/market.ts'
import { World } from '../support/processes.ts'

/** More than the network mines by itself while the test looks. */
const CONFIRMATIONS = 64
const PRICE = 5n * 10n ** 18n
const PATIENCE_MS = 60_000
let world: World
let seller: Api
let provider: JsonRpcProvider
let market: Contract
let ledger: Contract
let buyer: Wallet

const key = new SigningKey(hexlify(randomBytes(32)))
const mine = (blocks: number) => provider.send('anvil_mine', [`0x${blocks.toString(16)}`])
const delivered = async (from: number): Promise<number | undefined> =>
  (await market.queryFilter(market.filters.SaleDelivered!(), from))[0]?.blockNumber
/** Buys from outside of Hearth, so that nothing of the buyer's waits for anything. */
const buy = async (asset: number): Promise<number> => {
  const v = key.compressedPublicKey.startsWith('0x02') ? 27 : 28
  const bought = await market.buy!(asset, 1, PRICE, `0x${key.compressedPublicKey.slice(4)}`, v)
  return (await bought.wait()).blockNumber
}
const indexed = async (number: number): Promise<void> => {
  await until(
    `block ${number} in the index`,
    async () => (await seller.explorer.blocks({ before: null })).some((block) => block.number >= number),
    PATIENCE_MS,
  )
}

beforeAll(async () => {
  world = new World()
  const rpcUrl = (await world.chain()).ready.rpcUrl!
  const rpc = new Rpc(rpcUrl)
  provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 50 })
  const folder = join(world.folder, 'seller')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'passphrase')
  writeFileSync(file, world.passphrase, { mode: 0o600 })
  const network = {
    kind: 'custom',
    name: 'careful',
    rpcUrl,
    chainId: 31_337,
    contracts: practiceContracts,
    fromBlock: 0,
    confirmations: CONFIRMATIONS,
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ network }))
  seller = await world.api(await world.launch(['serve', '--passphrase-file', file], folder))
  await seller.wallet.create({ passphrase: world.passphrase })
  await confirmBackup(seller, world.passphrase)
  await drip(rpc, (await seller.system.overview({})).wallet.address!)
  buyer = new Wallet(hexlify(randomBytes(32)), provider)
  await drip(rpc, buyer.address)
  ledger = new Contract(practiceContracts.ledger, ledgerAbi, buyer)
  market = new Contract(practiceContracts.dataMarket, dataMarketAbi, buyer)
  await (
    await new Contract(practiceContracts.coin, coinAbi, buyer).approve!(practiceContracts.ledger, 10n ** 20n)
  ).wait()
  await (await ledger.deposit!(10n ** 20n)).wait()
})
afterAll(async () => {
  provider.destroy()
  await world[Symbol.asyncDispose]()
})

test('a seller gives no key away for a payment that the chain takes back, and one for a payment that stays', async () => {
  const { id: dataset } = await seller.data.create({
    name: 'Garden',
    upload: null,
    format: null,
    dateOrder: null,
    country: 'DE',
  })
  const terms = {
    name: 'Garden',
    description: '',
    licence: { use: 'train', redistribution: false, term: null },
    royalty: 0,
    parent: null,
  } as const
  const release = await seller.data.seal({ dataset, terms, asset: null })
  // The lot is bonded until its rows are shown.
  await act(seller, { kind: 'deposit', amount: 10n ** 19n })
  const { asset } = await sellRelease(seller, release, PRICE)
  const before = await ledger.free!(buyer.address)
  const snapshot = await provider.send('evm_snapshot', [])

  const paid = await buy(asset)
  // Each time its machine looks at the sale again.
  for (const depth of [1, 8, 16]) {
    await mine(depth)
    await indexed(await provider.getBlockNumber())
  }
  expect((await seller.wallet.transactions({})).map(({ kind }) => kind)).not.toContain('deliverSale')
  expect(await delivered(paid)).toBeUndefined()
  await provider.send('evm_revert', [snapshot])
  expect(await ledger.free!(buyer.address)).toBe(before)

  const again = await buy(asset)
  await mine(CONFIRMATIONS)
  const at = await until('the key', () => delivered(again), PATIENCE_MS)
  expect(at - again).toBeGreaterThanOrEqual(CONFIRMATIONS - 1)
}, 240_000)
