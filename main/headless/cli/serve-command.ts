import { spawn } from 'node:child_process'
import { ConfigStore } from '../../core/config.ts'
import { dataPaths } from '../../core/paths.ts'
import { Log } from '../../core/log/log.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { lockDataFolder } from '../../core/db/lock.ts'
import { PracticeChain } from '../../features/chain/index.ts'
import { serve } from '../serve.ts'
import type { Substitutes } from '../../core/processes/node-spawner.ts'
import { printResult, say } from '../../cli/output.ts'

export interface ServeCommand {
  readonly dataDir: string
  readonly port: string
  readonly passphraseFile: string | null
  /** An RPC URL of a practice network that runs already, or `embedded` for one of our own; null leaves it as it is. */
  readonly network: string | null
  readonly open: boolean
  readonly json: boolean
  readonly substitutes: Substitutes
}

export async function serveCommand(options: ServeCommand): Promise<void> {
  await setNetwork(options)
  const { server, stop } = await serve({
    dataRoot: options.dataDir,
    port: parsePort(options.port),
    passphraseFile: options.passphraseFile,
    substitutes: options.substitutes,
  })
  endWith(stop)
  printResult(
    { url: server.url, origin: server.origin, token: server.token, pid: process.pid },
    options.json,
    () => `Hearth is running. Open this address; it holds the key, so keep it to yourself:\n${server.url}`,
  )
  if (options.open) openBrowser(server.url)
}

/** Runs only the practice network, for several hosts to join. */
export async function chainCommand({ dataDir, json }: { dataDir: string; json: boolean }): Promise<void> {
  const paths = dataPaths(dataDir)
  const unlock = lockDataFolder(paths.lock)
  const chain = new PracticeChain(
    paths.practice,
    new Log((record) => record.level !== 'debug' && say(`${record.scope}: ${record.message}`)),
  )
  await chain.start()
  endWith(async () => {
    await chain.stop()
    unlock()
  })
  printResult({ rpcUrl: chain.rpcUrl, pid: process.pid }, json, () => `The practice network answers at ${chain.rpcUrl}`)
}

async function setNetwork({ dataDir, network }: ServeCommand): Promise<void> {
  if (network === null) return
  const paths = dataPaths(dataDir)
  // Not under a running host's feet: the lock is taken for the change, and again by the host.
  const unlock = lockDataFolder(paths.lock)
  const config = ConfigStore.open(paths.config)
  try {
    await config.update({ network: { kind: 'practice', rpcUrl: network === 'embedded' ? null : network } })
  } finally {
    unlock()
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new HearthError('BAD_INPUT', `not a port: ${text}`)
  return port
}

/** Stops in order on the usual signals; a second one ends at once. */
function endWith(stop: () => Promise<void>): void {
  let stopping = false
  const end = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        say(String(error))
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url]
  // No browser is no failure: the address has been printed.
  spawn(command!, args, { stdio: 'ignore', detached: true, windowsHide: true })
    .on('error', () => {})
    .unref()
}
