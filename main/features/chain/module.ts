import type { VaultNetwork } from '../../../common/children/vault.ts'
import type { Foundation, Module } from '../../core/module.ts'
import { Indexer } from './indexer.ts'
import { ChainMonitor, type Network } from './network.ts'
import type { PracticeChain } from './practice-chain.ts'

/** The chain: what network, whether it can be used, and what of it concerns Hearth. */
export function chainModule({
  db,
  log,
  network,
  practice,
}: Foundation & { readonly network: Network; readonly practice: PracticeChain | null }) {
  const signedFor: VaultNetwork = { chainId: network.chainId, contracts: network.contracts }
  const monitor = new ChainMonitor(network, log)
  const indexer = new Indexer({ db, monitor, log })
  return {
    services: { network, practice, signedFor, monitor, indexer },
    start: [monitor, indexer],
    api: {},
  } satisfies Module
}
