import { readFileSync } from 'node:fs'
import { AbiCoder, concat, getCreateAddress } from 'ethers'
import * as z from 'zod'
import { interfaces, type ContractAddresses } from '../../../common/chain/contracts.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { Address, Hash, Hex } from '../../../common/model/values.ts'
import { pause } from '../../core/clock.ts'
import { resourcePath } from '../../core/resources.ts'
import type { Rpc } from './rpc.ts'

export const PRACTICE_CHAIN_ID = 31_337

/** anvil's first account, unlocked there: deployer and faucet. Its key is public, so it is no secret of ours. */
export const FAUCET = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

const addresses: ContractAddresses = {
  coin: getCreateAddress({ from: FAUCET, nonce: 0 }),
  ledger: getCreateAddress({ from: FAUCET, nonce: 1 }),
  market: getCreateAddress({ from: FAUCET, nonce: 2 }),
  training: getCreateAddress({ from: FAUCET, nonce: 3 }),
  dataMarket: getCreateAddress({ from: FAUCET, nonce: 4 }),
}

/** The practice network's contracts lie where the deployer's first transactions put them, on every machine. */
export const practiceContracts: ContractAddresses = addresses

/** Events that begin and end what needs chain time to pass. */
export const practiceTopics = {
  begin: [
    interfaces.market.getEvent('OrderPlaced')!.topicHash,
    interfaces.training.getEvent('JobOpened')!.topicHash,
    interfaces.dataMarket.getEvent('SalePaid')!.topicHash,
  ],
  end: [
    interfaces.market.getEvent('OrderClosed')!.topicHash,
    interfaces.training.getEvent('JobClosed')!.topicHash,
    interfaces.dataMarket.getEvent('SaleClosed')!.topicHash,
  ],
  /** Its lot is drawn by the hash of the next block, and can be used in the one after that. */
  lot: interfaces.dataMarket.getEvent('VersionPublished')!.topicHash,
}

const Artifact = z.object({ bytecode: Hex })

/** Creation code of a contract, from the artefacts that `npm run contracts` writes. */
function creationCode(name: string, ...args: readonly string[]): string {
  const { bytecode } = Artifact.parse(JSON.parse(readFileSync(resourcePath('contracts', `${name}.json`), 'utf8')))
  return concat([
    bytecode,
    AbiCoder.defaultAbiCoder().encode(
      args.map(() => 'address'),
      args,
    ),
  ])
}

/** Deploys the contracts from the faucet account and lets those that hold coins into the ledger. */
export async function deployContracts(rpc: Rpc): Promise<void> {
  await sendUnlocked(rpc, null, creationCode('Coin'))
  await sendUnlocked(rpc, null, creationCode('Ledger', addresses.coin))
  await sendUnlocked(rpc, null, creationCode('Market', addresses.ledger))
  await sendUnlocked(rpc, null, creationCode('Training', addresses.ledger, addresses.market))
  await sendUnlocked(rpc, null, creationCode('DataMarket', addresses.ledger))
  for (const module of [addresses.market, addresses.training, addresses.dataMarket])
    await sendUnlocked(rpc, addresses.ledger, interfaces.ledger.encodeFunctionData('addModule', [module]))
}

const FAUCET_COINS = 1000n * 10n ** 18n
const FAUCET_GAS_COINS = 10n ** 18n

/** Gives an account practice coins, and some of the chain's own coin for fees. */
export async function drip(rpc: Rpc, account: string): Promise<string> {
  Address.parse(account)
  await sendUnlocked(rpc, account, '0x', FAUCET_GAS_COINS)
  return sendUnlocked(rpc, addresses.coin, interfaces.coin.encodeFunctionData('transfer', [account, FAUCET_COINS]))
}

/** Hosts that draw from the faucet in the same moment are given the same nonce; whoever is late asks again. */
async function sendOnce(rpc: Rpc, transaction: Readonly<Record<string, string>>): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await rpc.send('eth_sendTransaction', [transaction], Hash)
    } catch (error) {
      if (tries >= 20 || !/underpriced|nonce too low|already known/i.test(messageOf(error))) throw error
      await pause(25 * tries)
    }
  }
}

/** Sends from anvil's unlocked account and waits for the receipt. */
async function sendUnlocked(rpc: Rpc, to: string | null, data: string, value = 0n): Promise<string> {
  const hash = await sendOnce(rpc, { from: FAUCET, data, value: `0x${value.toString(16)}`, ...(to ? { to } : {}) })
  for (let tries = 0; tries < 200; tries++) {
    const receipt = await rpc.receipt(hash)
    if (receipt?.status === 1) return hash
    if (receipt) throw new HearthError('CALL_REVERTED', `the practice network refused ${hash}`)
    await pause(25)
  }
  throw new HearthError('NETWORK_DOWN', 'the practice network does not mine')
}
