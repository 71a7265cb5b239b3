import { createHost } from '../host/create-host.ts'
import { HostSocket } from '../host/host-socket.ts'
import { NodeSpawner } from '../core/processes/node-spawner.ts'
import { HeadlessPower } from './power.ts'
import { PassphraseSecrets } from './secrets.ts'
import { say } from '../cli/output.ts'

/**
 * Starts a host in this process for as long as a command takes. Other command lines may join it meanwhile.
 * @returns a function that stops it, once those have finished
 * @throws HearthError DATA_IN_USE where another Hearth holds the data folder
 */
export async function startOwnHost(dataDir: string, passphraseFile: string | null): Promise<() => Promise<void>> {
  const host = await createHost({
    dataRoot: dataDir,
    spawner: new NodeSpawner(),
    secrets: new PassphraseSecrets(passphraseFile),
    notifier: { notify: () => {} },
    power: new HeadlessPower(),
  })
  try {
    await host.start()
    const socket = await HostSocket.open(host, dataDir)
    return async () => {
      if (socket.clients > 0) say('another command line uses this host; it ends when that one has finished')
      await socket.drain()
      await socket.close()
      await host.stop()
    }
  } catch (error) {
    await host.stop()
    throw error
  }
}
