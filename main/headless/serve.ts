import { HearthError } from '../../common/errors/index.ts'
import { appPath } from '../core/resources.ts'
import { dataPaths } from '../core/paths.ts'
import { createHost, type Host } from '../host/create-host.ts'
import { HostSocket } from '../host/host-socket.ts'
import { HeadlessServer } from './http-server.ts'
import { readHostInfo, removeHostInfo, writeHostInfo } from './host-info.ts'
import { NodeSpawner, type Substitutes } from '../core/processes/node-spawner.ts'
import { HeadlessPower } from './power.ts'
import { PassphraseSecrets } from './secrets.ts'

export interface ServeOptions {
  readonly dataRoot: string
  readonly port: number
  readonly passphraseFile: string | null
  /** Programs in place of some children; the demo's dishonest provider has an engine that cheats. */
  readonly substitutes?: Substitutes
}

/** Starts a host with its http server, and writes where it can be reached. */
export async function serve(
  options: ServeOptions,
): Promise<{ host: Host; server: HeadlessServer; stop: () => Promise<void> }> {
  const host = await createHost({
    dataRoot: options.dataRoot,
    spawner: new NodeSpawner(options.substitutes),
    secrets: new PassphraseSecrets(options.passphraseFile),
    // A headless box has nobody to notify; the log has it all.
    notifier: { notify: () => {} },
    power: new HeadlessPower(),
  })
  const { hostInfo } = dataPaths(options.dataRoot)
  // The file is removed by an orderly stop: where it is still there, windows wait for a host that crashed.
  const crashed = await readHostInfo(hostInfo)
  const server = new HeadlessServer(host, appPath('out', 'renderer'), crashed?.token)
  let socket: HostSocket | undefined
  const stop = async (): Promise<void> => {
    await removeHostInfo(hostInfo)
    await socket?.close()
    await server.close()
    await host.stop()
  }
  try {
    await host.start()
    socket = await HostSocket.open(host, options.dataRoot)
    await server.listen(options.port, crashed ? Number(new URL(crashed.origin).port) : 0)
    await writeHostInfo(hostInfo, { origin: server.origin, token: server.token, pid: process.pid })
    return { host, server, stop }
  } catch (error) {
    await socket?.close()
    await host.stop()
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new HearthError('BAD_INPUT', `port ${options.port} is in use; choose another with --port`)
    throw error
  }
}
