/**
 * A serving host and its data node under hostile connections, while honest orders and requests go on.
 * npm run soak:peers -- --seconds 600 --connections 1000
 */
import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Api } from '../../common/api/index.ts'
import { processes } from '../../main/core/processes/table.ts'
import { DataNode } from '../../main/processes/storage/node.ts'
import { fund, goOnline, placeOrder, until } from '../../test/support/market.ts'
import { World } from '../../test/support/processes.ts'
import { Stranger } from '../../test/support/stranger.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, connections: { type: 'string', default: '1000' } },
})
const SECONDS = Number(values.seconds)
const WARM_UP_S = 20
const MIB = 2 ** 20
const DISK = 64 * MIB
const BARS = { memory: 1.3, answered: 0.99, slowestMs: 10_000 }

/** Honest requests: how many were answered, and how long the slowest took. */
class Tally {
  asked = 0
  answered = 0
  slowestMs = 0
  failure = ''

  async of(over: AbortSignal, request: () => Promise<unknown>): Promise<void> {
    const begun = performance.now()
    try {
      await request()
      if (over.aborted) return
      this.answered++
    } catch (error) {
      if (over.aborted) return
      this.failure = String(error).slice(0, 200)
    }
    this.asked++
    this.slowestMs = Math.max(this.slowestMs, performance.now() - begun)
  }
}

class Memory {
  readonly #pid: number
  readonly #samples: number[] = []
  #idle = 0
  #most = 0

  constructor(pid: number) {
    this.#pid = pid
  }

  sample(): void {
    const pages = Number(readFileSync(`/proc/${this.#pid}/statm`, 'utf8').split(' ')[1])
    this.#samples.push(pages * 4096)
    this.#most = Math.max(this.#most, pages * 4096)
  }

  /** From here on is the attack; before it, after the warm-up, was idle. */
  mark(): void {
    const last = this.#samples.slice(-5).toSorted((a, b) => a - b)
    this.#idle = last[Math.floor(last.length / 2)] ?? 0
    this.#most = this.#idle
  }

  get ratio(): number {
    return this.#most / this.#idle
  }

  toString(): string {
    return `${mib(this.#most)} of ${mib(this.#idle)} MiB idle = ${this.ratio.toFixed(2)}`
  }
}

const mib = (bytes: number): string => (bytes / MIB).toFixed(0)
const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
const here = (name: string): string => join(import.meta.dirname, name)
const message = <T>(child: ChildProcess): Promise<T> => new Promise((resolve) => child.once('message', resolve))

/** Offers that were gone before they were taken: a machine is busy with the attackers beside it, and withdraws. */
let withdrawn = 0
const MOST_CHOICES = 5

/** Takes an offer, as a person does: where it has just gone, the next. */
async function ordered(customer: Api): Promise<number> {
  for (let choice = 1; ; choice++) {
    const offer = await until('an offer', async () =>
      (await customer.market.offers({})).find(({ machine }) => machine.addresses.length > 0),
    )
    try {
      return await placeOrder(customer, offer, 'small', 400)
    } catch (error) {
      if (!String(error).includes('OfferNotOpen') || choice === MOST_CHOICES) throw error
      withdrawn++
    }
  }
}

/** Orders by an honest customer, one after the other. */
async function orders(customer: Api, tally: Tally, over: AbortSignal): Promise<void> {
  while (!over.aborted)
    await tally.of(over, async () => {
      const order = await ordered(customer)
      await until(
        'the end',
        async () => (await customer.market.order({ id: order })).order.state === 'completed',
        120_000,
      )
    })
}

/** Somebody who asks about an order of others, and is told that it is none of theirs. */
async function requests(address: string, tally: Tally, over: AbortSignal): Promise<void> {
  let stranger = await Stranger.arrive(address)
  // A peer is refused 120 times a minute at most, and then not looked at.
  for (; !over.aborted; await sleep(700))
    await tally.of(over, async () => {
      const ask = () =>
        stranger.ask('order/3', { type: 'follow', subject: { order: 1 }, afterLog: 0, rowsKnown: 0, waitMs: 0 })
      let answer = await ask().catch(() => null)
      if (!answer) {
        // As an app does: it connects anew.
        await stranger[Symbol.asyncDispose]()
        stranger = await Stranger.arrive(address)
        answer = await ask()
      }
      // Before the first order is placed there is none.
      if (answer?.['error'] !== 'NOT_A_PARTY' && answer?.['error'] !== 'NOT_FOUND')
        throw new Error(`answered ${JSON.stringify(answer)}`)
    })
  await stranger[Symbol.asyncDispose]()
}

