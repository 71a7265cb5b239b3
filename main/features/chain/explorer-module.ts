import type { Foundation, Module } from '../../core/module.ts'
import type { MarketRepository } from '../market/compute/index.ts'
import { explorerHandlers } from './explorer-handlers.ts'
import { ExplorerRepository } from './explorer-repository.ts'
import type { Network } from './network.ts'
import type { ThingChecks } from './thing-checks.ts'

/** The explorer: what the index holds, for anybody to look up. */
export function explorerModule({
  checks,
  db,
  network,
  reads,
}: Foundation & { readonly checks: ThingChecks; readonly network: Network; readonly reads: MarketRepository }) {
  const explorer = new ExplorerRepository(db, network.contracts)
  return {
    services: { explorer },
    start: [],
    api: { explorer: explorerHandlers({ checks, explorer, network, reads }) },
  } satisfies Module
}
