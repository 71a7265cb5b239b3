import { rm } from 'node:fs/promises'
import type { VaultNetwork } from '../../../../common/children/vault.ts'
import type { Foundation, Module } from '../../../core/module.ts'
import type { ModelService } from '../../avatar/models/index.ts'
import type { ChainChange, ChainMonitor, ChainSteps, Indexer } from '../../chain/index.ts'
import type { CollectionService, CurationTasks, DatasetService } from '../../curation/index.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import { DataBuyerWorkflow, purchases } from './buyer-workflow.ts'
import { Catalogue } from './catalogue.ts'
import { DataRepository } from './data-repository.ts'
import { dataHandlers } from './handlers.ts'
import { Library } from './library.ts'
import { ReleaseService } from './release-service.ts'
import { ReleaseSealing } from './release-sealing.ts'
import { SaleVault } from './sale-vault.ts'
import { DataSellerWorkflow, sellingJobs } from './seller-workflow.ts'

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
  curation,
  dataNode,
  datasets,
  db,
  monitor,
  paths,
  runner,
  signedFor,
  wallet,
}: Foundation & Sources & { readonly signedFor: VaultNetwork }) {
  const dataRepository = new DataRepository(db, signedFor.contracts.dataMarket)
  const saleVault = new SaleVault({
    network: signedFor,
    reads: dataRepository,
    vault: () => wallet.vault(),
    account: () => wallet.address(),
  })
  const releases = new ReleaseService({
    db,
    paths,
    tasks: curation,
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
    tasks: curation,
    node: dataNode,
    vault: saleVault,
    onWallet: (listener) => wallet.events.on('changed', listener),
  })
  chainChange.changes(() => releases.forgetChain())
  const catalogue = new Catalogue(dataNode, dataRepository)
  return {
    services: { dataRepository, saleVault, releases, sealing, catalogue },
    start: [releases],
    api: {},
  } satisfies Module
}

/** Selling and buying data. */
export function dataModule({
  chainChange,
  catalogue,
  collections,
  config,
  curation,
  dataNode,
  dataRepository,
  datasets,
  indexer,
  jobs,
  log,
  models,
  monitor,
  paths,
  releases,
  saleVault,
  sealing,
  steps,
  training,
  wallet,
}: Foundation &
  Sources &
  ReturnType<typeof releasesModule>['services'] & {
    readonly indexer: Indexer
    readonly models: ModelService
    readonly steps: ChainSteps
    readonly training: TrainingService
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
    curation: () => curation.client,
    paths,
    ...ports,
  })
  const library = new Library(paths.library, (sale) => bought.get(sale)?.payload.path ?? null)
  chainChange.leaves(sellingJobs(jobs), { called: ({ subjectId }) => `Sale ${subjectId}` })
  chainChange.leaves(bought, {
    called: ({ payload: { name } }) => name,
    keeps: ({ payload: { path } }) => path !== null,
  })
  chainChange.cleans(() => rm(paths.purchases, { recursive: true, force: true }))
  const handlers = dataHandlers({
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
    purchasing,
    releases,
    sealing,
    selling,
    training,
    wallet,
  })
  return {
    services: { selling, purchasing, library },
    start: [selling, purchasing],
    api: { data: handlers },
  } satisfies Module
}
