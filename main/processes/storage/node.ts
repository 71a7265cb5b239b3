import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withBitswap } from '@helia/bitswap'
import { delegatedRoutingV1HttpApiClientContentRouting } from '@helia/delegated-routing-v1-http-api-client'
import { withLibp2pLight } from '@helia/libp2p'
import { bootstrap } from '@libp2p/bootstrap'
import { dcutr } from '@libp2p/dcutr'
import { identify } from '@libp2p/identify'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { kadDHT, passthroughMapper, removePrivateAddressesMapper } from '@libp2p/kad-dht'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import * as z from 'zod'
import { NodeReach, type StorageStatus, type StoredRoot } from '../../../common/children/storage.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { writeFileAtomic } from '../../core/files.ts'
import { InboundGuard } from '../inbound/inbound-guard.ts'
import { STORAGE_LIMITS } from '../inbound/limits.ts'
import { relayServer, relayTransport } from '../inbound/relays.ts'
import { loadIdentity } from '../peer/identity.ts'
import { PortMemory } from '../peer/port-memory.ts'
import { addPath, HEARTH_PROFILE } from './add.ts'
import type { BlockSource } from './blocks/block-source.ts'
import { PackStore } from './blocks/pack-store.ts'
import { DiskRoom } from './blocks/disk-room.ts'
import { PassingBlocks } from './blocks/passing-blocks.ts'
import { importCar } from './car-import.ts'
import { fetchDag, reachable, type DagProgress } from './dag.ts'
import {
  DHT_PROTOCOL,
  dhtComponents,
  dhtPeers,
  meetsDhtPeer,
  PUBLIC_DHT,
  putRecord,
  type DhtComponents,
} from './dht.ts'
import { giveInstead } from './exchange/bitswap-giver.ts'
import { BlockServer } from './exchange/block-server.ts'
import { MOST_BLOCK_BYTES } from './exchange/protocol.ts'
import { FetchSession, type Bitswap } from './exchange/session.ts'
import { measureDag, requireModest, requireRoom } from './dag-size.ts'
import { WayOut } from './exchange/way-out.ts'
import { exportDag } from './export.ts'
import type { Gateway } from './gateway/server.ts'
import { Names } from './names.ts'
import { RecordStore } from './records/record-store.ts'

export type NodeOptions = z.input<typeof NodeReach> & { readonly folder: string }

/** https://docs.ipfs.tech/concepts/public-utilities/#amino-dht-bootstrappers */
const PUBLIC_BOOTSTRAP = [
  'QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
  'QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa',
  'QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb',
].map((peer) => `/dnsaddr/bootstrap.libp2p.io/p2p/${peer}`)
/** @helia/bitswap names it inside. */
const BITSWAP_PROTOCOL = '/ipfs/bitswap/1.2.0'
const SHA256 = 0x12
const BLOCK_MS = 20_000
const PROVIDERS_MS = 10_000
/** What nobody keeps may have so much of the disk. */
const PASSING_BYTES = 256 * 2 ** 20
const DHT_STREAMS = 8
const BITSWAP_STREAMS = 16
const MOST_PROVIDERS = 8
const Roots = z.array(z.object({ cid: z.string(), name: z.string(), bytes: z.number(), time: z.number() }))

/**
 * The data node: a Helia node over the pack store, TCP with TLS before noise (which is slow where OpenSSL lacks
 * chacha20), a private DHT, Hearth's block exchange, and bitswap beside it for everybody else's software.
 */
export class DataNode {
  readonly #store: PackStore
  readonly #libp2p: Libp2p
  readonly #stop: () => Promise<void>
  readonly #passing: PassingBlocks
  readonly #records: RecordStore
  readonly #out: WayOut
  readonly #disk: DiskRoom
  readonly #names: Names
  readonly #bitswap: Bitswap
  #gateway: Gateway | undefined
  readonly #rootsFile: string
  #roots: StoredRoot[]

