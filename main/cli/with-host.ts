import type { Api } from '../../common/api/index.ts'
import { HearthError } from '../../common/errors/index.ts'
import { pause } from '../core/clock.ts'
import { readHostSocketInfo } from '../core/host-socket-info.ts'
import { dataPaths } from '../core/paths.ts'
import { say } from './output.ts'
import type { Connection } from '../headless/connect.ts'

/** How long a command waits for a host that is starting or ending. */
const PATIENCE_MS = 30_000

export interface HostOptions {
  readonly dataDir: string
  readonly passphraseFile: string | null
}

export interface Call {
  /** Aborts with Ctrl-C, as all calls of the command do. */
  readonly signal: AbortSignal
  /** The same host, for what is asked of it after Ctrl-C. */
  readonly host: Api
}

/** The running host of a data folder; null where none answers. @throws HearthError DATA_IN_USE for another version */
async function joinRunning(dataDir: string): Promise<Connection | null> {
  const info = readHostSocketInfo(dataPaths(dataDir).hostSocket)
  return info && (await import('../headless/connect.ts')).join(info)
}

/** Runs a command on a connection; Ctrl-C cancels its calls, and the host goes on. */
async function runOn<T>(connection: Connection, run: (api: Api, call: Call) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const cancel = (): void => stop.abort()
  // Once: who presses it again wants out at once.
  process.once('SIGINT', cancel)
  try {
    return await run(connection.until(stop.signal), { signal: stop.signal, host: connection.api })
  } finally {
    process.off('SIGINT', cancel)
    connection.close()
    await connection.closed
  }
}

/** Runs a command on the running host of a data folder; null where none runs. */
export async function withRunningHost<T extends object>(
  dataDir: string,
  run: (api: Api, call: Call) => Promise<T>,
): Promise<T | null> {
  const running = await joinRunning(dataDir)
  return running && runOn(running, run)
}

/**
 * Runs a command on the host of a data folder: the one that is running, or one for as long as the command takes. While
 * another one is starting or ending, it waits.
 */
export async function withHost<T>(
  { dataDir, passphraseFile }: HostOptions,
  run: (api: Api, call: Call) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (let waited = false; ; waited = true) {
    const running = await joinRunning(dataDir)
    if (running) return runOn(running, run)
    const stop = await startOwn(dataDir, passphraseFile, performance.now() < deadline)
    if (!stop) {
      if (!waited) say('another Hearth is starting or ending with this data folder; this command waits for it')
      await pause(200)
      continue
    }
    try {
      const own = await joinRunning(dataDir)
      if (!own) throw new HearthError('HOST_GONE', 'the host of this command does not answer on its socket')
      return await runOn(own, run)
    } finally {
      await stop()
    }
  }
}

/** @returns null where the folder is in use and the command may wait */
async function startOwn(
  dataDir: string,
  passphraseFile: string | null,
  mayWait: boolean,
): Promise<(() => Promise<void>) | null> {
  const { startOwnHost } = await import('../headless/own-host.ts')
  try {
    return await startOwnHost(dataDir, passphraseFile)
  } catch (error) {
    if (mayWait && error instanceof HearthError && error.code === 'DATA_IN_USE') return null
    throw error
  }
}
