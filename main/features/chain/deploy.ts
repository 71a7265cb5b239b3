import { createHash } from 'node:crypto'
import { PRACTICE_CHAIN_ID } from '../../../common/model/trusted-network.ts'
import { readFileSync } from 'node:fs'
import { AbiCoder, concat, getCreateAddress } from 'ethers'
import * as z from 'zod'
import type { Addresses } from '../../../common/chain/contract-module.ts'
import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { interfaces, registry, type ContractAddresses } from '../../../common/chain/contracts.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { Address, Hash, Hex } from '../../../common/model/values.ts'
import { pause } from '../../core/clock.ts'
import { resourcePath } from '../../core/resources.ts'
import type { Rpc } from './rpc.ts'

export { PRACTICE_CHAIN_ID }

/** anvil's first account, unlocked there: deployer and faucet. Its key is public, so it is no secret of ours. */
export const FAUCET = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

/** Which contracts are deployed, and the code of each: what `npm run contracts` wrote. */
export interface Deployment {
  readonly registry: ContractRegistry
  readonly bytecode: (artefact: string) => string
}

const Artifact = z.object({ bytecode: Hex })
export const product: Deployment = {
  registry,
  bytecode: (artefact) =>
    Artifact.parse(JSON.parse(readFileSync(resourcePath('contracts', `${artefact}.json`), 'utf8'))).bytecode,
}

/** What a deployment puts on a chain, as one hash: other code, another contract or another order give another. */
export function fingerprint({ registry, bytecode }: Deployment): string {
  const hash = createHash('sha256')
  for (const { artefact } of registry.modules) hash.update(`${artefact} ${bytecode(artefact)}\n`)
  return hash.digest('hex')
}

/** The practice network's contracts lie where the deployer's first transactions put them, on every machine. */
export const practiceAddresses = <Name extends string>({
  names,
}: {
  readonly names: readonly Name[]
}): Record<Name, string> =>
  Object.fromEntries(names.map((name, nonce) => [name, getCreateAddress({ from: FAUCET, nonce })])) as Record<
    Name,
    string
  >
export const practiceContracts: ContractAddresses = practiceAddresses(registry)

/** Deploys the contracts from the faucet account and lets those that hold coins into the ledger. */
export async function deployContracts(rpc: Rpc, deployment: Deployment): Promise<void> {
  const { modules } = deployment.registry
  const addresses: Addresses = practiceAddresses(deployment.registry)
  for (const { artefact, constructorArguments } of modules) {
    const types = constructorArguments.map(() => 'address')
    const given = constructorArguments.map((name) => addresses[name])
    await sendUnlocked(
      rpc,
      null,
      concat([deployment.bytecode(artefact), AbiCoder.defaultAbiCoder().encode(types, given)]),
    )
  }
  for (const { name, holdsCoins } of modules)
    if (holdsCoins)
      await sendUnlocked(
        rpc,
        practiceContracts.ledger,
        interfaces.ledger.encodeFunctionData('addModule', [addresses[name]]),
      )
}

const FAUCET_COINS = 1000n * 10n ** 18n
const FAUCET_GAS_COINS = 10n ** 18n

/** Gives an account practice coins, and some of the chain's own coin for fees. */
export async function drip(rpc: Rpc, account: string): Promise<string> {
  Address.parse(account)
  await sendUnlocked(rpc, account, '0x', FAUCET_GAS_COINS)
  return sendUnlocked(
    rpc,
    practiceContracts.coin,
    interfaces.coin.encodeFunctionData('transfer', [account, FAUCET_COINS]),
  )
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
