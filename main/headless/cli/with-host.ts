import { createRouterClient, onError } from '@orpc/server'
import type { Api } from '../../../common/api/index.ts'
import { dataPaths } from '../../core/paths.ts'
import { createHost } from '../../host/create-host.ts'
import { connect, rethrow } from '../connect.ts'
import { readHostInfo } from '../host-info.ts'
import { NodeSpawner } from '../node-spawner.ts'
import { HeadlessPower } from '../power.ts'
import { PassphraseSecrets } from '../secrets.ts'

export interface HostOptions {
  readonly dataDir: string
  readonly passphraseFile: string | null
}

/** Asks the host of a data folder that is running; null where none is. */
export async function withRunningHost<T>(dataDir: string, run: (api: Api) => Promise<T>): Promise<T | null> {
  const info = await readHostInfo(dataPaths(dataDir).hostInfo)
  const running = info && (await connect(info).catch(() => null))
  if (!running) return null
  try {
    return await run(running.api)
  } finally {
    running.close()
  }
}

/** Runs a command against the host of a data folder: the one that is running, or one for just this command. */
export async function withHost<T>({ dataDir, passphraseFile }: HostOptions, run: (api: Api) => Promise<T>): Promise<T> {
  const asked = await withRunningHost(dataDir, async (api) => ({ answer: await run(api) }))
  if (asked) return asked.answer
  const host = await createHost({
    dataRoot: dataDir,
    spawner: new NodeSpawner(),
    secrets: new PassphraseSecrets(passphraseFile),
    notifier: { notify: () => {} },
    power: new HeadlessPower(),
  })
  try {
    await host.start()
    return await run(
      createRouterClient(host.router, {
        context: { caller: 'cli', local: true },
        interceptors: [onError(rethrow)],
      }) as Api,
    )
  } finally {
    await host.stop()
  }
}
