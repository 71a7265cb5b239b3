import * as z from 'zod'
import type { VaultNetwork } from '../../../common/children/vault.ts'
import type { Foundation, Module } from '../../core/module.ts'
import { ChainEvidence } from './chain-evidence.ts'
import { ChainChange, FORMER_JOB } from './chain-change.ts'
import { Indexer } from './indexer.ts'
import { ChainMonitor, type Network } from './network.ts'
import { networkHandlers } from './network-handlers.ts'
import type { PracticeChain } from './practice-chain.ts'

/** The chain: what network, whether it can be used, and what of it concerns Hearth. */
export function chainModule({
  clock,
  config,
  db,
  log,
  network,
  practice,
  runner,
}: Foundation & { readonly network: Network; readonly practice: PracticeChain | null }) {
  const signedFor: VaultNetwork = { chainId: network.chainId, contracts: network.contracts }
  const monitor = new ChainMonitor(network, log)
  practice?.events.on('head', () => monitor.poke())
  const indexer = new Indexer({ db, monitor, log })
  // Nothing is left to be done about such a job; the task centre shows its end and its log, and lets it be dismissed.
  runner.register({
    type: FORMER_JOB,
    payload: z.unknown(),
    recovery: 'pause',
    attempts: 1,
    concurrency: 1,
    pausable: false,
    run: () => Promise.resolve(),
  })
  const chainChange = new ChainChange({ clock, db, monitor, log, store: indexer.store })
  return {
    services: {
      network,
      practice,
      signedFor,
      monitor,
      indexer,
      chainChange,
      evidence: new ChainEvidence({ db, network }),
    },
    start: [chainChange, monitor, indexer],
    api: { network: networkHandlers({ config }) },
  } satisfies Module
}
