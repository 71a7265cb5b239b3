import { mkdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command, handled, list, whole, type Globals } from '../../../cli/commands.ts'
import { printResult } from '../../../cli/output.ts'
import { dataPaths } from '../../../core/paths.ts'
import { encrypt, readKey } from './seal.ts'
import {
  follow,
  interrupted,
  nodeCommand,
  onStorage,
  quiet,
  size,
  start,
  withStorage,
  type NodeOptions,
  type StorageClient,
} from './storage-node.ts'

interface SeedOptions extends NodeOptions {
  readonly plain: boolean
  readonly once: boolean
  readonly rate?: number
}

/** Adds data to the node and gives it to whoever asks, until the command is ended. Plain data is sealed first. */
async function seed(given: Globals, options: SeedOptions, arg: string): Promise<void> {
  const path = resolve(arg)
  const { isPackage } = await import('../../../processes/storage/hseg/layout.ts')
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
    await storage.limit({ cap: options.rate ?? null, paused: false, disk: null })
    const source = sealed?.package ?? path
    const { cid, bytes, leaves } = await follow(await storage.add({ path: source, name: basename(source) }))
    const { peerId, addresses } = await storage.status({})
    const result = {
      cid,
      bytes,
      blocks: leaves,
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
        `${size(bytes)} in ${leaves} blocks, ${form}${key}`,
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

/** `data seed`, `fetch` and `import-car`: datasets from machine to machine. */
export const seedCommands: CommandGroup = (data) => {
  nodeCommand(
    data,
    'seed <path>',
    'give a dataset to whoever asks, until the command is ended; what is not sealed yet is sealed first',
  )
    .option('--plain', 'give it as it is, for data that is public anyway', false)
    .option('--once', 'add it and end', false)
    .option('--rate <bytes>', 'bytes a second at most', whole)
    .action(handled(seed))
  nodeCommand(data, 'fetch <cid>', 'fetch a dataset; what an earlier try brought is not fetched again')
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
}
