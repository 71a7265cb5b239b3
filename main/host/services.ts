import type { Earnings } from '../../common/api/earn.ts'
import type { IsolationReport } from '../../common/model/isolation.ts'
import type { Clock } from '../core/clock.ts'
import type { ConfigStore } from '../core/config.ts'
import type { JobRunner } from '../core/job-runner/index.ts'
import type { JobStore } from '../core/jobs.ts'
import type { Log } from '../core/log/log.ts'
import type { ChainMonitor, Indexer, Network, PracticeChain, TransactionQueue } from '../features/chain/index.ts'
import type { MemoryService } from '../features/avatar/memory/index.ts'
import type { EmbeddingService } from '../features/avatar/embeddings/index.ts'
import type { ChatService } from '../features/avatar/chat/index.ts'
import type { LocalApiService } from '../features/avatar/local-api/index.ts'
import type { StyleService } from '../features/avatar/style/index.ts'
import type { ModelService } from '../features/avatar/models/index.ts'
import type { IdlePolicyService, TelemetryFeed } from '../features/machine/idle-policy/index.ts'
import type {
  Catalogue,
  DataRepository,
  Library,
  DataBuyerWorkflow,
  ReleaseService,
  DataSellerWorkflow,
} from '../features/market/data/index.ts'
import type { CollectionService, CurationTasks, DatasetService } from '../features/curation/index.ts'
import type { DataNodeService } from '../features/storage/index.ts'
import type { Doctor } from '../features/earning/doctor/index.ts'
import type { EarningService } from '../features/earning/provider/index.ts'
import type { ExplorerRepository } from '../features/chain/index.ts'
import type { HookService } from '../features/earning/hooks/index.ts'
import type { MachineService } from '../features/machine/hardware/index.ts'
import type {
  ComputeCustomerWorkflow,
  MarketRepository,
  ComputeProviderWorkflow,
  WorkStore,
} from '../features/market/compute/index.ts'
import type { AdapterStore, BaseStore, TrainingService } from '../features/training/runs/index.ts'
import type { Uploads } from '../features/uploads/index.ts'
import type {
  TrainingCustomerWorkflow,
  JobRepository,
  TrainingJurorWorkflow,
  OrderDrafts,
  TrainingProviderWorkflow,
} from '../features/market/training/index.ts'
import type { TableService } from '../features/training/tables/index.ts'
import type { ProfitService } from '../features/earning/profit/index.ts'
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
  readonly comfort: IdlePolicyService
  readonly profit: ProfitService
  readonly hooks: HookService
  readonly isolation: IsolationReport
  /** What this account was paid. */
  readonly earnings: () => Earnings
  readonly reads: MarketRepository
  readonly work: WorkStore
  readonly serving: ComputeProviderWorkflow
  readonly buying: ComputeCustomerWorkflow
  readonly earning: EarningService
  readonly training: TrainingService
  readonly uploads: Uploads
  readonly bases: BaseStore
  readonly adapters: AdapterStore
  readonly tables: TableService
  readonly jobRepository: JobRepository
  readonly drafts: OrderDrafts
  readonly customer: TrainingCustomerWorkflow
  readonly provider: TrainingProviderWorkflow
  readonly juror: TrainingJurorWorkflow
  readonly dataRepository: DataRepository
  readonly curation: CurationTasks
  readonly runner: JobRunner
  readonly datasets: DatasetService
  readonly collections: CollectionService
  readonly dataNode: DataNodeService
  readonly releases: ReleaseService
  readonly catalogue: Catalogue
  readonly selling: DataSellerWorkflow
  readonly purchasing: DataBuyerWorkflow
  readonly library: Library
  readonly memory: MemoryService
  readonly embeddings: EmbeddingService
  readonly models: ModelService
  readonly chats: ChatService
  readonly styles: StyleService
  readonly localApi: LocalApiService
  readonly explorer: ExplorerRepository
  readonly doctor: Doctor
  readonly overview: OverviewFeed
  readonly diagnostics: Diagnostics
}
