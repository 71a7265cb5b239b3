/** Gas of the contracts' calls on a real local chain, against the bars that they declare. Exits 1 above a bar. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, keccak256, toBeHex } from 'ethers'
import * as z from 'zod'
import { interfaces, registry, type ContractName } from '../common/chain/contracts.ts'
import { marketDomain, receiptTypes } from '../common/chain/typed-data.ts'
import { pause } from '../main/core/clock.ts'
import { Log } from '../main/core/log/log.ts'
import { rootOver } from '../main/core/merkle.ts'
import { pointOf, wrap } from '../main/processes/vault/sale-keys.ts'
import { drip, PRACTICE_CHAIN_ID, PracticeChain, practiceContracts, Rpc } from '../main/features/chain/index.ts'

/** Keyed `contract.verb`. */
const bars = new Map(
  registry.modules.flatMap(({ name, gas }) => Object.entries(gas).map(([verb, bar]) => [`${name}.${verb}`, bar])),
)
const folder = mkdtempSync(join(tmpdir(), 'hearth-gas-'))
const chain = new PracticeChain(folder, new Log(() => {}))
await chain.start()
const rpc = new Rpc(chain.rpcUrl)
const [, provider, buyer] = await rpc.send('eth_accounts', [], z.array(z.string()))
const contracts = practiceContracts
const { ledger } = contracts
const price = 10n ** 15n
const rows: { call: string; gas: number }[] = []

async function send(
  from: string,
  contract: ContractName,
  verb: string,
  args: readonly unknown[],
  label = `${contract}.${verb}`,
): Promise<void> {
  const hash = await rpc.send(
    'eth_sendTransaction',
    [{ from, to: contracts[contract], data: interfaces[contract].encodeFunctionData(verb, args) }],
    z.string(),
  )
  let receipt = await rpc.receipt(hash)
  while (!receipt) receipt = await pause(10).then(() => rpc.receipt(hash))
  if (receipt.status !== 1) throw new Error(`${label} reverted`)
  rows.push({ call: label, gas: Number(receipt.gasUsed) })
}

/** The buyer's signature, by anvil's unlocked account. */
async function receipt(order: number, served: number, finished: boolean): Promise<string> {
  const types = {
    ...receiptTypes,
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
  }
  const typed = {
    types,
    domain: marketDomain(PRACTICE_CHAIN_ID, contracts),
    primaryType: 'Receipt',
    message: { order, provider, price: String(price), served, finished },
  }
  return rpc.send('eth_signTypedData_v4', [buyer, typed], z.string())
}

