import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { Command, CommandUnknownOpts, OptionValues } from '@commander-js/extra-typings'
import type { storageContract } from '../../../common/children/storage.ts'
import type { HsegKey } from '../../../common/model/hseg.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { dataPaths } from '../../core/paths.ts'
import { drain } from '../../core/streams.ts'
import { addCurationCommands } from './curation-commands.ts'
import { addMediaCommand } from './media-commands.ts'
import { command, handled, list, whole, type Globals } from './commands.ts'
import { addTradeCommands } from './trade-commands.ts'
import { printResult, say } from './output.ts'
import { withChild } from './with-child.ts'

type StorageClient = ContractRouterClient<typeof storageContract>

interface NodeOptions {
  readonly listen: string[]
  readonly bootstrap: string[]
  readonly mdns: boolean
  readonly relay: string[]
  readonly beRelay: boolean
  readonly public: boolean
  readonly router?: string
}
/** A node that only looks at what is kept. */
const quiet: NodeOptions = { listen: [], bootstrap: [], mdns: false, relay: [], beRelay: false, public: false }

const size = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
const keyFileOf = (folder: string): string => `${folder.replace(/[/\\]+$/, '')}.key.json`

/** Runs a command with a storage process of its own. */
const withStorage = <T>(run: (storage: StorageClient) => Promise<T>): Promise<T> =>
  withChild<typeof storageContract, T>('storage', ({ client }) => run(client))

/** A command's action on a storage process of its own: no host, wallet or chain is needed. */
const onStorage = <Args extends unknown[], Opts, T extends object>(
  run: (storage: StorageClient, options: Opts, args: Args, given: Globals) => Promise<T>,
  text: (result: T) => string,
) =>
  handled<Args, Opts>(async (given, options, ...args) => {
    const result = await withStorage((storage) => run(storage, options, args, given))
    printResult(result, given.json, () => text(result))
  })

/** Tells how far a stream is, once a second. */
function follow<T>(stream: AsyncGenerator<{ bytes: number; of: number }, T>): Promise<T> {
  let told = performance.now()
  return drain(stream, ({ bytes, of }) => {
    if (performance.now() - told < 1_000) return
    told = performance.now()
    say(`${size(bytes)} of ${size(of)}`)
  })
}

