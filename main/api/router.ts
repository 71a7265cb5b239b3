import { implement, onError, ORPCError } from '@orpc/server'
import { api } from '../../common/api/index.ts'
import { HearthError } from '../../common/errors/index.ts'
import { operationsPerRow, outputWidth } from '../../common/model/work.ts'
import { watch } from '../core/watch.ts'
import { balanceOfCall, readBalance } from '../features/chain/index.ts'
import { drip } from '../features/chain/index.ts'
import type { Services } from '../host/services.ts'
import type { CallContext } from './context.ts'
import { mapError } from './errors.ts'
import { avatarHandlers } from './avatar-handlers.ts'
import { chatHandlers } from './chat-handlers.ts'
import { embedderHandlers } from './embedder-handlers.ts'
import { modelsHandlers } from './models-handlers.ts'
import { dataHandlers } from './data-handlers.ts'
import { jobsHandlers } from './jobs-handlers.ts'
import { machineHandlers } from './machine-handlers.ts'
import { hooksHandlers } from './hooks-handlers.ts'
import { profitHandlers } from './profit-handlers.ts'
import { styleHandlers } from './style-handlers.ts'
import { tasksHandlers } from './tasks-handlers.ts'
import { tablesHandlers } from './tables-handlers.ts'
import { trainingHandlers } from './training-handlers.ts'
import { base64Of, toBoughtOrder, toServedOrder, toTransactionRow } from './views.ts'

const RESULT_CHUNK = 256 * 1024

