import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Benchmark } from '../../../common/api/earn.ts'
import type { Api } from '../../../common/api/index.ts'
import type { OfferRow } from '../../../common/model/market.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { act, until } from '../../cli/act.ts'
import { confirmBackup } from '../../features/wallet/commands/back-up.ts'
import { connect } from '../connect.ts'

export interface Party {
  readonly api: Api
  /** Ends the host: in order, or as a power cut would. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

const DEPOSIT = 100n * 10n ** 18n

/**
 * The processes of a demo: a practice network and hosts with wallets and data folders of their own. All end with it.
 */
export class Cast {
  readonly #folder: string
  readonly #keep: boolean
  readonly #children: ChildProcess[] = []
  readonly #closers: (() => void)[] = []
  readonly #program: string
  #rpcUrl = ''

  /** @param program the `hearth` that is started; the one that runs this demo */
  constructor(folder: string, keep: boolean, program = process.argv[1]!) {
    this.#folder = folder
    this.#keep = keep
    this.#program = program
  }

  async chain(): Promise<string> {
    const { ready } = await this.#launch<{ rpcUrl: string }>(this.#program, [
      'chain',
      '--data-dir',
      join(this.#folder, 'chain'),
    ])
    this.#rpcUrl = ready.rpcUrl
    return this.#rpcUrl
  }

  /** A host whose wallet is made, backed up, funded and deposited from. */
  async party(name: string, program?: string, extra?: readonly string[]): Promise<Party> {
    const passphrase = randomBytes(18).toString('base64url')
    await mkdir(join(this.#folder, name), { recursive: true, mode: 0o700 })
    await writeFile(this.#passphraseFile(name), passphrase, { mode: 0o600 })
    const party = await this.start(name, program, extra)
    const { api } = party
    await api.wallet.create({ passphrase })
    await confirmBackup(api, passphrase)
    await api.wallet.faucet({})
    await act(api, { kind: 'deposit', amount: DEPOSIT })
    await until('the deposit', async () => ((await api.system.overview({})).balances?.market ?? 0n) > 0n)
    return party
  }

  /** Starts the host of a data folder that was made before. */
  async start(name: string, program = this.#program, extra: readonly string[] = []): Promise<Party> {
    const { child, ready } = await this.#launch<{ origin: string; token: string }>(program, [
      'serve',
      '--data-dir',
      join(this.#folder, name),
      '--network',
      this.#rpcUrl,
      '--passphrase-file',
      this.#passphraseFile(name),
      '--port',
      '0',
      ...extra,
    ])
    const { api, close } = await connect(ready)
    this.#closers.push(close)
    return { api, end: (signal) => end(child, signal) }
  }

  #passphraseFile(name: string): string {
    return join(this.#folder, name, 'passphrase')
  }

  /** Starts a `hearth` process and reads the JSON line that it prints when it is ready. */
  async #launch<T>(program: string, args: readonly string[]): Promise<{ child: ChildProcess; ready: T }> {
    const child = spawn(process.execPath, [program, ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      windowsHide: true,
    })
    this.#children.push(child)
    const ready = await new Promise<T>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as T))
      child.once('exit', (code) => reject(new HearthError('HOST_GONE', `${args[0]} ended with ${code}`)))
    })
    return { child, ready }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers) close()
    for (const child of this.#children.reverse()) await end(child, 'SIGTERM')
    if (!this.#keep) await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Measures and registers a machine and goes online; returns when the customer sees its offer. */
export async function goOnline(
  provider: Api,
  customer: Api,
  price: bigint,
): Promise<{ offer: OfferRow; benchmark: Benchmark; addMachine: string | null }> {
  const benchmark = await provider.earn.measure({ quick: true })
  const { hash } = await act(provider, { kind: 'addMachine' })
  const machine = await until('the machine', async () => (await provider.earn.machine({})).registered)
  await provider.system.changeSettings({
    earn: { price: price.toString(), maxSeconds: 3600, backend: 'cpu', threads: null, training: true },
  })
  await provider.earn.start({})
  const offer = await until('the offer on the customer’s side', async () =>
    (await customer.market.offers({})).find(
      (item) => item.machine.id === machine.id && item.machine.addresses.length > 0,
    ),
  )
  return { offer, benchmark, addMachine: hash }
}

/** Every coin of a party: in the wallet, free in the ledger, and held as stake. */
export async function coinsOf(api: Api): Promise<bigint> {
  const { wallet } = await api.system.overview({})
  const { market, wallet: coins } = await api.explorer.address({ address: wallet.address! })
  if (coins === null) throw new HearthError('NETWORK_DOWN', 'the balance cannot be read')
  return coins + market + (await api.earn.machine({})).stake
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}
