import type { Foundation, Module } from '../core/module.ts'
import type { ChainMonitor, Indexer, PracticeChain, TransactionQueue } from '../features/chain/index.ts'
import type { EarningService } from '../features/earning/provider/index.ts'
import type { MachineService } from '../features/machine/hardware/index.ts'
import type { MarketRepository } from '../features/market/compute/index.ts'
import type { PeerService } from '../features/peers/index.ts'
import type { WalletService } from '../features/wallet/index.ts'
import { BackupService } from './backup.ts'
import { Diagnostics } from './diagnostics.ts'
import { OverviewFeed } from './overview.ts'
import { setAside } from './set-aside.ts'
import { systemHandlers } from './system-handlers.ts'
import { tasksHandlers } from './tasks-handlers.ts'

/** The host itself: what every screen shows of it, how it is doing, and a copy of its database. */
export function systemModule({
  config,
  db,
  earning,
  indexer,
  jobs,
  log,
  machine,
  monitor,
  paths,
  peers,
  practice,
  processes,
  reads,
  transactions,
  wallet,
}: Foundation & {
  readonly earning: EarningService
  readonly indexer: Indexer
  readonly machine: MachineService
  readonly monitor: ChainMonitor
  readonly peers: PeerService
  readonly practice: PracticeChain | null
  readonly reads: MarketRepository
  readonly transactions: TransactionQueue
  readonly wallet: WalletService
}) {
  const overview = new OverviewFeed({
    setAside: setAside(paths),
    wallet,
    monitor,
    indexer,
    transactions,
    peers,
    machine,
    earning,
    reads,
    jobs,
    config,
    log,
  })
  const { exactInference, ...others } = processes
  const children = (): Record<string, number> =>
    Object.fromEntries(
      Object.entries({ 'exact-inference': exactInference, ...others, chain: practice }).flatMap(([name, child]) =>
        child?.pid ? [[name, child.pid]] : [],
      ),
    )
  const diagnostics = new Diagnostics({ config, logs: paths.logs, children })
  const backup = new BackupService(db, paths.backup, log)
  return {
    services: { overview, diagnostics },
    start: [overview, backup, diagnostics],
    api: { system: systemHandlers({ config, diagnostics, overview }) },
  } satisfies Module
}

/** What a person started and may watch, pause and cancel. It goes on once the features that do it are there. */
export function tasksModule({ runner }: Foundation) {
  return { services: {}, start: [runner], api: { tasks: tasksHandlers({ runner }) } } satisfies Module
}