const hash32 = (byte: string): string => `0x${byte.repeat(32)}`
for (const account of [provider!, buyer!]) {
  await drip(rpc, account)
  await send(account, 'coin', 'approve', [ledger, 2n ** 255n])
  await send(account, 'ledger', 'deposit', [10n ** 20n], 'ledger.deposit (first)')
}
await send(provider!, 'market', 'addMachine', [hash32('01'), hash32('02')])
const addresses = ['/ip4/203.0.113.7/tcp/4001/p2p/12D3KooWCVrAJsvnvXgrLEbtK11QTkt9H45zAbQqvcLRBaYocAx2']
await send(provider!, 'market', 'announce', [1, `0x${Buffer.from(JSON.stringify(addresses)).toString('hex')}`])
for (const [order, end] of [
  [1, 'settle'],
  [2, 'complete'],
  [3, 'fail'],
  [4, 'reclaim'],
] as const) {
  await send(provider!, 'market', 'makeOffer', [1, price, 3600])
  await send(buyer!, 'market', 'placeOrder', [order, 600, price, hash32('03')])
  await rpc.send('evm_increaseTime', [60], z.unknown())
  await rpc.send('evm_mine', [], z.unknown())
  if (end === 'settle') {
    await send(buyer!, 'market', 'renewOrder', [order, 60])
    await send(provider!, 'market', 'settle', [order, 30, true, await receipt(order, 30, true)])
  } else if (end === 'reclaim') {
    await rpc.send('evm_increaseTime', [90_000], z.unknown())
    await rpc.send('evm_mine', [], z.unknown())
    await send(buyer!, 'market', 'reclaim', [order])
  } else await send(end === 'fail' ? provider! : buyer!, 'market', end, [order])
}
await send(buyer!, 'training', 'open', [1, price, 2, 1000, hash32('04')])
await send(provider!, 'training', 'accept', [1])
for (const checkpoints of [5, 9]) {
  await send(provider!, 'training', 'commit', [1, hash32('05'), checkpoints])
  await rpc.send('anvil_mine', [2], z.unknown())
  await send(provider!, 'training', 'sample', [1])
  await send(buyer!, 'training', 'pass', [1])
}
/** A segment with a key that does not open it, twenty levels below the root: one of a million. */
const junk = { number: 5, commit: hash32('11'), wrapped: hash32('12'), lefts: 5, path: Array(20).fill(hash32('13')) }
const leaf = Buffer.from(concat([toBeHex(junk.number, 4), junk.commit, junk.wrapped]).slice(2), 'hex')
const root = rootOver(
  leaf,
  junk.lefts,
  junk.path.map((neighbour) => neighbour.slice(2)),
)
const key = hash32('0a')
const salt = hash32('0b')
const version = {
  content: hash32('06'),
  keyCommit: keccak256(concat([key, salt])),
  salt,
  metadata: hash32('07'),
  segments: `0x${root}`,
  count: 400,
}
await send(provider!, 'dataMarket', 'create', [0, 500, version])
await rpc.send('anvil_mine', [2], z.unknown())
await send(provider!, 'dataMarket', 'list', [1, price, hash32('09')])
await send(provider!, 'dataMarket', 'announce', [`0x${'41'.repeat(200)}`])
for (const [sale, end] of [
  [1, 'finalise'],
  [2, 'complain'],
  [3, 'complainSegment'],
] as const) {
  const [secret, once] = [hash32('0c'), hash32('0d')]
  const { x, v } = pointOf(secret)
  await send(buyer!, 'dataMarket', 'buy', [1, 1, price, x, v])
  const point = pointOf(once)
  const wrapped = wrap(end === 'complain' ? hash32('0e') : key, once, { x, v }, sale)
  await send(provider!, 'dataMarket', 'deliver', [sale, point.x, point.v, wrapped])
  const { keyCommit, segments } = version
  const opening = { secret, pointX: point.x, pointV: point.v, wrapped, keyCommit, salt, segments }
  const shown = { finalise: [], complain: [opening], complainSegment: [opening, junk] }[end]
  await send(buyer!, 'dataMarket', end, [sale, ...shown])
}
await send(buyer!, 'dataMarket', 'rate', [1, 5])
await send(buyer!, 'dataMarket', 'request', [price, hash32('0f')])
const { timestamp } = await rpc.header('latest')
await send(provider!, 'dataMarket', 'answer', [1, 1, 1, timestamp + 1000])
await send(buyer!, 'dataMarket', 'accept', [1, 1, 1, pointOf(hash32('0c')).x, pointOf(hash32('0c')).v])
await send(provider!, 'dataMarket', 'refund', [4])
await send(provider!, 'market', 'removeMachine', [1])
await send(provider!, 'ledger', 'withdraw', [10n ** 18n])
await chain.stop()
rmSync(folder, { recursive: true, force: true })

const worst = new Map<string, number>()
for (const { call, gas } of rows) worst.set(call, Math.max(worst.get(call) ?? 0, gas))
let bad = 0
for (const [call, gas] of worst) {
  const bar = bars.get(call)
  if (bar !== undefined && gas > bar) bad++
  const compared =
    bar === undefined ? '' : `   bar ${bar}, ratio ${(gas / bar).toFixed(2)}${gas > bar ? '  ABOVE' : ''}`
  process.stdout.write(`${call.padEnd(24)} ${String(gas).padStart(8)} gas${compared}\n`)
}
for (const call of bars.keys()) {
  if (worst.has(call)) continue
  bad++
  process.stdout.write(`${call.padEnd(24)} has a bar, but is not measured\n`)
}
process.exit(bad ? 1 : 0)
