import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const START_MS = 60_000
const offline: readonly (readonly [string, unknown])[] = [
  ['AutoConf.Enabled', false],
  ['Bootstrap', []],
  ['DNS.Resolvers', {}],
  ['Routing.DelegatedRouters', []],
  ['Ipns.DelegatedPublishers', []],
  ['AutoTLS.Enabled', false],
  ['Addresses.Swarm', ['/ip4/127.0.0.1/tcp/0']],
  ['Addresses.API', '/ip4/127.0.0.1/tcp/0'],
  ['Addresses.Gateway', '/ip4/127.0.0.1/tcp/0'],
  ['Swarm.RelayClient.Enabled', false],
  ['Plugins.Plugins.telemetry.Disabled', true],
  ['Provide.Enabled', false],
]

/** The `ipfs` that HEARTH_KUBO names, or that of the PATH, or null. */
export function findKubo(): string | null {
  const candidates = [process.env['HEARTH_KUBO'], 'ipfs'].filter((path) => path !== undefined)
  return candidates.find((path) => spawnSync(path, ['version'], { timeout: 20_000 }).status === 0) ?? null
}

/** A kubo node that stays on this machine's loopback and asks nobody. */
export class Kubo {
  readonly gateway: string
  readonly address: string
  readonly #program: string
  readonly #daemon: ChildProcess
  readonly #env: NodeJS.ProcessEnv

  private constructor(program: string, daemon: ChildProcess, env: NodeJS.ProcessEnv, gateway: string, address: string) {
    this.#program = program
    this.#daemon = daemon
    this.#env = env
    this.gateway = gateway
    this.address = address
  }

  static async start(program: string, folder: string): Promise<Kubo> {
    const env = { ...process.env, IPFS_PATH: join(folder, 'kubo'), HOME: folder }
    const run = async (...args: string[]): Promise<string> => (await promisify(execFile)(program, args, { env })).stdout
    await run('init', '--profile=test')
    for (const [key, value] of offline) await run('config', '--json', key, JSON.stringify(value))
    await run('config', 'Routing.Type', 'none')
    const daemon = spawn(program, ['daemon'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const gateway = await ready(daemon)
    const [address = ''] = (await run('id', '-f', '<addrs>')).split('\n')
    return new Kubo(program, daemon, env, gateway, address)
  }

  /** @param input what it reads from its standard input */
  run(args: readonly string[], input?: Uint8Array): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { env: this.#env, encoding: 'latin1' as const, maxBuffer: 2 ** 28, timeout: 60_000 }
      const child = execFile(this.#program, args, options, (error, stdout, stderr) =>
        error ? reject(new Error(`ipfs ${args.join(' ')}: ${stderr}`)) : resolve(stdout),
      )
      child.stdin?.end(input)
    })
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#daemon.once('exit', resolve))
    this.#daemon.kill('SIGTERM')
    await ended
  }
}

/** The address of the gateway, once all is up. */
function ready(daemon: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => reject(new Error(`kubo does not start: ${said}`)), START_MS)
    const hear = (piece: Buffer): void => {
      said += piece.toString()
      const gateway = /Gateway server listening on \/ip4\/127\.0\.0\.1\/tcp\/(\d+)/.exec(said)?.[1]
      if (!gateway || !said.includes('Daemon is ready')) return
      clearTimeout(timer)
      resolve(`http://127.0.0.1:${gateway}`)
    }
    daemon.stdout?.on('data', hear)
    daemon.stderr?.on('data', hear)
    daemon.once('exit', () => reject(new Error(`kubo ended: ${said}`)))
  })
}
