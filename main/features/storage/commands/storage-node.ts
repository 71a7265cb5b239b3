import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { ContractRouterClient } from '@orpc/contract'
import type { storageContract } from '../../../../common/children/storage.ts'
import { command, handled, list, type Globals } from '../../../cli/commands.ts'
import { printResult, say } from '../../../cli/output.ts'
import { withChild } from '../../../cli/with-child.ts'
import { dataPaths } from '../../../core/paths.ts'
import { makePrivateFolder } from '../../../core/private-files.ts'
import { drain } from '../../../core/streams.ts'

export type StorageClient = ContractRouterClient<typeof storageContract>

export interface NodeOptions {
  readonly listen: string[]
  readonly bootstrap: string[]
  readonly mdns: boolean
  readonly relay: string[]
  readonly beRelay: boolean
  readonly public: boolean
  readonly router?: string
}
/** A node that only looks at what is kept. */
export const quiet: NodeOptions = { listen: [], bootstrap: [], mdns: false, relay: [], beRelay: false, public: false }

export const size = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

/** Runs a command with a storage process of its own. */
export const withStorage = <T>(run: (storage: StorageClient) => Promise<T>): Promise<T> =>
  withChild<typeof storageContract, T>('storage', ({ client }) => run(client))

/** A command's action on a storage process of its own: no host, wallet or chain is needed. */
export const onStorage = <Args extends unknown[], Opts, T extends object>(
  run: (storage: StorageClient, options: Opts, args: Args, given: Globals) => Promise<T>,
  text: (result: T) => string,
) =>
  handled<Args, Opts>(async (given, options, ...args) => {
    const result = await withStorage((storage) => run(storage, options, args, given))
    printResult(result, given.json, () => text(result))
  })

/** Tells how far a stream is, once a second. */
export function follow<T>(stream: AsyncGenerator<{ bytes: number; of: number }, T>): Promise<T> {
  let told = performance.now()
  return drain(stream, ({ bytes, of }) => {
    if (performance.now() - told < 1_000) return
    told = performance.now()
    say(`${size(bytes)} of ${size(of)}`)
  })
}

export async function start(storage: StorageClient, given: Globals, options: NodeOptions): Promise<void> {
  makePrivateFolder(given.dataDir)
  await storage.start({
    folder: dataPaths(given.dataDir).storage,
    listen: options.listen.length > 0 ? options.listen : ['/ip4/127.0.0.1/tcp/0'],
    mdns: options.mdns,
    bootstrap: options.bootstrap,
    relays: options.relay,
    relay: options.beRelay,
    publicNetwork: options.public,
    router: options.router ?? null,
  })
}

/** Until somebody ends the command. */
export const interrupted = (): Promise<void> =>
  new Promise((done) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, () => done())))

/** A command with the options of a node that meets others. */
export const nodeCommand = <const Usage extends string>(
  parent: CommandUnknownOpts,
  usage: Usage,
  description: string,
) =>
  command(parent, usage, description)
    .option('--listen <address>', 'a libp2p address to listen on; again for more', list, [])
    .option('--bootstrap <address>', 'a peer to meet others through', list, [])
    .option('--mdns', 'find peers of the local network', false)
    .option('--relay <address>', 'be reached through this relay; again for more', list, [])
    .option('--be-relay', 'let others be reached through this node', false)
    .option('--public', 'ask the public IPFS network as well, which learns what is asked for', false)
    .option('--router <url>', 'an indexer to ask before the DHT')
