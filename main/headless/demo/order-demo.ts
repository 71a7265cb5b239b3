import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NetPreset } from '../../../common/model/work.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { act, until } from '../../cli/act.ts'
import { say } from '../../cli/output.ts'
import { Cast, coinsOf, goOnline } from './cast.ts'

export interface OrderDemoOptions {
  readonly rows: number
  readonly preset: NetPreset
  /** Where the three data folders go; null for a temporary place that is removed. */
  readonly folder: string | null
}

const PRICE = 10n ** 15n
const TERM_SECONDS = 600

/**
 * A whole order between strangers: a practice network, a provider and a customer as processes of their own, with
 * wallets and data folders of their own. Everything goes through the same calls that the window makes.
 */
export async function runOrderDemo(options: OrderDemoOptions): Promise<Record<string, unknown>> {
  const begun = performance.now()
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'hearth-demo-')))
  await using cast = new Cast(folder, options.folder !== null)
  say('starting a practice network, a provider and a customer …')
  const rpcUrl = await cast.chain()
  const [provider, customer] = await Promise.all([cast.party('provider'), cast.party('customer')])
  const before = { provider: await coinsOf(provider.api), customer: await coinsOf(customer.api) }

  say('measuring and registering the provider’s machine …')
  const { offer, benchmark, addMachine } = await goOnline(provider.api, customer.api, PRICE)
  const makeOffer = (await provider.api.wallet.transactions({})).find(
    (row) => row.kind === 'makeOffer' && row.hash !== null,
  )!

  say(`ordering ${options.rows} rows …`)
  const work = await customer.api.market.prepareWork({
    kind: 'exact-inference',
    request: { source: 'generated', net: options.preset, rows: options.rows },
  })
  const ordered = performance.now()
  const placeOrder = await act(customer.api, {
    kind: 'placeOrder',
    offer: offer.id,
    term: TERM_SECONDS,
    maxPrice: offer.price,
    work: work.hash,
  })
  const order = await until('the order', async () => (await customer.api.market.orders({}))[0])
  let fastest = 0
  const closed = await until(
    'the settlement',
    async () => {
      const current = await customer.api.market.order({ id: order.order.id })
      fastest = Math.max(fastest, current.job?.operationsPerSecond ?? 0)
      return current.order.state === 'active' ? null : current
    },
    600_000,
  )
  const orderSeconds = (performance.now() - ordered) / 1000
  if (closed.order.state !== 'completed')
    throw new HearthError('RESULT_INCOMPLETE', `the order ended as ${closed.order.state}`)
  const served = await until('the provider’s view', async () =>
    (await provider.api.earn.orders({})).find(
      (item) => item.order.id === order.order.id && item.order.state !== 'active',
    ),
  )
  const after = { provider: await coinsOf(provider.api), customer: await coinsOf(customer.api) }
  const [providerHealth, customerHealth] = await Promise.all([
    provider.api.system.health({}),
    customer.api.system.health({}),
  ])
  const sum = (of: typeof before): bigint => of.provider + of.customer
  const escrow = closed.order.price * BigInt(closed.order.end - closed.order.start)
  return {
    network: { rpcUrl, chainId: 31_337 },
    transactions: { addMachine, makeOffer: makeOffer.hash, placeOrder: placeOrder.hash, settle: closed.order.closedTx },
    machine: offer.machine.id,
    offer: offer.id,
    order: closed.order.id,
    state: closed.order.state,
    benchmark: { int8OpsPerSecond: benchmark.parts.int8!, fp32OpsPerSecond: benchmark.parts.fp32! },
    rowsComputed: served.unitsDone,
    rowsRechecked: closed.job!.unitsChecked,
    operationsPerSecond: Math.round(fastest),
    served: closed.order.served,
    escrow,
    paid: closed.order.paid,
    refunded: closed.order.refunded,
    balances: { before, after },
    conserved:
      sum(before) === sum(after) &&
      closed.order.paid + closed.order.refunded === escrow &&
      after.provider - before.provider === closed.order.paid,
    eventLoopMaxMs: { provider: providerHealth.eventLoopMaxMs, customer: customerHealth.eventLoopMaxMs },
    orderSeconds: Math.round(orderSeconds * 10) / 10,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  }
}
