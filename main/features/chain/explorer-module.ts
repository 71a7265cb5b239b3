import type { Foundation, Module } from '../../core/module.ts'
import type { MarketRepository } from '../market/compute/index.ts'
import { explorerHandlers } from './explorer-handlers.ts'
import { ExplorerRepository } from './explorer-repository.ts'
import type { Network } from './network.ts'

/** The explorer: what the index holds, for anybody to look up. */
export function explorerModule({
  db,
  network,
  reads,
}: Foundation & { readonly network: Network; readonly reads: MarketRepository }) {
  const explorer = new ExplorerRepository(db, network.contracts)
  return {
    services: { explorer },
    start: [],
    api: { explorer: explorerHandlers({ explorer, network, reads }) },
  } satisfies Module
}
