import { mkdirSync } from 'node:fs'
import type { AnyContractRouter } from '@orpc/contract'
import type { Earnings } from '../../common/api/earn.ts'
import type { curationContract } from '../../common/children/curation.ts'
import type { exactInferenceContract } from '../../common/children/exact-inference.ts'
import type { llmContract } from '../../common/children/llm.ts'
import type { embedderContract } from '../../common/children/embedder.ts'
import type { memoryContract } from '../../common/children/memory.ts'
import type { peerContract } from '../../common/children/peer.ts'
import type { storageContract } from '../../common/children/storage.ts'
import type { telemetryContract } from '../../common/children/telemetry.ts'
import type { trainerContract } from '../../common/children/trainer.ts'
import type { vaultContract, VaultNetwork } from '../../common/children/vault.ts'
import { createRouter } from '../api/router.ts'
import { systemClock, type Clock } from '../core/clock.ts'
import { ConfigStore } from '../core/config.ts'
import { lockDataFolder } from '../core/db/lock.ts'
import { openDatabase } from '../core/db/open.ts'
import { JobRunner } from '../core/job-runner/index.ts'
import { JobStore } from '../core/jobs.ts'
import { Lifecycle, type Service } from '../core/lifecycle.ts'
import { createFileSink } from '../core/log/file-sink.ts'
import { Log } from '../core/log/log.ts'
import { dataPaths } from '../core/paths.ts'
import type { Notifier, Power, Secrets } from '../core/ports.ts'
import { confinementOf, foldersOf } from '../core/processes/confinement.ts'
import { proveIsolation } from '../core/processes/isolation.ts'
import type { Spawner } from '../core/processes/spawner.ts'
import { SupervisedProcess } from '../core/processes/supervised.ts'
import type { ChildName, ConfinedName } from '../core/processes/table.ts'
import {
  ChainMonitor,
  ChainSteps,
  Indexer,
  PracticeChain,
  TransactionQueue,
  TransactionStore,
  type Signer,
} from '../features/chain/index.ts'
import { EmbeddingService } from '../features/avatar/embeddings/index.ts'
import { MemoryService } from '../features/avatar/memory/index.ts'
import { ChatService } from '../features/avatar/chat/index.ts'
import { Completions, LocalApiService } from '../features/avatar/local-api/index.ts'
import { StyleService } from '../features/avatar/style/index.ts'
import { ModelService } from '../features/avatar/models/index.ts'
import { EnergyMeter, EnergyStore, ProfitService, wattsOf } from '../features/earning/profit/index.ts'
import { IdlePolicyService, TelemetryFeed } from '../features/machine/idle-policy/index.ts'
import {
  Catalogue,
  DataRepository,
  Library,
  DataBuyerWorkflow,
  purchases,
  ReleaseService,
  SaleVault,
  DataSellerWorkflow,
} from '../features/market/data/index.ts'
import { CollectionService, CurationTasks, DatasetService } from '../features/curation/index.ts'
import { DataNodeService } from '../features/storage/index.ts'
import { Doctor } from '../features/earning/doctor/index.ts'
import { earningsOf, EarningService } from '../features/earning/provider/index.ts'
import { ExplorerRepository } from '../features/chain/index.ts'
import { HookService } from '../features/earning/hooks/index.ts'
import { MachineService } from '../features/machine/hardware/index.ts'
import {
  ComputeCustomerWorkflow,
  MarketRepository,
  ComputeProviderWorkflow,
  OrderAnswers,
  orderRoute,
  WorkStore,
} from '../features/market/compute/index.ts'
import { PeerService, PeerWallets, type PeerAddress } from '../features/peers/index.ts'
import { BlobStore, FileAnswers, filesRoute, PeerFileTransfer } from '../features/file-transfer/index.ts'
import { TableService } from '../features/training/tables/index.ts'
import {
  CaseSender,
  TrainingCustomerWorkflow,
  trainingCustomerJobs,
  JobRepository,
  jobRoute,
  JurorAnswers,
  TrainingJurorWorkflow,
  juryJobs,
  juryRoute,
  quoteRoute,
  MilestoneCheck,
  OrderDrafts,
  TrainingProviderWorkflow,
  ProviderIntake,
  trainingProviderJobs,
} from '../features/market/training/index.ts'
import { AdapterStore, BaseStore, TrainingService } from '../features/training/runs/index.ts'
import { createWorkRegistry, jobKind, sandboxOf, type WorkSandbox } from '../work/index.ts'
import { exactInference, exactInferenceSandbox } from '../work/kinds/exact-inference/index.ts'
import { training as trainingWork, trainingSandbox } from '../work/kinds/training/index.ts'
import { Uploads } from '../features/uploads/index.ts'
import { Actions, KeystoreFile, WalletService } from '../features/wallet/index.ts'
import { BackupService } from './backup.ts'
import { completeAction } from './complete-action.ts'
import { Diagnostics } from './diagnostics.ts'
import { networkOf } from './network.ts'
import { OverviewFeed } from './overview.ts'
import { PeerRecords } from './peer-records.ts'
import type { Services } from './services.ts'

