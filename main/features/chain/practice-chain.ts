import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { pause } from '../../core/clock.ts'
import { writeFileAtomic } from '../../core/files.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import { childEnvironment } from '../../core/processes/environment.ts'
import {
  deployContracts,
  fingerprint,
  practiceAddresses,
  product,
  PRACTICE_CHAIN_ID,
  type Deployment,
} from './deploy.ts'
import { onNewHeads } from './new-heads.ts'
import { Rpc } from './rpc.ts'

const LOOK_MS = 1_000
/** While no time needs to pass anvil's word about a new block is enough; this is for a word that was lost. */
const LOOK_FAR_MS = 10_000
const HEARTBEAT_MS = 2_000
const START_TIMEOUT_MS = 20_000

/**
 * The practice network: anvil as a supervised child with its state in a file. It mines when there is a transaction, and
 * every two seconds while an order, a training job or a sale is open or rows are to be drawn, so that chain time goes
 * on without growing the chain for nothing.
 */
export class PracticeChain implements Service {
  readonly name = 'practice-chain'
  /** There is a new block. */
  readonly events = new Emitter<{ head: null }>()
  readonly #folder: string
  readonly #log: Log
  readonly #loop: Loop
  #anvil: ChildProcess | undefined
  #rpc: Rpc | undefined
  #port = 0
  #stopping = false
  #savedHead = ''
  /** The newest block, and when it was first seen. */
  #beat = { head: '', at: 0 }
  #looked = -Infinity
  #timePasses = false

  readonly #deployment: Deployment
  readonly #contracts: readonly string[]

  constructor(folder: string, log: Log, deployment: Deployment = product) {
    this.#folder = folder
    this.#deployment = deployment
    this.#contracts = Object.values(practiceAddresses(deployment.registry))
    this.#log = log.child('practice-chain')
    this.#loop = new Loop(() => this.#tend(), LOOK_MS, this.#log)
  }

