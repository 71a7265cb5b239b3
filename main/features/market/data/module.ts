import { rm } from 'node:fs/promises'
import type { VaultNetwork } from '../../../../common/children/vault.ts'
import type { Foundation, Module } from '../../../core/module.ts'
import type { Notifier, ShowFile } from '../../../core/ports.ts'
import type { ModelService } from '../../avatar/models/index.ts'
import type { ChainChange, ChainEvidence, ChainMonitor, ChainSteps, Indexer, ThingChecks } from '../../chain/index.ts'
import type { CollectionService, CurationTasks, DatasetService } from '../../curation/index.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import type { Uploads } from '../../uploads/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import { assetCheck } from './asset-check.ts'
import { BoughtFiles } from './bought-files.ts'
import { DataBuyerWorkflow, purchases } from './buyer-workflow.ts'
import { Catalogue } from './catalogue.ts'
import { DataRepository } from './data-repository.ts'
import { dataHandlers } from './handlers.ts'
import { Library } from './library.ts'
import { PackageFetching } from './package-fetching.ts'
import { ReleaseService } from './release-service.ts'
import { ReleaseSealing } from './release-sealing.ts'
import { saleCheck } from './sale-check.ts'
import { SaleVault } from './sale-vault.ts'
import { DataSellerWorkflow, sellingJobs } from './seller-workflow.ts'

/** An index that follows the chain is never further behind; one that reads it from the start is. */
const MOST_BLOCKS_BEHIND = 20

interface Sources {
  readonly chainChange: ChainChange
  readonly collections: CollectionService
  readonly curation: CurationTasks
  readonly dataNode: DataNodeService
  readonly datasets: DatasetService
  readonly monitor: ChainMonitor
  readonly wallet: WalletService
}

/** What is sealed here to be sold, and what is on sale. A wallet's actions name both, so this is made before them. */
export function releasesModule({
  chainChange,
  clock,
  collections,
  dataNode,
  datasets,
  db,
  indexer,
  monitor,
  paths,
  runner,
  signedFor,
  wallet,
}: Foundation & Sources & { readonly indexer: Indexer; readonly signedFor: VaultNetwork }) {
  const dataRepository = new DataRepository(db, signedFor.contracts.dataMarket)
  const saleVault = new SaleVault({
    network: signedFor,
    reads: dataRepository,
    vault: () => wallet.vault(),
    account: () => wallet.address(),
    isBehind: () => (monitor.head?.number ?? Infinity) - (indexer.store.last()?.number ?? 0) > MOST_BLOCKS_BEHIND,
  })
  const releases = new ReleaseService({
    db,
    paths,
    node: dataNode,
    vault: saleVault,
    reads: dataRepository,
    monitor,
  })
  const sealing = new ReleaseSealing({
    clock,
    jobs: runner,
    releases,
    datasets,
    collections,
    node: dataNode,
    vault: saleVault,
    onWallet: (listener) => wallet.events.on('changed', listener),
  })
  chainChange.changes(() => releases.forgetChain())
  const catalogue = new Catalogue(dataNode, dataRepository)
  const packages = new PackageFetching({ jobs: runner, node: dataNode, reads: dataRepository, catalogue, paths })
  return {
    services: { dataRepository, saleVault, releases, sealing, catalogue, packages },
    start: [releases, packages],
    api: {},
  } satisfies Module
}

/** Selling and buying data. */
export function dataModule({
  chainChange,
  catalogue,
  clock,
  collections,
  config,
  curation,
  dataNode,
  dataRepository,
  datasets,
  evidence,
  indexer,
  jobs,
  log,
  models,
  monitor,
  notifier,
  packages,
  paths,
  releases,
  saleVault,
  sealing,
  showFile,
  steps,
  training,
  uploads,
  wallet,
}: Foundation &
  Sources &
  ReturnType<typeof releasesModule>['services'] & {
    readonly evidence: ChainEvidence
    readonly indexer: Indexer
    readonly models: ModelService
    readonly notifier: Notifier
    readonly showFile: ShowFile | null
    readonly steps: ChainSteps
    readonly training: TrainingService
    readonly uploads: Uploads
  }) {
  const ports = {
    reads: dataRepository,
    node: dataNode,
    vault: saleVault,
    steps,
    indexer,
    monitor,
    log,
    account: () => wallet.addressOrNull(),
  }
  const selling = new DataSellerWorkflow({ jobs, releases, config, ...ports })
  const bought = purchases(jobs)
  const purchasing = new DataBuyerWorkflow({
    jobs: bought,
    catalogue,
    packages,
    curation: () => curation.client,
    isLocked: () => wallet.mustBeUnlocked,
    notify: (words) => notifier.notify('Hearth', words),
    paths,
    ...ports,
  })
  // Nobody may be there to open it again before the time to complain is over.
  wallet.staysOpenWhile(() => purchasing.atStake !== null)
  const library = new Library(paths.library, (sale) => bought.get(sale)?.payload.path ?? null)
  chainChange.leaves(sellingJobs(jobs), { called: ({ subjectId }) => `Sale ${subjectId}` })
  chainChange.leaves(bought, {
    called: ({ payload: { name } }) => name,
    keeps: ({ payload: { path } }) => path !== null,
  })
  chainChange.cleans(() => rm(paths.purchases, { recursive: true, force: true }))
  const boughtFiles = new BoughtFiles({
    library,
    purchasing,
    reads: dataRepository,
    catalogue,
    uploads,
    clock,
    showFile,
  })
  const handlers = dataHandlers({
    boughtFiles,
    catalogue,
    collections,
    curation,
    dataNode,
    dataRepository,
    datasets,
    indexer,
    jobs,
    library,
    models,
    packages,
    purchasing,
    releases,
    sealing,
    selling,
    training,
    wallet,
  })
  const checking = { evidence, reads: dataRepository, node: dataNode, releases, packages, catalogue }
  const dataChecks: ThingChecks = {
    asset: { recompute: assetCheck(checking) },
    sale: { recompute: saleCheck(checking) },
  }
  return {
    services: { selling, purchasing, library, dataChecks },
    start: [selling, purchasing],
    api: { data: handlers },
  } satisfies Module
}