export interface HostPorts {
  readonly dataRoot: string
  readonly spawner: Spawner
  readonly secrets: Secrets
  readonly notifier: Notifier
  readonly power: Power
  readonly clock?: Clock
}

export interface Host {
  readonly services: Services
  readonly router: ReturnType<typeof createRouter>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Composes a host: the one place that says `new`. What it makes runs in Electron's utility process and in plain Node
 * alike; everything that differs between them comes in through the ports.
 * @throws HearthError DATA_IN_USE or DATABASE_CORRUPT
 */
export async function createHost(ports: HostPorts): Promise<Host> {
  const { spawner, secrets, notifier, power, clock = systemClock } = ports
  const paths = dataPaths(ports.dataRoot)
  mkdirSync(paths.root, { recursive: true, mode: 0o700 })
  const unlockFolder = lockDataFolder(paths.lock)
  const file = createFileSink(paths.logs)
  const log = new Log(file.sink)
  // First of all: a folder that a newer Hearth wrote is refused with its settings as they are.
  const db = await openDatabase(paths.database, paths.backup, log)
  const config = ConfigStore.open(paths.config, (kept) =>
    log.error('the settings could not be read; defaults are used', { kept }),
  )
  const networkConfig = config.get().network
  const practice =
    networkConfig.kind === 'practice' && networkConfig.rpcUrl === null ? new PracticeChain(paths.practice, log) : null
  // The practice chain chooses its port when it starts, so it starts before the network is described.
  const [isolation] = await Promise.all([proveIsolation(spawner.sandbox), practice?.start()])
  log.info('isolation of strangers’ work', { ...isolation })
  const network = networkOf(networkConfig, practice?.rpcUrl ?? '')

  const children = new Map<string, { readonly pid: number | undefined }>()
  /** @param role set where a process runs more than once */
  const supervised = <C extends AnyContractRouter>(
    name: ChildName,
    role: string = name,
    confinement: Partial<ReturnType<typeof confinementOf>> = {},
  ): SupervisedProcess<C> => {
    const child = new SupervisedProcess<C>({ name, spawner, clock, log, ...confinement })
    children.set(role, child)
    return child
  }
  const confined = (name: ConfinedName, sandbox: WorkSandbox) =>
    confinementOf(sandboxOf(sandbox, { work: foldersOf(name, paths), resources }), isolation.tier === 'sandbox')

  const signedFor: VaultNetwork = { chainId: network.chainId, contracts: network.contracts }

  const vault = supervised<typeof vaultContract>('vault')
  const resources = { 'base-models': (): readonly string[] => bases.paths() }
  const engine = supervised<typeof exactInferenceContract>(
    'exact-inference',
    'exact-inference',
    confined('exact-inference', exactInferenceSandbox),
  )
  const checker = supervised<typeof exactInferenceContract>('exact-inference', 'checker')
  const peer = supervised<typeof peerContract>('peer')
  const storage = supervised<typeof storageContract>('storage')
  const curation = supervised<typeof curationContract>('curation')
  const memories = supervised<typeof memoryContract>('memory')
  const embedder = supervised<typeof embedderContract>('embedder')
  const telemetry = supervised<typeof telemetryContract>('telemetry')
  const llm = supervised<typeof llmContract>('llm')
  const chatEngine = supervised<typeof llmContract>('llm', 'chatEngine')
  const trainer = supervised<typeof trainerContract>('trainer')
  const jobTrainer = supervised<typeof trainerContract>('trainer', 'jobTrainer', confined('trainer', trainingSandbox))
  if (practice) children.set('chain', practice)

  const jobs = new JobStore(db, clock)
  const reads = new MarketRepository(db)
  const monitor = new ChainMonitor(network, log)
  const indexer = new Indexer({ db, monitor, log })
  const wallet = new WalletService({
    vault,
    file: new KeystoreFile(paths.keystore, secrets),
    secrets,
    config,
    network: signedFor,
    log,
  })
  const dataRepository = new DataRepository(db, network.contracts.dataMarket)
  const saleVault = new SaleVault({
    network: signedFor,
    reads: dataRepository,
    vault: () => wallet.vault(),
    account: () => wallet.address(),
  })
  const signer: Signer = {
    address: () => wallet.address(),
    addressOrNull: () => wallet.addressOrNull(),
    sign: (intent) => wallet.sign(intent),
    complaint: (sale) => saleVault.complaint(sale),
  }
  const transactions = new TransactionQueue({ store: new TransactionStore(db, clock), monitor, signer, clock, log })
  const peers = new PeerService({
    process: peer,
    config,
    folder: paths.peer,
    wallets: new PeerWallets(signedFor, monitor),
    record: () => records.current(),
    log,
  })
  const feed = new TelemetryFeed({ process: telemetry, config, power, log })
  const onWatts = (listener: (watts: number) => void): (() => void) =>
    feed.events.on('sample', (sample) => {
      const drawn = wattsOf(sample, { baseWatts: 0, assumedWatts: null })
      if (drawn?.measured) listener(drawn.watts)
    })
  const machine = new MachineService({
    exactInference: engine,
    trainer: jobTrainer,
    llm,
    telemetry,
    db,
    clock,
    config,
    folder: paths.benchmark,
    isolation: isolation.tier,
    log,
    onWatts,
  })
  const comfort = new IdlePolicyService({ feed, config })
  const tasks = new CurationTasks(curation)
  const runner = new JobRunner({ db, clock, log })
  const datasets = new DatasetService({ db, clock, tasks, jobs: runner, paths })
  const collections = new CollectionService({ db, clock, tasks, jobs: runner, paths })
  const dataNode = new DataNodeService({
    process: storage,
    config,
    folder: paths.storage,
    clock,
    metered: () => feed.latest?.network.metered.value === true,
    log,
  })
  const releases = new ReleaseService({
    db,
    clock,
    paths,
    datasets,
    collections,
    tasks,
    node: dataNode,
    vault: saleVault,
    reads: dataRepository,
    monitor,
  })
  const catalogue = new Catalogue(dataNode, dataRepository)
  const complete = completeAction({
    machine: async () => ({ spec: await machine.specHash(), peer: peers.key() }),
    releases,
    vault: saleVault,
  })
  const actions = new Actions({
    network,
    signer,
    queue: transactions,
    clock,
    chainTime: () => monitor.head?.time ?? 0,
    complete,
  })
  const steps = new ChainSteps({
    indexer,
    follow: (action) => actions.follow(action),
    transaction: (id) => transactions.store.get(id),
  })
  const blobs = new BlobStore(paths.shelf)
  const bases = new BaseStore(
    db,
    (base) => trainer.client.inspect({ base }),
    () => {
      // The sandbox shows what was known when the engine started; a job goes on from its checkpoint.
      if (isolation.tier === 'sandbox') void jobTrainer.restart()
    },
  )
  const kind = trainingWork({
    process: jobTrainer,
    checker: trainer,
    blobs,
    folder: paths.jobs,
    baseOf: (hash) => bases.pathOf(hash),
  })
  const kinds = createWorkRegistry([
    exactInference({ process: engine, checker, config, threads: () => machine.threads() }),
    kind,
  ])
  const work = new WorkStore(paths, checker)
  const records = new PeerRecords({ wallet, peers, monitor })
  const serving = new ComputeProviderWorkflow({
    jobs,
    reads,
    work,
    kinds,
    indexer,
    monitor,
    steps,
    log,
    account: () => wallet.addressOrNull(),
  })
  const buying = new ComputeCustomerWorkflow({
    jobs,
    reads,
    work,
    kinds,
    steps,
    indexer,
    monitor,
    config,
    log,
    account: () => wallet.addressOrNull(),
    ask: (machine) => peers.to(machine),
    signReceipt: async (order, served, finished) =>
      (await wallet.sign({ kind: 'receipt', order: BigInt(order), served, finished })).signature,
  })
  const training = new TrainingService({
    jobs: runner,
    db,
    clock,
    trainer,
    paths,
    threads: () => machine.threads(),
    log,
  })
  const adapters = new AdapterStore(db, training.runs, (adapter) => trainer.client.inspectAdapter({ adapter }))
  const tables = new TableService({ db, clock, engine: trainer, paths, threads: () => machine.threads() })
  const jobRepository = new JobRepository(db)
  const selling = new DataSellerWorkflow({
    jobs,
    reads: dataRepository,
    releases,
    node: dataNode,
    vault: saleVault,
    steps,
    indexer,
    monitor,
    config,
    log,
    account: () => wallet.addressOrNull(),
  })
  const purchasing = new DataBuyerWorkflow({
    jobs: purchases(jobs),
    reads: dataRepository,
    catalogue,
    node: dataNode,
    vault: saleVault,
    curation: () => tasks.client,
    steps,
    indexer,
    monitor,
    paths,
    log,
    account: () => wallet.addressOrNull(),
  })
  const asking = {
    account: () => wallet.addressOrNull(),
    ask: (machine: PeerAddress) => peers.to(machine),
  }
  const exchange = new PeerFileTransfer(blobs)
  const cases = new CaseSender({ reads: jobRepository, market: reads, blobs, exchange, log, ...asking })
  const provided = trainingProviderJobs(jobs)
  const provider = new TrainingProviderWorkflow({
    clock,
    blobs,
    steps,
    indexer,
    monitor,
    cases,
    log,
    jobs: provided,
    reads: jobRepository,
    kind,
    account: asking.account,
  })
  const intake = new ProviderIntake({
    clock,
    blobs,
    jobs: provided,
    reads: jobRepository,
    kind,
    account: asking.account,
    free: (account) => reads.free(account),
    price: () => BigInt(config.get().earn.price),
    unwilling: () => earning.unwilling(kind) ?? (training.busy ? 'the owner is training on this machine' : null),
    freeDisk: () => machine.freeDisk(),
    onReady: () => provider.poke(),
  })
  const drafts = new OrderDrafts({ db, training, trainer, market: reads, blobs, ...asking })
  const check = new MilestoneCheck({ kind, training, trainer, blobs, exchange })
  const customer = new TrainingCustomerWorkflow({
    training,
    check,
    drafts,
    cases,
    exchange,
    steps,
    indexer,
    monitor,
    log,
    jobs: trainingCustomerJobs(jobs),
    market: reads,
    reads: jobRepository,
    ...asking,
  })
  const judged = juryJobs(jobs)
  const juror = new TrainingJurorWorkflow({
    blobs,
    steps,
    indexer,
    monitor,
    log,
    jobs: judged,
    reads: jobRepository,
    kind,
    account: asking.account,
  })
  const jury = new JurorAnswers({ jobs: judged, reads: jobRepository, juror, baseOf: (hash) => bases.pathOf(hash) })
  peers.route(
    orderRoute,
    new OrderAnswers({
      jobs,
      reads,
      work,
      kinds,
      network: signedFor,
      account: asking.account,
      onNews: () => serving.poke(),
    }),
  )
  peers.openRoute(quoteRoute, intake.quote)
  peers.route(jobRoute, intake)
  peers.route(juryRoute, jury)
  peers.route(
    filesRoute,
    new FileAnswers(blobs, {
      job: (id, party) => intake.ticket(id, party),
      case: (id, party) => jury.ticket(id, party),
    }),
  )
  const earning: EarningService = new EarningService({
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
    kinds,
    sides: [
      { settlement: 'seconds', workflow: serving },
      { settlement: 'milestones', workflow: provider },
    ],
    log,
    follow: (action) => actions.follow(action),
  })
  const earnings = (): Earnings => {
    const account = wallet.addressOrNull()
    return earningsOf(
      account ? reads.ordersOf('provider', account, 100_000) : [],
      account ? [...jobRepository.payments(account), ...dataRepository.payments(account)] : [],
      monitor.head?.time ?? Math.floor(clock.now() / 1000),
    )
  }
  const memory = new MemoryService({
    jobs: runner,
    process: memories,
    paths,
    queryEmbedding: (question) => embeddings.question(question),
    log,
  })
  const paidWork = (): boolean => earning.state().kind === 'earning'
  const embeddings: EmbeddingService = new EmbeddingService({
    jobs: runner,
    process: embedder,
    memories,
    memory,
    config,
    paths,
    paidWork,
    onWork: (listener) => earning.events.on('changed', listener),
    log,
  })
  const models = new ModelService({
    jobs: runner,
    llm: chatEngine,
    config,
    paths,
    physicalCores: () => machine.cores(),
    paidWork,
    benchmark: () => machine.latest(),
    log,
  })
  const uploads = new Uploads({
    paths,
    log,
    used: async () => {
      await memory.resumed
      if (memory.problem !== null) throw new Error(`what is being remembered is not known: ${memory.problem}`)
      return [
        ...datasets.uploads,
        ...collections.uploads,
        ...training.runs.list().flatMap(({ request }) => request.files),
        ...memory.files,
      ]
    },
  })
  const chats = new ChatService({
    memory: memories,
    llm: chatEngine,
    models,
    queryEmbedding: (question) => embeddings.question(question),
    config,
    paths,
    log,
  })
  const styles = new StyleService({ runner, db, clock, memory: memories, trainer, chats, training, paths, log })
  const localApi = new LocalApiService({
    completions: new Completions({ chats, models }),
    embed: async (texts) =>
      (await embeddings.vectors(texts)) ?? {
        model: 'hearth-lexicon',
        vectors: await memories.client.embed({ texts: [...texts] }),
      },
    config,
    tokenFile: paths.apiToken,
    log,
  })
  const energy = new EnergyStore(db)
  const profit = new ProfitService({
    config,
    clock,
    store: energy,
    feed,
    reads,
    earnings,
    machine: () => earning.myMachine()?.id ?? null,
  })
  const meter = new EnergyMeter({ feed, store: energy, config, state: () => earning.state() })
  const hooks = new HookService({ config, clock, earning, earned24h: () => earnings().last24h, log })
  const explorer = new ExplorerRepository(db, network.contracts)
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
    reads,
    config,
    stake: () => actions.stake(),
    misfit: () => intake.misfit,
  })
  const overview = new OverviewFeed({
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
  const diagnostics = new Diagnostics({
    config,
    logs: paths.logs,
    children: () => Object.fromEntries([...children].flatMap(([role, { pid }]) => (pid ? [[role, pid]] : []))),
  })
  const backup = new BackupService(db, paths.backup, log)

  const services: Services = {
    clock,
    config,
    log,
    jobs,
    network,
    practice,
    monitor,
    indexer,
    transactions,
    wallet,
    actions,
    peers,
    machine,
    feed,
    comfort,
    profit,
    hooks,
    earnings,
    isolation,
    reads,
    work,
    serving,
    buying,
    earning,
    training,
    uploads,
    bases,
    adapters,
    tables,
    jobRepository,
    drafts,
    customer,
    provider,
    juror,
    dataRepository,
    curation: tasks,
    runner,
    datasets,
    collections,
    dataNode,
    releases,
    catalogue,
    selling,
    purchasing,
    library: new Library(paths.library),
    memory,
    embeddings,
    models,
    chats,
    styles,
    localApi,
    explorer,
    doctor,
    overview,
    diagnostics,
  }
  jobs.events.on('changed', ({ kind: job, subjectId, entered }) => {
    const known = jobKind(job)
    if (known && subjectId !== null && entered === 'closed') notifier.notify('Hearth', known.closed(subjectId))
  })
  for (const unknown of jobs.kinds().filter((name) => !jobKind(name) && !dataJobs.has(name)))
    log.warn('the database holds jobs of a kind that this version does not know; they are left as they are', {
      kind: unknown,
    })

  const started: readonly Service[] = [
    wallet,
    monitor,
    indexer,
    transactions,
    machine,
    feed,
    comfort,
    peers,
    serving,
    buying,
    provider,
    juror,
    customer,
    datasets,
    collections,
    releases,
    dataNode,
    selling,
    purchasing,
    memory,
    embeddings,
    models,
    chats,
    localApi,
    earning,
    hooks,
    meter,
    training,
    styles,
    runner,
    uploads,
    overview,
    backup,
    diagnostics,
  ]
  const lifecycle = new Lifecycle(started, log)
  return {
    services,
    router: createRouter(services),
    start: () => lifecycle.start(),
    stop: async () => {
      await lifecycle.stop()
      await practice?.stop()
      db.close()
      unlockFolder()
      await file.close()
    },
  }
}

/** Jobs about data rather than work. */
const dataJobs: ReadonlySet<string> = new Set(['purchase', 'sell'])