/** Somebody who fetches the file that the data node keeps. */
async function fetches(folder: string, address: string, cid: string, tally: Tally, over: AbortSignal): Promise<void> {
  for (let i = 0; !over.aborted; i++, await sleep(3_000)) {
    const at = join(folder, `taker-${i}`)
    const taker = await DataNode.start({ folder: at, listen: [], mdns: false, bootstrap: [] })
    const fetch = () => taker.fetch(cid, [address], () => {}, AbortSignal.timeout(30_000))
    // As a person does: a fetch that fails is begun again, and goes on.
    await tally.of(over, () => fetch().catch(fetch))
    await taker.stop()
    rmSync(at, { recursive: true, force: true })
  }
}

const folder = mkdtempSync(join(tmpdir(), 'hearth-soak-'))
const world = new World()
const { rpcUrl = '' } = (await world.chain()).ready
const [providerHost, customerHost] = [await world.serve('provider', rpcUrl), await world.serve('customer', rpcUrl)]
const [provider, customer] = await Promise.all([world.api(providerHost), world.api(customerHost)])
await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
await goOnline(provider, customer)
const { peer } = await provider.system.overview({})
const pid = (await provider.system.health({})).children.peer
if (!peer || !pid) throw new Error('the provider has no peer node')
const address = peer.addresses[0] ?? ''

const file = join(folder, 'file')
writeFileSync(file, randomBytes(3 * MIB))
const dataFolder = join(folder, 'data-node')
const { flags, variables } = processes.storage
const dataNode = fork(here('data-node.ts'), [dataFolder, file, String(DISK)], {
  execArgv: [...flags],
  env: { ...process.env, ...variables },
})
const kept = await message<{ address: string; cid: string }>(dataNode)

const memories = { 'peer node': new Memory(pid), 'data node': new Memory(dataNode.pid ?? 0) }
const tallies = { orders: new Tally(), requests: new Tally(), fetches: new Tally() }
const over = new AbortController()
let disk = 0
let silences = 0
const sampling = setInterval(() => {
  for (const memory of Object.values(memories)) memory.sample()
  disk = Math.max(disk, bytesIn(dataFolder))
  void provider.system.overview({}).then(({ peer: now }) => void (silences += now?.problem === null ? 0 : 1))
}, 1_000)
const honest = [
  orders(customer, tallies.orders, over.signal),
  requests(address, tallies.requests, over.signal),
  fetches(folder, kept.address, kept.cid, tallies.fetches, over.signal),
]
await sleep(WARM_UP_S * 1000)
for (const memory of Object.values(memories)) memory.mark()

const hostile = fork(here('hostile.ts'), [address, kept.address, kept.cid, values.connections], { stdio: 'ignore' })
// Attackers have machines of their own; here they share this one.
setPriority(hostile.pid ?? 0, 10)
process.stdout.write(`${values.connections} hostile connections for ${SECONDS} s …\n`)
for (let left = SECONDS; left > 0; left -= 30) {
  await sleep(Math.min(30, left) * 1000)
  const now = Object.entries(memories).map(([name, memory]) => `${name} ${memory.toString()}`)
  process.stdout.write(`${now.join(', ')}, disk ${mib(disk)} MiB, ${tallies.requests.answered} requests answered\n`)
}
const ended = [hostile, dataNode].map((child) => new Promise((resolve) => child.once('exit', resolve)))
hostile.send('tally')
const attacks = await Promise.race([message<Record<string, number>>(hostile), sleep(60_000, {})])
hostile.kill('SIGKILL')
over.abort()
// What is under way may take as long as it likes to end; it is neither counted nor waited for.
await Promise.race([Promise.allSettled(honest), sleep(20_000)])
clearInterval(sampling)
dataNode.kill('SIGTERM')
await Promise.all(ended)
await world[Symbol.asyncDispose]()
rmSync(folder, { recursive: true, force: true })

const failures: string[] = []
const line = (fine: boolean, what: string): void => {
  if (!fine) failures.push(what)
  process.stdout.write(`${fine ? 'ok  ' : 'FAIL'} ${what}\n`)
}
for (const [what, times] of Object.entries(attacks).toSorted(([a], [b]) => a.localeCompare(b)))
  process.stdout.write(`     ${what}: ${times}\n`)
for (const [name, memory] of Object.entries(memories))
  line(memory.ratio <= BARS.memory, `memory of the ${name}: ${memory.toString()} (bar ${BARS.memory})`)
line(disk <= DISK, `disk of the data node: ${mib(disk)} MiB at most (quota ${mib(DISK)})`)
for (const [name, { asked, answered, slowestMs, failure }] of Object.entries(tallies)) {
  const fine = answered >= asked * BARS.answered && answered > 0 && (name === 'orders' || slowestMs <= BARS.slowestMs)
  line(
    fine,
    `honest ${name}: ${answered} of ${asked}, slowest ${(slowestMs / 1000).toFixed(1)} s${failure && `; ${failure}`}`,
  )
}
process.stdout.write(`     offers that were withdrawn before they were taken: ${withdrawn}\n`)
line(silences === 0, `seconds in which the host found itself silent: ${silences}`)
process.exit(failures.length > 0 ? 1 : 0)
