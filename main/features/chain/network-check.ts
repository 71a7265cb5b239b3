import { FunctionFragment, Interface, TypedDataEncoder } from 'ethers'
import * as z from 'zod'
import type { NetworkReport } from '../../../common/api/network.ts'
import { contractNames, registry, type ContractAddresses, type ContractName } from '../../../common/chain/contracts.ts'
import { coinDomain } from '../../../common/chain/typed-data.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { NetworkConfig } from '../../../common/model/config.ts'
import { checkNetwork } from './network.ts'
import { customNetwork } from './open-network.ts'
import type { Rpc } from './rpc.ts'

type Custom = Extract<NetworkConfig, { kind: 'custom' }>

/** ERC-20 and ERC-2612, as far as it is asked here. */
const coin = new Interface([
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
])
const DECIMALS = 18n
const LONGEST_NAME = 64

/** A network as whoever runs it describes it: JSON with the fields of `network` in the settings. @throws BAD_INPUT */
export function readDescription(text: string): Custom {
  try {
    const given = z.record(z.string(), z.unknown()).parse(JSON.parse(text))
    const network = NetworkConfig.parse({ kind: 'custom', ...given })
    if (network.kind === 'custom') return network
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new HearthError('BAD_INPUT', `this describes no network: ${why}`, {}, { cause: error })
  }
  throw new HearthError('BAD_INPUT', 'this describes a practice network; those are made by Hearth itself')
}

/**
 * Whether a network is what its description says: all its endpoints of one chain, its contracts Hearth's own that know
 * each other, its coin one that Hearth's permits are good for.
 * @throws HearthError BAD_INPUT, NETWORK_DOWN, WRONG_CHAIN, NO_CONTRACTS
 */
export async function inspectNetwork(config: Custom): Promise<NetworkReport> {
  const network = customNetwork(config)
  const { rpc, contracts, chainId } = network
  await checkNetwork(network)
  for (const witness of network.witnesses)
    if ((await witness.chainId()) !== chainId)
      throw new HearthError('WRONG_CHAIN', `${witness.url} is an endpoint of another chain`)
  await requireLinked(rpc, contracts)
  const asked = (field: string): Promise<unknown> => said(rpc, contracts.coin, coin, field)
  if ((await asked('decimals')) !== DECIMALS)
    throw new HearthError('BAD_INPUT', 'the coin of this network has another count of decimals than 18')
  if ((await asked('DOMAIN_SEPARATOR')) !== TypedDataEncoder.hashDomain(coinDomain(chainId, contracts)))
    throw new HearthError(
      'BAD_INPUT',
      'the coin of this network takes no permits of Hearth’s, so nothing could be deposited',
    )
  const head = await rpc.header('latest')
  const before = head.number > 0 ? await rpc.header(head.number - 1) : null
  return {
    network: config,
    head: head.number,
    headTime: head.timestamp,
    blockSeconds: before && head.timestamp - before.timestamp,
    coin: { name: shown(await asked('name')), symbol: shown(await asked('symbol')) },
  }
}

/** Each contract says with which others it works. @throws HearthError NO_CONTRACTS */
async function requireLinked(rpc: Rpc, contracts: ContractAddresses): Promise<void> {
  const isContract = (name: string): name is ContractName => (contractNames as readonly string[]).includes(name)
  for (const name of contractNames)
    for (const fragment of registry.interfaces[name].fragments) {
      if (!FunctionFragment.isFragment(fragment) || fragment.inputs.length > 0) continue
      const other = fragment.name === 'token' ? 'coin' : fragment.name
      if (!isContract(other)) continue
      const theirs = await said(rpc, contracts[name], registry.interfaces[name], fragment)
      if (String(theirs).toLowerCase() !== contracts[other].toLowerCase())
        throw new HearthError(
          'NO_CONTRACTS',
          `what lies at ${contracts[name]} is no ${name} of Hearth’s, or works with another ${other} than is named`,
        )
    }
}

/** What a contract answers to a question without arguments; null where it is none that it knows. */
async function said(rpc: Rpc, at: string, of: Interface, field: string | FunctionFragment): Promise<unknown> {
  const answer = await rpc.call(at, of.encodeFunctionData(field)).catch((error: unknown) => {
    if (error instanceof HearthError && error.code === 'CALL_REVERTED') return '0x'
    throw error
  })
  try {
    return of.decodeFunctionResult(field, answer)[0]
  } catch {
    return null
  }
}

/** A stranger's name for a coin. */
const shown = (name: unknown): string => (typeof name === 'string' ? name.slice(0, LONGEST_NAME) : '–')
