import type { Foundation, Module } from '../../core/module.ts'
import {
  ChainSteps,
  TransactionQueue,
  TransactionStore,
  type ChainMonitor,
  type Indexer,
  type Network,
  type Signer,
} from '../chain/index.ts'
import type { MachineService } from '../machine/hardware/index.ts'
import {
  complaintOf,
  type DataRepository,
  type PackageFetching,
  type ReleaseService,
  type SaleVault,
} from '../market/data/index.ts'
import type { PeerService } from '../peers/index.ts'
import { Actions } from './actions.ts'
import { completeAction } from './complete-action.ts'
import { walletHandlers } from './handlers.ts'
import { HeldCoins } from './held-coins.ts'
import type { WalletService } from './wallet-service.ts'

/** What the wallet sends: actions that a person confirmed, and steps that follow from them. */
export function transactionsModule({
  clock,
  dataRepository,
  db,
  indexer,
  log,
  machine,
  monitor,
  network,
  packages,
  peers,
  releases,
  saleVault,
  wallet,
}: Foundation & {
  readonly indexer: Indexer
  readonly machine: MachineService
  readonly monitor: ChainMonitor
  readonly network: Network
  readonly peers: PeerService
  readonly packages: PackageFetching
  readonly dataRepository: DataRepository
  readonly releases: ReleaseService
  readonly saleVault: SaleVault
  readonly wallet: WalletService
}) {
  const signer: Signer = {
    address: () => wallet.address(),
    addressOrNull: () => wallet.addressOrNull(),
    sign: (intent) => wallet.sign(intent),
    complaint: (sale) => complaintOf(sale, { vault: saleVault, packages, reads: dataRepository }),
  }
  const transactions = new TransactionQueue({ store: new TransactionStore(db, clock), monitor, signer, clock, log })
  const chainTime = (): number => monitor.head?.time ?? 0
  const actions = new Actions({
    network,
    signer,
    queue: transactions,
    clock,
    chainTime,
    complete: completeAction({
      machine: async () => ({ spec: await machine.keepSpec(), peer: peers.key() }),
      listedVersion: (asset) => releases.made(asset).current.version,
      chainTime,
      releases,
      obtain: (wanted) => packages.obtainOffered(wanted),
      vault: saleVault,
    }),
  })
  const steps = new ChainSteps({
    indexer,
    follow: (action) => actions.follow(action),
    transaction: (id) => transactions.store.get(id),
  })
  return {
    services: { transactions, actions, steps },
    start: [transactions],
    api: {
      wallet: walletHandlers({
        actions,
        held: new HeldCoins(db, network.contracts),
        monitor,
        network,
        transactions,
        wallet,
      }),
    },
  } satisfies Module
}