  get rpcUrl(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get pid(): number | undefined {
    return this.#anvil?.pid
  }

  /** Hash of the newest block that a crash cannot take away. */
  get savedHead(): string {
    return this.#savedHead
  }

  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await this.#takeOver()
    this.#port = await this.#choosePort()
    this.#rpc = new Rpc(this.rpcUrl)
    await this.#launch()
    const codes = await Promise.all(this.#contracts.map((address) => this.#rpc!.code(address)))
    if (codes.every((code) => code === '0x')) await this.#deploy()
    // Contracts of other code would be misread. Coins here are for practice, so the chain is put away and begun anew.
    else if (codes.includes('0x') || !(await this.#holdsTheseContracts())) await this.#beginAnew()
    else await this.#save()
    this.#loop.start((poke) =>
      onNewHeads(this.rpcUrl, () => {
        this.#looked = -Infinity
        poke()
        this.events.emit('head', null)
      }),
    )
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#loop.stop()
    if (this.#anvil)
      await this.#save().catch((error: unknown) => this.#log.warn('the last state was not saved', { error }))
    this.#anvil?.kill('SIGKILL')
  }

  /** Which contracts the state holds; noted once they are saved, so a chain without the note is none of ours. */
  get #note(): string {
    return join(this.#folder, 'deployment')
  }

  async #deploy(): Promise<void> {
    await deployContracts(this.#rpc!, this.#deployment)
    await this.#save()
    await writeFileAtomic(this.#note, fingerprint(this.#deployment))
  }

  async #holdsTheseContracts(): Promise<boolean> {
    return (await readFile(this.#note, 'utf8').catch(() => '')) === fingerprint(this.#deployment)
  }

  /**
   * A host that was killed leaves its anvil behind, with the newest state and the port that others have joined. The
   * state is saved and anvil ended; the data folder's lock says that no living host needs it.
   */
  async #takeOver(): Promise<void> {
    const file = join(this.#folder, 'anvil.pid')
    const pid = Number(await readFile(file, 'utf8').catch(() => '0'))
    const port = await this.#lastPort()
    if (!pid || !port || (await freePort(port)) !== null) return
    this.#port = port
    this.#rpc = new Rpc(this.rpcUrl)
    if ((await this.#rpc.chainId().catch(() => null)) !== PRACTICE_CHAIN_ID) return
    await this.#save()
    this.#log.info('took over the chain of a host that had been killed', { pid })
    process.kill(pid, 'SIGKILL')
    const deadline = Date.now() + START_TIMEOUT_MS
    while ((await freePort(port)) === null && Date.now() < deadline) await pause(30)
  }

  async #lastPort(): Promise<number> {
    return Number(await readFile(join(this.#folder, 'port'), 'utf8').catch(() => '0'))
  }

  async #launch(): Promise<void> {
    const state = join(this.#folder, 'state.json')
    const args = [
      '--host',
      '127.0.0.1',
      '--port',
      String(this.#port),
      '--chain-id',
      String(PRACTICE_CHAIN_ID),
      '--no-cors',
      '--silent',
    ]
    for (const attempt of ['saved', 'fresh'] as const) {
      const load = attempt === 'saved' && existsSync(state)
      const child = spawn(anvilBinary(), load ? [...args, '--load-state', state] : args, {
        stdio: 'ignore',
        env: childEnvironment(process.env),
        windowsHide: true,
      })
      this.#anvil = child
      await writeFileAtomic(join(this.#folder, 'anvil.pid'), String(child.pid))
      if (await this.#ready(child)) {
        child.once('exit', (code, signal) => this.#died(child, signal ?? String(code)))
        return
      }
      child.kill('SIGKILL')
      if (!load) break
      const kept = `${state}.damaged-${Date.now()}`
      await rename(state, kept)
      this.#log.error('the practice chain’s state could not be loaded; a new chain was begun', { kept })
    }
    throw new HearthError('NETWORK_DOWN', 'the practice chain did not start')
  }

  async #beginAnew(): Promise<void> {
    const old = this.#anvil!
    this.#anvil = undefined
    const ended = new Promise<void>((resolve) => old.once('exit', () => resolve()))
    old.kill('SIGKILL')
    await ended
    const kept = join(this.#folder, `state.json.old-${Date.now()}`)
    await rename(join(this.#folder, 'state.json'), kept)
    this.#log.warn('the practice chain has contracts of another version; a new one was begun', { kept })
    await this.#launch()
    await this.#deploy()
  }

  async #ready(child: ChildProcess): Promise<boolean> {
    const deadline = Date.now() + START_TIMEOUT_MS
    while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
      const id = await this.#rpc!.chainId().catch(() => null)
      if (id === PRACTICE_CHAIN_ID) return true
      await pause(30)
    }
    return false
  }

  #died(child: ChildProcess, how: string): void {
    if (this.#stopping || this.#anvil !== child) return
    this.#log.warn('the practice chain ended; it is started again from its last state', { how })
    this.#anvil = undefined
    this.#savedHead = ''
    this.#launch().catch((error: unknown) =>
      this.#log.error('the practice chain could not be started again', { error }),
    )
  }

  /** Saves the state after each new block, and mines a block where an open order needs chain time to pass. */
  async #tend(): Promise<void> {
    if (!this.#anvil || !this.#rpc) return
    if (!this.#timePasses && performance.now() - this.#looked < LOOK_FAR_MS) return
    this.#looked = performance.now()
    const head = await this.#rpc.tip()
    this.#timePasses = await this.#needsTime(head.number)
    // By our own clock: the chain's may have been set ahead.
    if (head.hash !== this.#beat.head) this.#beat = { head: head.hash, at: performance.now() }
    else if (this.#timePasses && performance.now() - this.#beat.at >= HEARTBEAT_MS)
      await this.#rpc.send('evm_mine', [], z.unknown())
    if (head.hash !== this.#savedHead) await this.#save()
  }

  #counted = { upTo: -1, open: 0, lot: -1 }
  async #needsTime(head: number): Promise<boolean> {
    if (head < this.#counted.upTo) this.#counted = { upTo: -1, open: 0, lot: -1 }
    if (head > this.#counted.upTo) {
      const logs = await this.#rpc!.logs(this.#contracts, this.#counted.upTo + 1, head)
      const { registry } = this.#deployment
      const of = (purpose: 'begin' | 'end' | 'draw') => {
        const topics = registry.clockTopics(purpose)
        return logs.filter(({ topics: [topic = ''] }) => topics.includes(topic))
      }
      this.#counted = {
        upTo: head,
        open: this.#counted.open + of('begin').length - of('end').length,
        lot: of('draw').at(-1)?.blockNumber ?? this.#counted.lot,
      }
    }
    return this.#counted.open > 0 || (this.#counted.lot >= 0 && head < this.#counted.lot + 2)
  }

  async #save(): Promise<void> {
    const head = await this.#rpc!.tip()
    const dump = await this.#rpc!.send('anvil_dumpState', [], z.string().regex(/^0x[0-9a-f]+$/i))
    await writeFileAtomic(join(this.#folder, 'state.json'), await promisify(gunzip)(Buffer.from(dump.slice(2), 'hex')))
    this.#savedHead = head.hash
  }

  /** The port of last time if it is free, so that what joined before finds the chain again. */
  async #choosePort(): Promise<number> {
    const port = (await freePort(await this.#lastPort())) ?? (await freePort(0))!
    await writeFileAtomic(join(this.#folder, 'port'), String(port))
    return port
  }
}

function freePort(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(null))
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

/** anvil's platform package holds the binary itself; its npm wrapper would run a second process around it. */
export function anvilBinary(): string {
  const platform = { linux: 'linux', darwin: 'darwin', win32: 'win32' }[process.platform as string]
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const require = createRequire(import.meta.url)
  try {
    const folder = dirname(require.resolve(`@foundry-rs/anvil-${platform}-${architecture}/package.json`))
    return join(folder, 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil')
  } catch (error) {
    throw new HearthError(
      'NETWORK_DOWN',
      `there is no practice chain for ${process.platform} on ${process.arch}; set a network of your own`,
      {},
      { cause: error },
    )
  }
}
