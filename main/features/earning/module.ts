import { implement } from '@orpc/server'
import { doctorContract } from '../../../common/api/doctor.ts'
import type { Earnings } from '../../../common/api/earn.ts'
import type { CallContext } from '../../core/call-context.ts'
import type { FolderGuard } from '../../core/folder-guard.ts'
import type { Foundation, Module } from '../../core/module.ts'
import type { Power } from '../../core/ports.ts'
import type { AnyWorkKind, WorkRegistry } from '../../work/index.ts'
import type { ChainChange, ChainMonitor, Indexer, Network, TransactionQueue } from '../chain/index.ts'
import type { MachineService } from '../machine/hardware/index.ts'
import type { IdlePolicyService, TelemetryFeed } from '../machine/idle-policy/index.ts'
import { ownMachine, type ComputeProviderWorkflow, type MarketRepository } from '../market/compute/index.ts'
import type { DataRepository } from '../market/data/index.ts'
import type { JobRepository, ProviderIntake, TrainingProviderWorkflow } from '../market/training/index.ts'
import type { PeerService } from '../peers/index.ts'
import type { Actions, WalletService } from '../wallet/index.ts'
import { Doctor } from './doctor/index.ts'
import { hooksHandlers } from './hooks/handlers.ts'
import { HookService } from './hooks/index.ts'
import { profitHandlers } from './profit/handlers.ts'
import { EnergyMeter, EnergyStore, ProfitService } from './profit/index.ts'
import { earnHandlers } from './provider/handlers.ts'
import { earningsOf, EarningService } from './provider/index.ts'

/** Earning with this machine: when it works and for how much, what that leaves, and what stands in the way. */
export function earningModule({
  actions,
  chainChange,
  clock,
  comfort,
  config,
  dataRepository,
  db,
  feed,
  folder,
  indexer,
  intake,
  isolation,
  jobRepository,
  kinds,
  log,
  machine,
  monitor,
  network,
  peers,
  power,
  provider,
  reads,
  serving,
  trainingKind,
  transactions,
  wallet,
}: Foundation & {
  readonly actions: Actions
  readonly chainChange: ChainChange
  readonly comfort: IdlePolicyService
  readonly dataRepository: DataRepository
  readonly feed: TelemetryFeed
  readonly folder: FolderGuard
  readonly indexer: Indexer
  readonly intake: ProviderIntake
  readonly jobRepository: JobRepository
  readonly kinds: WorkRegistry
  readonly machine: MachineService
  readonly monitor: ChainMonitor
  readonly network: Network
  readonly peers: PeerService
  readonly power: Power
  readonly provider: TrainingProviderWorkflow
  readonly reads: MarketRepository
  readonly serving: ComputeProviderWorkflow
  readonly trainingKind: AnyWorkKind
  readonly transactions: TransactionQueue
  readonly wallet: WalletService
}) {
  /** As the index has it; several ask for it at once. */
  let known: { readonly of: string; readonly earnings: Earnings } | null = null
  indexer.events.on('indexed', () => void (known = null))
  const earnings = (): Earnings => {
    const account = wallet.addressOrNull()
    const now = monitor.head?.time ?? Math.floor(clock.now() / 1000)
    const of = `${account} ${now}`
    if (known?.of !== of) {
      const orders = account ? reads.paidOrdersOf(account) : []
      const others = account ? [...jobRepository.payments(account), ...dataRepository.payments(account)] : []
      known = { of, earnings: earningsOf(orders, others, now) }
    }
    return known.earnings
  }
  const energy = new EnergyStore(db)
  chainChange.changes(() => energy.forgetNumbers(clock.now()))
  const profit = new ProfitService({
    config,
    clock,
    store: energy,
    feed,
    reads,
    earnings,
    machine: () => ownMachine({ wallet, peers, reads })?.id ?? null,
  })
  const earning = new EarningService({
    db,
    clock,
    config,
    wallet,
    monitor,
    indexer,
    queue: transactions,
    peers,
    machine,
    comfort,
    power,
    belowCost: () => profit.belowCost(),
    reads,
    hasTrained: (id) => jobRepository.hasAccepted(id),
    kinds,
    sides: [
      { settlement: 'seconds', workflow: serving },
      { settlement: 'milestones', workflow: provider },
    ],
    log,
    follow: (action) => actions.follow(action),
  })
  intake.refuseWhile(() => earning.unwilling(trainingKind))
  const hooks = new HookService({ config, clock, earning, earned24h: () => earnings().last24h, log })
  const meter = new EnergyMeter({ feed, store: energy, config, state: () => earning.state() })
  const doctor = new Doctor({
    wallet,
    monitor,
    indexer,
    network,
    peers,
    machine,
    comfort,
    feed,
    clock,
    earning,
    profit,
    isolation,
    folder,
    reads,
    config,
    stake: () => actions.stake(),
    misfit: () => intake.misfit,
  })
  const os = implement(doctorContract).$context<CallContext>()
  return {
    services: { earnings, profit, earning, hooks, doctor },
    start: [earning, hooks, meter],
    api: {
      earn: earnHandlers({ clock, earning, earnings, machine, reads, serving, wallet }),
      profit: profitHandlers({ profit }),
      hooks: hooksHandlers({ hooks }),
      doctor: {
        gates: os.gates.handler(() => doctor.gates()),
        look: os.look.handler(async () => (await doctor.look(), {})),
      },
    },
  } satisfies Module
}
