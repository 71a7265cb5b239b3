import type { NetworkConfig } from '../../common/model/config.ts'
import { Rpc, PRACTICE_CHAIN_ID, practiceContracts, type Network } from '../features/chain/index.ts'

/** @param practiceUrl where the practice chain answers, for a host that runs it itself */
export function networkOf(config: NetworkConfig, practiceUrl: string): Network {
  if (config.kind === 'practice') {
    return {
      name: 'Practice network',
      practice: true,
      chainId: PRACTICE_CHAIN_ID,
      contracts: practiceContracts,
      fromBlock: 0,
      confirmations: 2,
      pollMs: 500,
      settleMs: 3_000,
      rpc: new Rpc(config.rpcUrl ?? practiceUrl),
    }
  }
  const { name, chainId, contracts, fromBlock, confirmations, rpcUrl } = config
  return {
    name,
    practice: false,
    chainId,
    contracts,
    fromBlock,
    confirmations,
    pollMs: 4_000,
    settleMs: 0,
    rpc: new Rpc(rpcUrl),
  }
}
