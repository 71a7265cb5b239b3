import { DEFAULT_FEE_CAP } from '../../common/model/trusted-network.ts'
import { practiceContracts, Rpc, type Network } from '../../main/features/chain/index.ts'

/** The practice network at an endpoint, looked at often. */
export const practiceNetwork = (rpcUrl: string): Network => ({
  name: 'test',
  practice: true,
  chainId: 31_337,
  contracts: practiceContracts,
  fromBlock: 0,
  confirmations: 2,
  pollMs: 50,
  settleMs: 3_000,
  feeCap: DEFAULT_FEE_CAP,
  rpc: new Rpc(rpcUrl),
  witnesses: [],
})