async function readKey(file: string | undefined): Promise<HsegKey> {
  if (!file)
    throw new HearthError('BAD_INPUT', '--key is needed: the key file that was written when the data was sealed')
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no key file ${file}`, {}, { cause: error })
  })
  const { parseHsegKey } = await import('../../../common/model/hseg.ts')
  return parseHsegKey(text)
}

async function writeKey(file: string, key: HsegKey): Promise<void> {
  await writeFile(file, `${JSON.stringify(key)}\n`, { flag: 'wx', mode: 0o600 })
  await chmod(file, 0o600)
}

async function encrypt(
  storage: StorageClient,
  path: string,
  out: string,
  previous: { folder: string; key: HsegKey } | null,
) {
  const { header, key, segments, reused, plainBytes } = await follow(
    await storage.seal({ path: resolve(path), out, key: null, salt: null, previous }),
  )
  const keyFile = keyFileOf(out)
  await writeKey(keyFile, key)
  return {
    package: out,
    keyFile,
    dataset: header.dataset,
    version: header.version,
    bytes: header.bytes,
    plainBytes,
    segments,
    reused,
    keyCommit: header.keyCommit,
  }
}

const start = (storage: StorageClient, given: Globals, options: NodeOptions) =>
  storage.start({
    folder: dataPaths(given.dataDir).storage,
    listen: options.listen.length > 0 ? options.listen : ['/ip4/127.0.0.1/tcp/0'],
    mdns: options.mdns,
    bootstrap: options.bootstrap,
    relays: options.relay,
    relay: options.beRelay,
    publicNetwork: options.public,
    router: options.router ?? null,
  })

/** Until somebody ends the command. */
const interrupted = (): Promise<void> =>
  new Promise((done) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, () => done())))

interface SeedOptions extends NodeOptions {
  readonly plain: boolean
  readonly once: boolean
  readonly rate?: number
}

/** Adds data to the node and gives it to whoever asks, until the command is ended. Plain data is sealed first. */
async function seed(given: Globals, options: SeedOptions, arg: string): Promise<void> {
  const path = resolve(arg)
  const { isPackage } = await import('../../processes/storage/hseg/layout.ts')
  await withStorage(async (storage) => {
    const sealed =
      options.plain || (await isPackage(path))
        ? null
        : await encrypt(
            storage,
            path,
            join(await sealedFolder(given), `${basename(path)}-${Date.now().toString(36)}`),
            null,
          )
    await start(storage, given, options)
    await storage.limit({ cap: options.rate ?? null, paused: false })
    const source = sealed?.package ?? path
    const { cid, bytes, leaves } = await follow(await storage.add({ path: source, name: basename(source) }))
    const { peerId, addresses } = await storage.status({})
    const result = {
      cid,
      bytes,
      segments: leaves,
      peerId,
      addrs: addresses,
      encrypted: sealed !== null || !options.plain,
      keyFile: sealed?.keyFile ?? null,
    }
    printResult(result, given.json, () => {
      const form = options.plain ? 'as it is' : 'sealed'
      const key = sealed ? `; its key is in ${sealed.keyFile}` : ''
      return [
        cid,
        `${size(bytes)} in ${leaves} segments, ${form}${key}`,
        addresses.join('\n'),
        ...(options.once ? [] : ['seeding until this command is ended (Ctrl-C)']),
      ].join('\n')
    })
    if (!options.once) await interrupted()
  })
}

async function sealedFolder(given: Globals): Promise<string> {
  const folder = dataPaths(given.dataDir).sealed
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

interface FetchOptions {
  readonly out: string
  readonly peer: string[]
  readonly key?: string
}

/** Fetches a dataset into a folder, and opens it where its key is given. */
async function fetchData(storage: StorageClient, options: FetchOptions, cid: string) {
  const begun = performance.now()
  const { bytes, fetchedBytes, refetchedBytes } = await follow(await storage.fetch({ cid, from: options.peer }))
  const seconds = (performance.now() - begun) / 1000
  const out = resolve(options.out)
  const { path, files, links } = await storage.export({ cid, name: cid, out })
  const key = options.key ? await readKey(options.key) : null
  const opened = key && (await follow(await storage.unseal({ package: path, key, out: join(out, `${cid}-opened`) })))
  return {
    bytes,
    seconds,
    refetchedBytes,
    fetchedBytes,
    files: opened?.files ?? files,
    links,
    path: opened ? join(out, `${cid}-opened`) : path,
  }
}

interface CarImport {
  readonly roots: readonly { readonly cid: string; readonly bytes: number }[]
  readonly blocks: number
  readonly unused: number
}
const importCar = async (storage: StorageClient, path: string): Promise<CarImport> =>
  follow(await storage.importCar({ path, name: basename(path) }))

const nodeOptions = <Args extends unknown[], Opts extends OptionValues>(it: Command<Args, Opts, OptionValues>) =>
  it
    .option('--listen <address>', 'a libp2p address to listen on; again for more', list, [])
    .option('--bootstrap <address>', 'a peer to meet others through', list, [])
    .option('--mdns', 'find peers of the local network', false)
    .option('--relay <address>', 'be reached through this relay; again for more', list, [])
    .option('--be-relay', 'let others be reached through this node', false)
    .option('--public', 'ask the public IPFS network as well, which learns what is asked for', false)
    .option('--router <url>', 'an indexer to ask before the DHT')

/** `data`: seal, seed and fetch datasets; `ipfs`: the node beneath. */
export function addDataCommands(program: CommandUnknownOpts): void {
  const data = program.command('data').description('seal, seed and fetch datasets')
  addCurationCommands(data)
  addMediaCommand(data)
  addTradeCommands(data)
  command(data, 'encrypt <path>', 'seal a file or folder (HSEG1); its key is written beside it')
    .requiredOption('--out <folder>', 'where the sealed dataset goes')
    .option('--previous <folder>', 'the sealed version before: segments that did not change are taken over')
    .option('--previous-key <file>', 'and its key')
    .action(
      onStorage(
        async (storage, { out, previous, previousKey }, [path]) =>
          encrypt(
            storage,
            path,
            resolve(out),
            previous
              ? { folder: resolve(previous), key: await readKey(previousKey ?? keyFileOf(resolve(previous))) }
              : null,
          ),
        ({ package: folder, keyFile, segments, reused, bytes }) =>
          `${folder}: ${segments} segments, ${size(bytes)}${reused ? `, ${reused} taken over` : ''}\nkey: ` +
          `${keyFile} (without it nobody can open the data; keep a copy elsewhere)`,
      ),
    )
  command(data, 'decrypt <folder>', 'open a sealed dataset')
    .requiredOption('--out <folder>', 'where the files go')
    .option('--key <file>', 'its key')
    .action(
      onStorage(
        async (storage, { out, key }, [folder]) => ({
          ...(await follow(
            await storage.unseal({
              package: resolve(folder),
              key: await readKey(key ?? keyFileOf(resolve(folder))),
              out: resolve(out),
            }),
          )),
          out: resolve(out),
        }),
        ({ files, bytes, out }) => `${files} files, ${size(bytes)} in ${out}`,
      ),
    )
  command(data, 'verify <folder>', 'check every segment of a sealed dataset without writing any')
    .option('--key <file>', 'its key')
    .action(
      onStorage(
        async (storage, { key }, [folder]) => ({
          sound: true,
          ...(await follow(
            await storage.verify({ package: resolve(folder), key: await readKey(key ?? keyFileOf(resolve(folder))) }),
          )),
        }),
        ({ files, bytes }) => `sound: ${files} files, ${size(bytes)}`,
      ),
    )
  command(data, 'wrap <keyfile>', 'wrap a dataset’s key for people’s age recipients')
    .requiredOption('--to <recipient>', 'age1…; again for more people', (value, before: string[] | undefined) => [
      ...(before ?? []),
      value,
    ])
    .requiredOption('--out <file>', 'where the wrapped key goes')
    .action(
      onStorage(
        async (storage, { to, out }, [file]) => {
          const { armored } = await storage.wrap({ key: await readKey(file), recipients: to ?? [] })
          await writeFile(resolve(out), armored, { flag: 'wx' })
          return { file: resolve(out), bytes: armored.length }
        },
        ({ file }) => file,
      ),
    )
  command(data, 'unwrap <file>', 'open a wrapped key with an age identity')
    .requiredOption('--identity <file>', 'a file with AGE-SECRET-KEY-1…')
    .requiredOption('--out <file>', 'where the key file goes')
    .action(
      onStorage(
        async (storage, { identity, out }, [file]) => {
          const secret =
            (await readFile(resolve(identity), 'utf8'))
              .split('\n')
              .find((line) => line.startsWith('AGE-SECRET-KEY-')) ?? ''
          const key = await storage.unwrap({ armored: await readFile(resolve(file), 'utf8'), identity: secret })
          await writeKey(resolve(out), key)
          return { file: resolve(out), dataset: key.dataset, version: key.version }
        },
        ({ file }) => file,
      ),
    )
  command(
    data,
    'open-legacy <folder>',
    'open a folder made by the npm package ipfs-encrypted; the folder stays as it is',
  )
    .requiredOption('--password-file <file>', 'a file with its password')
    .requiredOption('--out <folder>', 'where the files go')
    .action(
      onStorage(
        async (storage, { passwordFile, out }, [folder]) => ({
          ...(await storage.openLegacy({
            folder: resolve(folder),
            password: (await readFile(resolve(passwordFile), 'utf8')).replace(/\r?\n$/, ''),
            out: resolve(out),
          })),
          out: resolve(out),
        }),
        ({ files, bytes, out }) =>
          `${files} files, ${size(bytes)} in ${out}\nThat format has no check: look at what came out before you ` +
          `trust it.`,
      ),
    )
  nodeOptions(
    command(
      data,
      'seed <path>',
      'give a dataset to whoever asks, until the command is ended; what is not sealed yet is sealed first',
    ),
  )
    .option('--plain', 'give it as it is, for data that is public anyway', false)
    .option('--once', 'add it and end', false)
    .option('--rate <bytes>', 'bytes a second at most', whole)
    .action(handled(seed))
  nodeOptions(command(data, 'fetch <cid>', 'fetch a dataset; what an earlier try brought is not fetched again'))
    .requiredOption('--out <folder>', 'where it goes, by its CID')
    .option('--peer <address>', 'a peer that has it; again for more', list, [])
    .option('--key <file>', 'open it with this key')
    .action(
      onStorage(
        async (storage, options, [cid], given) => {
          await start(storage, given, options)
          return fetchData(storage, options, cid)
        },
        ({ path, bytes, fetchedBytes, seconds, links }) =>
          `${path}\n${size(bytes)}, ${size(fetchedBytes)} of them fetched in ${seconds.toFixed(1)} s ` +
          `(${size(fetchedBytes / seconds)}/s)` +
          (links > 0 ? `\n${links} symbolic links were left out` : ''),
      ),
    )
  command(
    data,
    'import-car <file>',
    'take and keep what a CAR file holds (content-addressed archive); every block is checked',
  ).action(
    onStorage(
      async (storage, _, [file], given) => {
        await start(storage, given, quiet)
        return importCar(storage, resolve(file))
      },
      ({ roots, blocks, unused }) =>
        [
          ...roots.map(({ cid, bytes }) => `${cid} ${size(bytes)}`),
          `${blocks} blocks` + (unused > 0 ? `; ${unused} of them lie under no root and go with the next removal` : ''),
        ].join('\n'),
    ),
  )
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
  nodeOptions(
    command(ipfs, 'gateway', 'give what is kept to programs of this machine over HTTP, until the command is ended'),
  )
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
  nodeOptions(command(ipfs, 'publish <cid>', 'publish it under the name of this node (IPNS)')).action(
    node(
      (storage, [cid]) => storage.publishName({ cid }),
      ({ name, announced }) =>
        announced
          ? name
          : `${name}\nThe record is kept here. No peer took it yet: it is found once this node is connected to one.`,
    ),
  )
  nodeOptions(command(ipfs, 'resolve <name>', 'resolve an IPNS name')).action(
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
