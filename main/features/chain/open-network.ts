import { withGaps } from '../../../common/chain/contracts.ts'
import type { NetworkConfig } from '../../../common/model/config.ts'
import { DEFAULT_FEE_CAP } from '../../../common/model/trusted-network.ts'
import type { Log } from '../../core/log/log.ts'
import { PRACTICE_CHAIN_ID, practiceContracts } from './deploy.ts'
import type { Network } from './network.ts'
import { PracticeChain } from './practice-chain.ts'
import { Rpc } from './rpc.ts'

/**
 * The network that the settings name. The practice chain chooses its port when it starts, so it starts before the
 * network is described.
 * @param folder of the practice chain
 * @returns the practice chain as well, where this host runs it itself
 */
export async function openNetwork(
  config: NetworkConfig,
  folder: string,
  log: Log,
): Promise<{ readonly network: Network; readonly practice: PracticeChain | null }> {
  if (config.kind === 'custom') return { network: customNetwork(config), practice: null }
  if (config.rpcUrl !== null) return { network: practiceNetwork(config.rpcUrl), practice: null }
  const practice = new PracticeChain(folder, log)
  await practice.start()
  // Of its own chain a host is told.
  return { network: { ...practiceNetwork(practice.rpcUrl), pollMs: 5_000 }, practice }
}

export const customNetwork = (config: Extract<NetworkConfig, { kind: 'custom' }>): Network => ({
  name: config.name,
  practice: false,
  chainId: config.chainId,
  contracts: withGaps(config.contracts),
  fromBlock: config.fromBlock,
  confirmations: config.confirmations,
  pollMs: 4_000,
  settleMs: 0,
  feeCap: BigInt(config.feeCap),
  rpc: new Rpc(config.rpcUrl),
  witnesses: config.witnesses.map((url) => new Rpc(url)),
})

const practiceNetwork = (rpcUrl: string): Network => ({
  name: 'Practice network',
  practice: true,
  chainId: PRACTICE_CHAIN_ID,
  contracts: practiceContracts,
  // anvil shows another block 0 after a start.
  fromBlock: 1,
  confirmations: 2,
  pollMs: 500,
  settleMs: 3_000,
  feeCap: DEFAULT_FEE_CAP,
  rpc: new Rpc(rpcUrl),
  witnesses: [],
})
