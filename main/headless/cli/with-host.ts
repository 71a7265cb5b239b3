import { createRouterClient } from '@orpc/server'
import type { Api } from '../../../common/api/index.ts'
import { HearthError, isErrorCode } from '../../../common/errors/index.ts'
import { dataPaths } from '../../core/paths.ts'
import { createHost } from '../../host/create-host.ts'
import { connect } from '../connect.ts'
import { readHostInfo } from '../host-info.ts'
import { NodeSpawner } from '../node-spawner.ts'
import { PassphraseSecrets } from '../secrets.ts'

export interface HostOptions {
  readonly dataDir: string
  readonly passphraseFile: string | null
}

/** Runs a command against the host of a data folder: the one that is running, or one for just this command. */
export async function withHost<T>({ dataDir, passphraseFile }: HostOptions, run: (api: Api) => Promise<T>): Promise<T> {
  const info = await readHostInfo(dataPaths(dataDir).hostInfo)
  const running = info && (await connect(info).catch(() => null))
  if (running) {
    try {
      return await run(running.api)
    } finally {
      running.close()
    }
  }
  const host = await createHost({ dataRoot: dataDir, spawner: new NodeSpawner(), secrets: new PassphraseSecrets(passphraseFile), notifier: { notify: () => {} } })
  try {
    await host.start()
    return await run(createRouterClient(host.router, { context: { caller: 'cli', local: true }, interceptors: [rethrow] }) as Api)
  } finally {
    await host.stop()
  }
}

async function rethrow<T>({ next }: { next: () => Promise<T> }): Promise<T> {
  try {
    return await next()
  } catch (error) {
    const { code, message, data } = error as { code?: unknown; message: string; data?: Record<string, string> }
    if (isErrorCode(code)) throw new HearthError(code, message, data)
    throw error
  }
}
