import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command, handled, list, whole } from '../../../cli/commands.ts'
import { printResult } from '../../../cli/output.ts'
import {
  interrupted,
  nodeCommand,
  onStorage,
  quiet,
  size,
  start,
  withStorage,
  type StorageClient,
} from './storage-node.ts'

/** `ipfs`: the node beneath. */
export const ipfsCommands: CommandGroup = (program) => {
  const ipfs = program.command('ipfs').description('the IPFS node of this data folder')
  const node = <Args extends unknown[], Opts extends object, T extends object>(
    run: (storage: StorageClient, args: Args) => Promise<T>,
    text: (result: T) => string,
  ) =>
    onStorage<Args, Opts, T>(async (storage, options, args, given) => {
      await start(storage, given, { ...quiet, ...options })
      return run(storage, args)
    }, text)
  command(ipfs, 'id', 'show the peer id and addresses of the node').action(
    node(
      async (storage) => storage.status({}),
      ({ peerId, addresses, blocks, bytes }) => `${peerId}\n${addresses.join('\n')}\n${blocks} blocks, ${size(bytes)}`,
    ),
  )
  command(ipfs, 'peers <addresses...>', 'connect to peers and list who is there').action(
    handled(async (given, _, addresses) => {
      const peers = await withStorage(async (storage) => {
        await start(storage, given, quiet)
        return storage.connect({ addresses })
      })
      printResult(peers, given.json, () => peers.peers.join('\n') || 'nobody')
    }),
  )
  nodeCommand(ipfs, 'gateway', 'give what is kept to programs of this machine over HTTP, until the command is ended')
    .option('--port <number>', '0 chooses one', whole, 8765)
    .option('--peer <address>', 'a peer to ask for what is not kept here; again for more', list, [])
    .action(
      handled(async (given, options) => {
        await withStorage(async (storage) => {
          await start(storage, given, options)
          if (options.peer.length > 0) await storage.connect({ addresses: options.peer })
          const token = randomBytes(24).toString('base64url')
          const { url } = await storage.gateway({ port: options.port, token })
          printResult(
            { url, token },
            given.json,
            () => `${url}/ipfs/CID\nAuthorization: Bearer ${token}\nuntil this command is ended (Ctrl-C)`,
          )
          await interrupted()
        })
      }),
    )
  nodeCommand(ipfs, 'publish <cid>', 'publish it under the name of this node (IPNS)').action(
    node(
      (storage, [cid]) => storage.publishName({ cid }),
      ({ name, announced }) =>
        announced
          ? name
          : `${name}\nThe record is kept here. No peer took it yet: it is found once this node is connected to one.`,
    ),
  )
  nodeCommand(ipfs, 'resolve <name>', 'resolve an IPNS name').action(
    node(
      (storage, [name]) => storage.resolveName({ name }),
      ({ path }) => path,
    ),
  )
  const pin = ipfs.command('pin').description('what is kept')
  command(pin, 'ls', 'list what is kept').action(
    node(
      async (storage) => ({ pins: await storage.roots({}) }),
      ({ pins }) => pins.map(({ cid, name, bytes }) => `${cid}  ${size(bytes)}  ${name}`).join('\n') || 'nothing yet',
    ),
  )
  command(pin, 'remote <cid>', 'ask a pinning service to keep it as well')
    .requiredOption('--service <url>', 'where its API answers')
    .requiredOption('--token-file <file>', 'a file with its token')
    .action(
      onStorage(
        async (storage, options, [cid], given) => {
          await start(storage, given, quiet)
          return storage.pinRemotely({
            service: options.service,
            token: (await readFile(resolve(options.tokenFile), 'utf8')).trim(),
            cid,
            name: (await storage.roots({})).find((root) => root.cid === cid)?.name ?? cid,
          })
        },
        ({ status, requestid }) => `${status} (${requestid})`,
      ),
    )
  command(pin, 'rm <cid>', 'delete it and free the blocks that nothing else needs').action(
    node(
      (storage, [cid]) => storage.remove({ cid }),
      ({ freedBytes }) => `${size(freedBytes)} freed`,
    ),
  )
}
