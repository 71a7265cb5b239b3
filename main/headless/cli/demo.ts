import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Api } from '../../../common/api/index.ts'
import type { NetPreset } from '../../../common/model/work.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { connect } from '../connect.ts'
import { act, until } from './act.ts'
import { confirmBackup } from './back-up.ts'
import { say } from './output.ts'

export interface DemoOptions {
  readonly rows: number
  readonly preset: NetPreset
  /** Where the three data folders go; null for a temporary place that is removed. */
  readonly folder: string | null
}

interface Party {
  readonly api: Api
  readonly stop: () => Promise<void>
}

const PRICE = 10n ** 15n
const DEPOSIT = 100n * 10n ** 18n
const TERM_SECONDS = 600

/**
 * A whole order between strangers: a practice network, a provider and a customer as processes of their own, with wallets
 * and data folders of their own. Everything goes through the same calls that the window makes.
 */
export async function runDemo(options: DemoOptions): Promise<Record<string, unknown>> {
  const begun = performance.now()
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'hearth-demo-')))
  const children: ChildProcess[] = []
  const parties: Party[] = []
  try {
    say('starting a practice network, a provider and a customer …')
    const { rpcUrl } = await launch<{ rpcUrl: string }>(children, ['chain', '--data-dir', join(folder, 'chain')])
    const party = async (name: string): Promise<Party & { passphrase: string }> => {
      const dataDir = join(folder, name)
      await mkdir(dataDir, { recursive: true, mode: 0o700 })
      const passphrase = randomBytes(18).toString('base64url')
      const passphraseFile = join(dataDir, 'passphrase')
      await writeFile(passphraseFile, passphrase, { mode: 0o600 })
      const { origin, token } = await launch<{ origin: string; token: string }>(children, ['serve', '--data-dir', dataDir, '--network', rpcUrl, '--passphrase-file', passphraseFile, '--port', '0'])
      const { api, close } = await connect({ origin, token })
      return { api, passphrase, stop: () => Promise.resolve(close()) }
    }
    const [provider, customer] = await Promise.all([party('provider'), party('customer')])
    parties.push(provider, customer)
    await Promise.all([fund(provider.api, provider.passphrase), fund(customer.api, customer.passphrase)])
    const before = { provider: await coinsOf(provider.api), customer: await coinsOf(customer.api) }

    say('measuring and registering the provider’s machine …')
    const benchmark = await provider.api.earn.measure({ quick: true })
    const addMachine = await act(provider.api, { kind: 'addMachine' })
    const machine = await until('the machine', async () => (await provider.api.earn.machine({})).registered)
    await provider.api.system.changeSettings({ earn: { price: PRICE.toString(), maxSeconds: 3600, backend: 'cpu', threads: null } })
    await provider.api.earn.start({})
    const offer = await until('the offer on the customer’s side', async () => (await customer.api.market.offers({})).find((item) => item.machine.id === machine.id && item.machine.addresses.length > 0))
    const makeOffer = (await provider.api.wallet.transactions({})).find((row) => row.kind === 'makeOffer' && row.hash !== null)!

    say(`ordering ${options.rows} rows …`)
    const work = await customer.api.market.prepareWork({ preset: options.preset, source: { kind: 'generated', count: options.rows } })
    const ordered = performance.now()
    const placeOrder = await act(customer.api, { kind: 'placeOrder', offer: offer.id, term: TERM_SECONDS, maxPrice: offer.price, work: work.hash })
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
    if (closed.order.state !== 'completed') throw new HearthError('RESULT_INCOMPLETE', `the order ended as ${closed.order.state}`)
    const served = await until('the provider’s view', async () => (await provider.api.earn.orders({})).find((item) => item.order.id === order.order.id && item.order.state !== 'active'))
    const after = { provider: await coinsOf(provider.api), customer: await coinsOf(customer.api) }
    const [providerHealth, customerHealth] = await Promise.all([provider.api.system.health({}), customer.api.system.health({})])
    const sum = (of: typeof before): bigint => of.provider + of.customer
    const escrow = closed.order.price * BigInt(closed.order.end - closed.order.start)
    return {
      network: { rpcUrl, chainId: 31_337 },
      transactions: { addMachine: addMachine.hash, makeOffer: makeOffer.hash, placeOrder: placeOrder.hash, settle: closed.order.closedTx },
      machine: machine.id,
      offer: offer.id,
      order: closed.order.id,
      state: closed.order.state,
      benchmark: { int8OpsPerSecond: benchmark.parts.int8!, fp32OpsPerSecond: benchmark.parts.fp32! },
      rowsComputed: served.rowsDone,
      rowsRechecked: closed.job!.rowsChecked,
      operationsPerSecond: Math.round(fastest),
      served: closed.order.served,
      escrow,
      paid: closed.order.paid,
      refunded: closed.order.refunded,
      balances: { before, after },
      conserved: sum(before) === sum(after) && closed.order.paid + closed.order.refunded === escrow && after.provider - before.provider === closed.order.paid,
      eventLoopMaxMs: { provider: providerHealth.eventLoopMaxMs, customer: customerHealth.eventLoopMaxMs },
      orderSeconds: Math.round(orderSeconds * 10) / 10,
      seconds: Math.round((performance.now() - begun) / 100) / 10,
    }
  } finally {
    for (const party of parties) await party.stop()
    for (const child of children.reverse()) await end(child)
    if (options.folder === null) await rm(folder, { recursive: true, force: true })
  }
}

/** A funded wallet: created, backed up, given practice coins, with some of them deposited for the market. */
async function fund(api: Api, passphrase: string): Promise<void> {
  await api.wallet.create({ passphrase })
  await confirmBackup(api, passphrase)
  await api.wallet.faucet({})
  await act(api, { kind: 'deposit', amount: DEPOSIT })
  await until('the deposit', async () => ((await api.system.overview({})).balances?.market ?? 0n) > 0n)
}

/** Every coin of a party: in the wallet, free in the ledger, and held as stake. */
async function coinsOf(api: Api): Promise<bigint> {
  const { wallet } = await api.system.overview({})
  const { market, wallet: coins } = await api.explorer.address({ address: wallet.address! })
  if (coins === null) throw new HearthError('NETWORK_DOWN', 'the balance cannot be read')
  return coins + market + (await api.earn.machine({})).stake
}

/** Starts a `hearth` process and reads the JSON line that it prints when it is ready. */
async function launch<T>(children: ChildProcess[], args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, [process.argv[1]!, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as T))
    child.once('exit', (code) => reject(new HearthError('HOST_GONE', `${args[0]} ended with ${code}`)))
  })
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