  private constructor(parts: {
    store: PackStore
    libp2p: Libp2p
    stop: () => Promise<void>
    passing: PassingBlocks
    records: RecordStore
    out: WayOut
    disk: DiskRoom
    names: Names
    bitswap: Bitswap
    rootsFile: string
    roots: StoredRoot[]
  }) {
    this.#store = parts.store
    this.#libp2p = parts.libp2p
    this.#stop = parts.stop
    this.#passing = parts.passing
    this.#records = parts.records
    this.#out = parts.out
    this.#disk = parts.disk
    this.#names = parts.names
    this.#bitswap = parts.bitswap
    this.#rootsFile = parts.rootsFile
    this.#roots = parts.roots
  }

  /** @throws HearthError DATA_IN_USE */
  static async start({ folder, ...given }: NodeOptions): Promise<DataNode> {
    const reach = NodeReach.parse(given)
    const store = await PackStore.open(join(folder, 'blocks'))
    const privateKey = await loadIdentity(folder)
    const ports = new PortMemory(folder)
    const disk = new DiskRoom()
    const passing = await PassingBlocks.open(join(folder, 'passing'), () =>
      disk.most === null ? PASSING_BYTES : Math.max(0, Math.min(PASSING_BYTES, disk.most - store.bytes)),
    )
    const here: BlockSource = {
      has: (cid) => store.has(cid) || passing.has(cid),
      read: (cid) => (store.has(cid) ? store.read(cid) : passing.read(cid)),
    }
    const out = new WayOut()
    // Names keep their keys and their sequence there.
    const datastore = await RecordStore.open(folder, peerIdFromPrivateKey(privateKey).toString())
    const meeting = [...reach.bootstrap, ...(reach.publicNetwork ? PUBLIC_BOOTSTRAP : [])]
    const guard = new InboundGuard(STORAGE_LIMITS, new Map([[BITSWAP_PROTOCOL, MOST_BLOCK_BYTES]]))
    const create = async (listen: readonly string[]) => {
      const light = createHeliaLight({ blockstore: passing, datastore })
      const connected = withLibp2pLight(light, {
        ...guard.options,
        privateKey,
        addresses: { listen: [...listen, ...reach.relays.map((relay) => `${relay}/p2p-circuit`)] },
        transports: [tcp(), relayTransport(reach.relays)],
        connectionEncrypters: [tls(), noise()],
        peerDiscovery: [...(reach.mdns ? [mdns()] : []), ...(meeting.length > 0 ? [bootstrap({ list: meeting })] : [])],
        services: {
          identify: identify(),
          ping: ping(),
          dht: (components: DhtComponents) =>
            kadDHT({
              protocol: DHT_PROTOCOL,
              clientMode: false,
              peerInfoMapper: passthroughMapper,
              maxInboundStreams: DHT_STREAMS,
            })(dhtComponents(components, (peer, serve) => datastore.broughtBy(peer, serve))),
          dcutr: dcutr(),
          ...(reach.publicNetwork
            ? {
                publicDht: (components: DhtComponents) =>
                  kadDHT({
                    protocol: PUBLIC_DHT,
                    clientMode: true,
                    peerInfoMapper: removePrivateAddressesMapper,
                    datastorePrefix: '/public',
                    metricsPrefix: 'public',
                  })(dhtComponents(components, (_, serve) => serve())),
              }
            : {}),
          ...(reach.router !== null
            ? { router: delegatedRoutingV1HttpApiClientContentRouting({ url: reach.router }) }
            : {}),
          ...(reach.relay ? { relay: relayServer() } : {}),
        },
        // The monitor's ping waits behind a backlog on slow lines and would cut them.
        connectionMonitor: { pingInterval: 60_000, abortConnectionOnPingFailure: false },
      })
      const addBroker = connected.addBlockBroker.bind(connected)
      let giving = Promise.resolve()
      connected.addBlockBroker = (broker) => {
        giving = giveInstead(broker, here, out)
        addBroker(broker)
      }
      const helia = withBitswap(connected, { maxInboundStreams: BITSWAP_STREAMS })
      await helia.start()
      await giving
      return helia
    }
    const helia = await ports
      .fillIn(reach.listen)
      .then(create)
      .catch(() => create(reach.listen))
    const libp2p = helia.libp2p as unknown as Libp2p
    await ports.remember(libp2p.getMultiaddrs().map(String))
    const server = new BlockServer(here, out, guard)
    await server.start(libp2p)
    const rootsFile = join(folder, 'roots.json')
    const roots = Roots.safeParse(JSON.parse(await readFile(rootsFile, 'utf8').catch(() => '[]')))
    const stop = async (): Promise<void> => {
      await helia.stop()
      datastore.close()
    }
    return new DataNode({
      store,
      libp2p,
      passing,
      records: datastore,
      out,
      disk,
      names: new Names(helia, async (key, record, signal) => {
        const expected = meeting.length > 0 || reach.mdns || reach.relays.length > 0
        return (await meetsDhtPeer(libp2p, expected)) ? putRecord(libp2p, key, record, signal) : 0
      }),
      bitswap: async (cid, signal) => {
        const pieces: Uint8Array[] = []
        for await (const piece of helia.blockstore.get(cid, { signal })) pieces.push(piece)
        return Buffer.concat(pieces)
      },
      rootsFile,
      roots: roots.success ? roots.data : [],
      stop,
    })
  }