/** Handlers: from the contract to the services and back. No rules live here. */
export function createRouter(services: Services) {
  const {
    wallet,
    actions,
    transactions,
    earning,
    machine,
    serving,
    buying,
    reads,
    work,
    explorer,
    doctor,
    network,
    monitor,
    overview,
    config,
    diagnostics,
    log,
  } = services
  const os = implement(api)
    .$context<CallContext>()
    .use(onError((error) => mapError(error, log)))
  const address = (): string => wallet.address()

  const system = {
    overview: os.system.overview.handler(() => overview.snapshot()),
    watch: os.system.watch.handler(({ signal }) =>
      watch(
        (changed) => overview.subscribe(changed),
        () => overview.snapshot(),
        signal,
      ),
    ),
    health: os.system.health.handler(() => diagnostics.health()),
    diagnostics: os.system.diagnostics.handler(async () => ({ text: await diagnostics.text() })),
    settings: os.system.settings.handler(() => config.get()),
    changeSettings: os.system.changeSettings.handler(({ input }) => config.update(dropUndefined(input))),
  }

  const walletHandlers = {
    create: os.wallet.create.handler(({ input }) => wallet.create(input.passphrase)),
    import: os.wallet.import.handler(({ input }) => wallet.import(input.mnemonic, input.passphrase)),
    unlock: os.wallet.unlock.handler(async ({ input }) => {
      const status = await wallet.unlock(input.passphrase)
      transactions.poke()
      return status
    }),
    lock: os.wallet.lock.handler(() => wallet.lock()),
    reveal: os.wallet.reveal.handler(async ({ input, context }) => {
      if (!context.local) throw new HearthError('REVEAL_REFUSED', 'the words are only shown on the machine itself')
      return { words: await wallet.reveal(input.passphrase) }
    }),
    challenge: os.wallet.challenge.handler(async () => ({ positions: await wallet.challenge() })),
    confirmBackup: os.wallet.confirmBackup.handler(({ input }) => wallet.confirmBackup(input.words)),
    preview: os.wallet.preview.handler(({ input }) => actions.preview(input)),
    confirm: os.wallet.confirm.handler(({ input }) => toTransactionRow(actions.confirm(input.id))),
    cancel: os.wallet.cancel.handler(({ input }) => toTransactionRow(transactions.cancel(input.id))),
    transaction: os.wallet.transaction.handler(({ input }) =>
      toTransactionRow(found(transactions.store.get(input.id), 'there is no such transaction')),
    ),
    transactions: os.wallet.transactions.handler(() =>
      wallet.addressOrNull() ? transactions.store.recent(address(), network.chainId, 100).map(toTransactionRow) : [],
    ),
    faucet: os.wallet.faucet.handler(async () => {
      if (!network.practice) throw new HearthError('NOT_PRACTICE', 'only the practice network gives coins away')
      if (!wallet.status().backedUp) throw new HearthError('NOT_BACKED_UP', 'write down the recovery words first')
      const hash = await drip(network.rpc, address())
      monitor.poke()
      return { hash }
    }),
  }

  const earn = {
    machine: os.earn.machine.handler(async () => {
      const registered = earning.myMachine()
      return {
        report: await machine.report(),
        benchmark: machine.latest(),
        progress: machine.progress,
        registered,
        stake: registered ? reads.stakeOf(registered.id) : 0n,
        offer: registered ? reads.openOffer(registered.id) : null,
        freeDiskBytes: await machine.freeDisk(),
      } as never
    }),
    measure: os.earn.measure.handler(({ input }) => machine.measure(input.quick)),
    cancelMeasure: os.earn.cancelMeasure.handler(() => (machine.cancel(), {})),
    watchMeasure: os.earn.watchMeasure.handler(({ signal }) =>
      watch(
        (changed) => machine.events.on('progress', changed),
        () => machine.progress,
        signal,
      ),
    ),
    benchmarks: os.earn.benchmarks.handler(() => machine.history()),
    start: os.earn.start.handler(() => earning.begin()),
    stop: os.earn.stop.handler(() => earning.end()),
    snooze: os.earn.snooze.handler(({ input }) => earning.snooze(services.clock.now() + input.minutes * 60_000)),
    stopAfterOrder: os.earn.stopAfterOrder.handler(() => earning.endAfterOrder()),
    orders: os.earn.orders.handler(() =>
      wallet.addressOrNull()
        ? reads.ordersOf('provider', address()).map((order) => toServedOrder(order, serving.job(order.id)))
        : [],
    ),
    earnings: os.earn.earnings.handler(() => services.earnings()),
  }

  const boughtOrder = (id: number) => toBoughtOrder(found(reads.order(id), `there is no order ${id}`), buying.job(id))
  const market = {
    offers: os.market.offers.handler(() => reads.openOffers()),
    orders: os.market.orders.handler(() =>
      wallet.addressOrNull()
        ? reads.ordersOf('buyer', address()).map((order) => toBoughtOrder(order, buying.job(order.id)))
        : [],
    ),
    order: os.market.order.handler(({ input }) => boughtOrder(input.id)),
    watchOrder: os.market.watchOrder.handler(async function* ({ input, signal }) {
      boughtOrder(input.id)
      let seq = 0
      const subscribe = (changed: () => void): (() => void) =>
        services.jobs.events.on('changed', ({ subjectId }) => subjectId === input.id && changed())
      const snapshot = () => {
        const job = buying.job(input.id) ?? serving.job(input.id)
        const log = job ? services.jobs.logAfter(job.id, seq) : []
        seq = log.at(-1)?.seq ?? seq
        return { order: boughtOrder(input.id), log }
      }
      for await (const next of watch(subscribe, snapshot, signal)) {
        yield next
        if (next.order.order.state !== 'active' && next.log.length === 0) return
      }
    }),
    prepareWork: os.market.prepareWork.handler(async ({ input }) => {
      const { hash, spec } = await work.prepare(input.preset, input.source)
      return { hash, spec, operations: operationsPerRow(spec) * spec.rows.count }
    }),
    readResult: os.market.readResult.handler(async ({ input }) => {
      const piece = await buying.readResult(input.id, input.offset, RESULT_CHUNK)
      return { ...base64Of(piece), rowBytes: outputWidth(buying.job(input.id)!.payload.spec!) }
    }),
    prices: os.market.prices.handler(() => {
      const prices = reads.openOffers().map((offer) => offer.price)
      return prices.length
        ? {
            offers: prices.length,
            low: prices[0]!,
            median: prices[Math.floor(prices.length / 2)]!,
            high: prices.at(-1)!,
          }
        : null
    }),
  }

  const explorerHandlers = {
    blocks: os.explorer.blocks.handler(({ input }) => explorer.blocks(input.before)),
    block: os.explorer.block.handler(({ input }) => explorer.block(input.number)),
    transactions: os.explorer.transactions.handler(({ input }) => explorer.transactions(input.before)),
    transaction: os.explorer.transaction.handler(({ input }) => explorer.transaction(input.hash)),
    address: os.explorer.address.handler(async ({ input }) => {
      const coins = await network.rpc
        .call(network.contracts.coin, balanceOfCall(input.address))
        .then(readBalance, () => null)
      return {
        address: input.address,
        market: reads.free(input.address),
        wallet: coins,
        ...explorer.ofAddress(input.address),
      }
    }),
  }

  return os.router({
    system,
    wallet: walletHandlers,
    earn,
    machine: machineHandlers(services),
    profit: profitHandlers(services),
    hooks: hooksHandlers(services),
    market,
    explorer: explorerHandlers,
    training: trainingHandlers(services),
    jobs: jobsHandlers(services),
    tasks: tasksHandlers(services),
    tables: tablesHandlers(services),
    data: dataHandlers(services),
    avatar: avatarHandlers(services),
    chat: chatHandlers(services),
    models: modelsHandlers(services),
    embedder: embedderHandlers(services),
    style: styleHandlers(services),
    doctor: { gates: os.doctor.gates.handler(() => doctor.gates()) },
  })
}

function found<T>(value: T | null, message: string): T {
  if (value === null) throw new ORPCError('NOT_FOUND', { message })
  return value
}

function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never
}
