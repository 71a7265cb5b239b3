import { freemem } from 'node:os'
import type { VaultNetwork } from '../../../../common/children/vault.ts'
import {
  customerMoves,
  providerMoves,
  type CustomerOrderEvent,
  type CustomerOrderState,
} from '../../../../common/model/order-state.ts'
import { JobTable } from '../../../core/job-table.ts'
import type { Foundation, Module } from '../../../core/module.ts'
import type { ChainChange, ChainEvidence, ChainMonitor, ChainSteps, Indexer, ThingChecks } from '../../chain/index.ts'
import type { PeerService, Requester } from '../../peers/index.ts'
import type { WorkRegistry } from '../../../work/index.ts'
import type { DocumentStore, MachineService } from '../../machine/hardware/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import { ComputeCustomerWorkflow, type ComputeCustomerPayload } from './customer-workflow.ts'
import { marketHandlers } from './handlers.ts'
import { HardwareInquiry } from './hardware-inquiry.ts'
import { MarketRepository } from './market-repository.ts'
import { ComputeProviderWorkflow } from './provider-workflow.ts'
import { orderRoute } from './order-messages.ts'
import { orderCheck } from './order-check.ts'
import { receipted } from './receipt.ts'
import { OrderAnswers } from './provider-routes.ts'
import { WorkStore } from './work-store.ts'

/** Orders of compute time, served here and bought from others. */
export function computeModule({
  chainChange,
  config,
  db,
  documents,
  evidence,
  kinds,
  indexer,
  jobs,
  log,
  machine,
  monitor,
  paths,
  peers,
  requester,
  signedFor,
  steps,
  wallet,
}: Foundation & {
  readonly kinds: WorkRegistry
  readonly chainChange: ChainChange
  readonly documents: DocumentStore
  readonly evidence: ChainEvidence
  readonly indexer: Indexer
  readonly machine: MachineService
  readonly monitor: ChainMonitor
  readonly peers: PeerService
  readonly requester: Requester
  readonly signedFor: VaultNetwork
  readonly steps: ChainSteps
  readonly wallet: WalletService
}) {
  const reads = new MarketRepository(db, monitor.network.contracts.market)
  const work = new WorkStore(paths)
  const serving = new ComputeProviderWorkflow({
    jobs,
    reads,
    work,
    kinds,
    indexer,
    monitor,
    log,
    account: requester.account,
    steps,
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
    ...requester,
    signReceipt: async (order, served, finished) =>
      (await wallet.sign({ kind: 'receipt', ...receipted(order), served, finished })).signature,
  })
  chainChange.leaves(new JobTable(jobs, 'serve', providerMoves), {
    called: ({ subjectId }) => `Order ${subjectId}, served here`,
  })
  chainChange.leaves(
    new JobTable<CustomerOrderState, CustomerOrderEvent, ComputeCustomerPayload>(jobs, 'buy', customerMoves),
    {
      called: ({ subjectId }) => `Order ${subjectId}`,
      // What was paid for and checked stays.
      leave: async ({ id, subjectId, payload: { rowsVerified } }) =>
        rowsVerified > 0 ? `The result stays in ${await work.keep(subjectId, id)}.` : null,
    },
  )
  chainChange.cleans(() => work.forgetOrders())
  const { account } = requester
  const answers = new OrderAnswers({
    jobs,
    reads,
    work,
    kinds,
    network: signedFor,
    account,
    facts: async () => ({
      freeMemory: freemem(),
      freeDisk: await machine.freeDisk(),
      operationsPerSecond: machine.latest()?.parts.int8?.median ?? null,
    }),
    onNews: () => serving.poke(),
  })
  peers.route(orderRoute, answers)
  const hardware = new HardwareInquiry({
    ask: requester.ask,
    documents,
    own: ({ peer }) => peers.status() !== null && peers.key() === peer,
    documentOf: (spec) => machine.documentOf(spec),
    log: log.child('hardware'),
    now: () => performance.now(),
  })
  const orderChecks: ThingChecks = { order: { recompute: orderCheck({ evidence, reads, work, kinds }) } }
  return {
    services: { reads, work, serving, buying, orderChecks },
    start: [serving, buying, hardware],
    api: { market: marketHandlers({ buying, hardware, jobs, kinds, reads, serving, wallet, work }) },
  } satisfies Module
}