  status(): StorageStatus {
    return {
      peerId: this.#libp2p.peerId.toString(),
      addresses: this.#libp2p.getMultiaddrs().map(String),
      peers: this.#libp2p.getPeers().map(String),
      ...this.#store.size(),
      served: this.#out.given,
    }
  }

  /** @throws HearthError PEER_UNREACHABLE where none of them answers */
  async connect(addresses: readonly string[]): Promise<StorageStatus> {
    await this.#connect(addresses, new AbortController().signal)
    return this.status()
  }

  get roots(): readonly StoredRoot[] {
    return this.#roots
  }

  /**
   * @param cap bytes a second that others are given; @param paused whether they are told that nothing is here
   * @param disk bytes that may be kept here, what strangers bring among them
   */
  limit(cap: number | null, paused: boolean, disk: number | null = null): void {
    this.#out.limit(cap, paused)
    this.#disk.most = disk
  }

  /** Adds a file or folder and says to the DHT that it is here. */
  async add(
    path: string,
    name: string,
    onProgress: (bytes: number, of: number) => void,
  ): Promise<{ cid: string; bytes: number; leaves: number }> {
    const { cid, bytes, leaves } = await addPath(path, this.#store, onProgress)
    await this.#keep(cid, name, bytes)
    return { cid: cid.toString(), bytes, leaves }
  }

  /** Takes what a CAR file holds, keeps its roots and says to the DHT that they are here. */
  async importCar(
    path: string,
    name: string,
    onProgress: (bytes: number, of: number) => void,
  ): Promise<{ roots: { cid: string; bytes: number }[]; blocks: number; unused: number }> {
    const { roots, blocks, unused } = await importCar(path, this.#store, onProgress)
    for (const { cid, bytes } of roots) await this.#keep(cid, name, bytes)
    return { roots: roots.map(({ cid, bytes }) => ({ cid: cid.toString(), bytes })), blocks, unused }
  }

  /** Fetches everything below a CID; what an earlier try brought is not fetched again. */
  async fetch(
    cid: string,
    from: readonly string[],
    onProgress: (progress: DagProgress) => void,
    signal: AbortSignal,
  ): Promise<{ bytes: number; fetchedBytes: number; refetchedBytes: number }> {
    const root = parseCid(cid)
    return this.#withSession(root, from, signal, async (session) => {
      const { bytes, fetched } = await fetchDag(
        root,
        {
          has: (wanted) => this.#store.has(wanted),
          read: (wanted) => this.#store.read(wanted),
          put: (wanted, block) => this.#disk.written(block.length, () => this.#store.put(wanted, block)),
        },
        async (wanted) => {
          const block = this.#passing.has(wanted) ? await this.#passing.read(wanted) : await session.get(wanted)
          this.#disk.reserve(block.length, this.#store.bytes + this.#passing.bytes + this.#records.strange.bytes)
          return block
        },
        onProgress,
        (claimed) => requireRoom(Math.max(0, claimed - this.#store.size().bytes), dirname(this.#rootsFile)),
      )
      await this.#store.flush()
      requireModest(await measureDag(root, this.#store))
      await this.#keep(root, cid, bytes)
      return { bytes, fetchedBytes: fetched, refetchedBytes: session.received - fetched }
    })
  }

  /** Keeps one small block and says to the DHT that it is here. @returns its SHA-256 */
  async putBlock(bytes: Uint8Array, name: string): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest()
    const cid = CID.createV1(raw.code, Digest.create(SHA256, sha256))
    if (bytes.length === 0 || bytes.length > HEARTH_PROFILE.leafBytes)
      throw new HearthError('BAD_INPUT', `a block has 1 to ${HEARTH_PROFILE.leafBytes} bytes`)
    await this.#store.put(cid, bytes)
    await this.#store.flush()
    await this.#keep(cid, name, bytes.length)
    return sha256.toString('hex')
  }

  /**
   * One small block, from here or from peers; it stays here until room is needed.
   * @throws HearthError NOT_FOUND, PEER_UNREACHABLE
   */
  async block(sha256: string, from: readonly string[], signal: AbortSignal): Promise<Uint8Array> {
    const cid = CID.createV1(raw.code, Digest.create(SHA256, Buffer.from(sha256, 'hex')))
    if (this.#store.has(cid)) return this.#store.read(cid)
    if (this.#passing.has(cid)) return this.#passing.read(cid)
    return this.#withSession(cid, from, AbortSignal.any([signal, AbortSignal.timeout(BLOCK_MS)]), async (session) => {
      const block = await session.get(cid)
      await this.#passing.put(cid, block)
      return block
    })
  }

  export(cid: string, name: string, out: string): ReturnType<typeof exportDag> {
    return exportDag(parseCid(cid), name, this.#store, out)
  }

  /** Forgets a root and frees what no other one needs. */
  async remove(cid: string): Promise<{ freedBytes: number }> {
    const root = parseCid(cid).toString()
    if (!this.#roots.some((it) => it.cid === root)) throw new HearthError('NOT_FOUND', `${cid} is not kept here`)
    await this.#save(this.#roots.filter((it) => it.cid !== root))
    const live = await reachable(
      this.#roots.map((it) => CID.parse(it.cid)),
      this.#store,
    )
    return { freedBytes: await this.#store.compact((digest) => live.has(Buffer.from(digest).toString('hex'))) }
  }

  /** Signs a name that leads to a CID from now on, and says whether anybody was told. */
  publishName(cid: string): Promise<{ name: string; announced: boolean }> {
    return this.#names.publish(parseCid(cid))
  }

  async resolveName(name: string, signal: AbortSignal): Promise<{ path: string }> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(PROVIDERS_MS)])
    return { path: (await this.#names.resolve(parseCid(name), false, bounded)).value }
  }

  /** Gives what is kept to programs of this machine that know the token. Starts once. */
  async gateway(port: number, token: string): Promise<{ url: string }> {
    // Loaded when it is wanted: it takes longer than all the rest of the node.
    if (!this.#gateway) {
      const [{ Gateway: Server }, { nodeSource }] = await Promise.all([
        import('./gateway/server.ts'),
        import('./gateway/node-source.ts'),
      ])
      this.#gateway = await Server.start(
        nodeSource(this.#store, this.#passing, this.#bitswap, this.#names),
        port,
        token,
      )
    }
    return { url: this.#gateway.url }
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop()
    await this.#stop()
    await this.#store.close()
    await this.#passing.close()
  }

  /** A session with whoever is named, who is there already, and, where nobody is named, who the DHT says has it. */
  async #withSession<T>(
    root: CID,
    from: readonly string[],
    signal: AbortSignal,
    run: (session: FetchSession) => Promise<T>,
  ): Promise<T> {
    const session = new FetchSession(this.#libp2p, this.#bitswap, signal)
    const search = new AbortController()
    try {
      for (const peer of await this.#connect(from, signal)) session.add(peer)
      for (const peer of this.#libp2p.getPeers()) session.add(peer)
      // The first who has it is enough to begin with; others join.
      if (session.peers < MOST_PROVIDERS && from.length === 0)
        await this.#addProviders(root, session, AbortSignal.any([signal, search.signal]))
      return await run(session)
    } finally {
      search.abort()
      session.close()
      await this.#store.flush()
    }
  }

  /** Resolves with the first provider that is found, or when the search is over. */
  #addProviders(root: CID, session: FetchSession, signal: AbortSignal): Promise<void> {
    return new Promise((found) => {
      void (async () => {
        for await (const provider of this.#providers(root, signal)) {
          session.add(provider)
          found()
        }
      })().finally(found)
    })
  }

  async #keep(cid: CID, name: string, bytes: number): Promise<void> {
    const root = cid.toString()
    await this.#save([...this.#roots.filter((it) => it.cid !== root), { cid: root, name, bytes, time: Date.now() }])
    // Nobody may be there to be told; peers that know the address find it all the same.
    if ((await dhtPeers(this.#libp2p)) !== 'none')
      await this.#libp2p.contentRouting.provide(cid, { signal: AbortSignal.timeout(PROVIDERS_MS) }).catch(() => {})
  }

  async #save(roots: StoredRoot[]): Promise<void> {
    this.#roots = roots
    await writeFileAtomic(this.#rootsFile, JSON.stringify(roots))
  }

  /** @throws HearthError PEER_UNREACHABLE where none of them answers */
  async #connect(addresses: readonly string[], signal: AbortSignal): Promise<PeerId[]> {
    const failures: string[] = []
    const peers = await Promise.all(
      addresses.map(async (address) => {
        try {
          const target = multiaddr(address)
          const id = target.getComponents().findLast(({ name }) => name === 'p2p')?.value
          if (!id) throw new Error('the address names no peer: it ends with /p2p/…')
          const peer = peerIdFromString(id)
          await this.#libp2p.peerStore.merge(peer, { multiaddrs: [target] })
          await this.#libp2p.dial(target, { signal: AbortSignal.any([signal, AbortSignal.timeout(PROVIDERS_MS)]) })
          return [peer]
        } catch (error) {
          failures.push(`${address}: ${messageOf(error)}`)
          return []
        }
      }),
    )
    if (addresses.length > 0 && failures.length === addresses.length)
      throw new HearthError('PEER_UNREACHABLE', `no peer could be reached. ${failures.join('; ')}`)
    return peers.flat()
  }

  async *#providers(root: CID, signal: AbortSignal): AsyncGenerator<PeerId> {
    let count = 0
    try {
      for await (const provider of this.#libp2p.contentRouting.findProviders(root, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(PROVIDERS_MS)]),
      })) {
        if (provider.multiaddrs.length > 0)
          await this.#libp2p.peerStore.merge(provider.id, { multiaddrs: provider.multiaddrs })
        yield provider.id
        if (++count >= MOST_PROVIDERS) break
      }
    } catch {
      // Whoever was found until then is asked.
    }
  }
}

function parseCid(text: string): CID {
  try {
    return CID.parse(text)
  } catch (error) {
    throw new HearthError('BAD_INPUT', `${text.slice(0, 80)} is no CID`, {}, { cause: error })
  }
}
