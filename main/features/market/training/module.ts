import { rm } from 'node:fs/promises'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Foundation, Module } from '../../../core/module.ts'
import type { ChainChange, ChainEvidence, ChainMonitor, ChainSteps, Indexer, ThingChecks } from '../../chain/index.ts'
import { FileAnswers, filesRoute, PeerFileTransfer, type BlobStore } from '../../file-transfer/index.ts'
import type { MachineService } from '../../machine/hardware/index.ts'
import type { Answers, PeerService, Requester } from '../../peers/index.ts'
import type { BaseStore, TrainingService } from '../../training/runs/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { TrainingKind } from '../../../work/kinds/training/index.ts'
import { ownMachine, type MarketRepository } from '../compute/index.ts'
import { CaseSender } from './case-sender.ts'
import { trainingCustomerJobs } from './customer-job.ts'
import { disputeCheck } from './dispute-check.ts'
import { DisputeRepository } from './dispute-repository.ts'
import { Disputes } from './disputes.ts'
import { TrainingCustomerWorkflow } from './customer-workflow.ts'
import { jobsHandlers } from './handlers.ts'
import { type QuoteMessages, jobRoute, juryRoute, quoteRoute, retiredQuoteRoute } from './job-messages.ts'
import { jobCheck, proofCheck } from './job-check.ts'
import { JurorAnswers } from './juror-routes.ts'
import { JobRepository } from './job-repository.ts'
import { juryJobs, TrainingJurorWorkflow } from './juror-workflow.ts'
import { MilestoneCheck } from './milestone-check.ts'
import { leaveJobs } from './leave-jobs.ts'
import { OrderDrafts } from './order-drafts.ts'
import { ProviderIntake } from './provider-intake.ts'
import { trainingProviderJobs } from './provider-job.ts'
import { TrainingProviderWorkflow } from './provider-workflow.ts'

const refuseRetired: Answers<QuoteMessages, null> = {
  ask: async () => {
    throw new HearthError('PEER_REFUSED', 'quotes are given on training-quote/2, to wallets; update Hearth')
  },
}

/** Training jobs on the market: as the provider, the customer and a juror. */
export function trainingJobsModule({
  bases,
  blobs,
  chainChange,
  clock,
  config,
  db,
  evidence,
  indexer,
  jobs,
  log,
  machine,
  monitor,
  paths,
  peers,
  processes,
  reads: market,
  requester,
  steps,
  training,
  trainingKind: kind,
  wallet,
}: Foundation & {
  readonly bases: BaseStore
  readonly blobs: BlobStore
  readonly chainChange: ChainChange
  readonly evidence: ChainEvidence
  readonly indexer: Indexer
  readonly machine: MachineService
  readonly monitor: ChainMonitor
  readonly peers: PeerService
  readonly reads: MarketRepository
  readonly requester: Requester
  readonly steps: ChainSteps
  readonly training: TrainingService
  readonly trainingKind: TrainingKind
  readonly wallet: WalletService
}) {
  const { proofChecker, trainer } = processes
  const jobRepository = new JobRepository(db)
  const exchange = new PeerFileTransfer(blobs)
  const provided = trainingProviderJobs(jobs)
  const baseOf = (hash: string): Promise<string | null> => bases.pathOf(hash)
  const common = { reads: jobRepository, blobs, steps, indexer, monitor, kind, log, account: requester.account }

  const disputeRepository = new DisputeRepository(db)
  const disputes = new Disputes({ reads: disputeRepository, market, monitor })
  const cases = new CaseSender({ market, blobs, exchange, log, ...requester })
  const provider = new TrainingProviderWorkflow({ ...common, clock, cases, disputes, jobs: provided })
  const intake = new ProviderIntake({
    ...common,
    clock,
    jobs: provided,
    free: (account) => market.free(account),
    staked: (account) => market.hasMachine(account),
    price: () => BigInt(config.get().earn.price),
    ownerTrains: () => training.busy,
    freeDisk: () => machine.freeDisk(),
    onReady: () => provider.poke(),
  })
  const drafts = new OrderDrafts({ db, training, trainer, market, blobs, ...requester })
  const check = new MilestoneCheck({ kind, training, trainer: proofChecker, blobs, exchange })
  const hiredJobs = trainingCustomerJobs(jobs)
  const customer = new TrainingCustomerWorkflow({
    training,
    check,
    drafts,
    cases,
    disputes,
    exchange,
    steps,
    indexer,
    monitor,
    log,
    jobs: hiredJobs,
    market,
    reads: jobRepository,
    ...requester,
  })
  const judged = juryJobs(jobs)
  const machineHere = (): number | null => ownMachine({ wallet, peers, reads: market })?.id ?? null
  const juror = new TrainingJurorWorkflow({
    ...common,
    jobs: judged,
    disputes: disputeRepository,
    machine: machineHere,
    reachable: () => peers.status() !== null && peers.problem === null,
  })
  const jury = new JurorAnswers({ jobs: judged, reads: jobRepository, juror, baseOf })
  const checking = { evidence, reads: jobRepository, hired: hiredJobs, check }
  const jobChecks: ThingChecks = {
    job: { recompute: jobCheck(checking), again: proofCheck(checking) },
    dispute: { recompute: disputeCheck({ evidence, reads: disputeRepository, jobs: jobRepository }) },
  }
  leaveJobs({ chainChange, hired: hiredJobs, provided, judged, drafts, training, blobs })
  chainChange.cleans(() => rm(paths.jobs, { recursive: true, force: true }))
  const files = new FileAnswers(blobs, {
    job: (id, party) => intake.ticket(id, party),
    case: (id, party) => jury.ticket(id, party),
  })
  peers.route(quoteRoute, intake.quotes)
  peers.openRoute(retiredQuoteRoute, refuseRetired)
  peers.route(jobRoute, intake)
  peers.route(juryRoute, jury)
  peers.route(filesRoute, files)
  return {
    services: { jobRepository, disputeRepository, drafts, customer, provider, intake, juror, jobChecks },
    start: [provider, juror, customer],
    api: {
      jobs: jobsHandlers({
        wallet,
        jobs,
        jobRepository,
        disputeRepository,
        disputes,
        machine: machineHere,
        drafts,
        customer,
        provider,
        juror,
      }),
    },
  } satisfies Module
}
