import type { Earnings } from '../../common/api/earn.ts'
import type { IsolationReport } from '../../common/model/isolation.ts'
import type { Clock } from '../core/clock.ts'
import type { ConfigStore } from '../core/config.ts'
import type { JobStore } from '../core/jobs.ts'
import type { Log } from '../core/log/log.ts'
import type { ChainMonitor, Indexer, Network, PracticeChain, TransactionQueue } from '../features/chain/index.ts'
import type { MemoryService } from '../features/avatar/index.ts'
import type { EmbeddingService } from '../features/embeddings/index.ts'
import type { ChatService } from '../features/chat/index.ts'
import type { LocalApiService } from '../features/local-api/index.ts'
import type { StyleService } from '../features/style/index.ts'
import type { ModelService } from '../features/models/index.ts'
import type { ComfortService, TelemetryFeed } from '../features/comfort/index.ts'
import type {
  Catalogue,
  CollectionService,
  CurationTasks,
  DataNodeService,
  DataReads,
  DatasetService,
  Imports,
  Library,
  PurchaseDesk,
  ReleaseService,
  SellingDesk,
} from '../features/data/index.ts'
import type { Doctor } from '../features/doctor/index.ts'
import type { EarningService } from '../features/earning/index.ts'
import type { ExplorerReads } from '../features/explorer/index.ts'
import type { HookService } from '../features/hooks/index.ts'
import type { MachineService } from '../features/machine/index.ts'
import type { BuyingDesk, MarketReads, ServingDesk, WorkStore } from '../features/market/index.ts'
import type { AdapterStore, BaseStore, TrainingService } from '../features/training/index.ts'
import type { Uploads } from '../features/uploads/index.ts'
import type { CustomerDesk, JobReads, JurorDesk, OrderDrafts, ProviderDesk } from '../features/training-orders/index.ts'
import type { TableService } from '../features/tables/index.ts'
import type { ProfitService } from '../features/profit/index.ts'
import type { PeerService } from '../features/peers/index.ts'
import type { Actions, WalletService } from '../features/wallet/index.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { OverviewFeed } from './overview.ts'

/** What the handlers may use of a running host. */
export interface Services {
  readonly clock: Clock
  readonly config: ConfigStore
  readonly log: Log
  readonly jobs: JobStore
  readonly network: Network
  readonly practice: PracticeChain | null
  readonly monitor: ChainMonitor
  readonly indexer: Indexer
  readonly transactions: TransactionQueue
  readonly wallet: WalletService
  readonly actions: Actions
  readonly peers: PeerService
  readonly machine: MachineService
  readonly feed: TelemetryFeed
  readonly comfort: ComfortService
  readonly profit: ProfitService
  readonly hooks: HookService
  readonly isolation: IsolationReport
  /** What this account was paid. */
  readonly earnings: () => Earnings
  readonly reads: MarketReads
  readonly work: WorkStore
  readonly serving: ServingDesk
  readonly buying: BuyingDesk
  readonly earning: EarningService
  readonly training: TrainingService
  readonly uploads: Uploads
  readonly bases: BaseStore
  readonly adapters: AdapterStore
  readonly tables: TableService
  readonly jobReads: JobReads
  readonly drafts: OrderDrafts
  readonly customer: CustomerDesk
  readonly provider: ProviderDesk
  readonly juror: JurorDesk
  readonly dataReads: DataReads
  readonly curation: CurationTasks
  readonly imports: Imports
  readonly datasets: DatasetService
  readonly collections: CollectionService
  readonly dataNode: DataNodeService
  readonly releases: ReleaseService
  readonly catalogue: Catalogue
  readonly selling: SellingDesk
  readonly purchasing: PurchaseDesk
  readonly library: Library
  readonly memory: MemoryService
  readonly embeddings: EmbeddingService
  readonly models: ModelService
  readonly chats: ChatService
  readonly styles: StyleService
  readonly localApi: LocalApiService
  readonly explorer: ExplorerReads
  readonly doctor: Doctor
  readonly overview: OverviewFeed
  readonly diagnostics: Diagnostics
}
