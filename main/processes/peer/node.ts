import { bootstrap } from '@libp2p/bootstrap'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { PeerStatus, RouteLimits } from '../../../common/children/peer.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { BoundedDatastore } from '../inbound/bounded-datastore.ts'
import { InboundGuard } from '../inbound/inbound-guard.ts'
import { PEER_LIMITS } from '../inbound/limits.ts'
import { relayTransport } from '../inbound/relays.ts'
import { Admission } from './admission.ts'
import { FrameStream, protocolId, type Frame } from './frames.ts'
import { loadIdentity } from './identity.ts'
import { PortMemory } from './port-memory.ts'
import { probe } from './probe.ts'

export interface NodeOptions {
  readonly folder: string
  readonly listen: readonly string[]
  readonly mdns: boolean
  readonly bootstrap: readonly string[]
  readonly relays: readonly string[]
  readonly routes: readonly RouteLimits[]
}

/** Answers one request of a peer; gives up with the signal. */
export type Answer = (protocol: string, peerId: string, frame: Frame, signal: AbortSignal) => Promise<Frame>

const INBOUND_TIMEOUT_MS = 60_000
/** A request that is not whole by then is not waited for: a chunk on a line of 32 KiB/s takes 16 s. */
const READ_MS = 20_000
/** A refused peer may read why for this long. */
const HANG_UP_MS = 5_000
/** Records of peers that were met. */
const MOST_PEERS = 4096

/** Ends with the stream as well: an asker that left is answered no more. */
function whileOpen(stream: Stream, signal: AbortSignal): AbortSignal {
  const closed = new AbortController()
  stream.addEventListener('close', () => closed.abort(), { once: true })
  if (stream.status !== 'open') closed.abort()
  return AbortSignal.any([signal, closed.signal])
}

/** The libp2p node: TCP, TLS before noise (noise is slow where OpenSSL lacks chacha20), yamux, and the routes. */
export class PeerNode {
  readonly #libp2p: Libp2p
  readonly #answer: Answer
  readonly #routes: ReadonlyMap<string, RouteLimits>
  readonly #guard: InboundGuard

  private constructor(libp2p: Libp2p, guard: InboundGuard, routes: readonly RouteLimits[], answer: Answer) {
    this.#libp2p = libp2p
    this.#guard = guard
    this.#routes = new Map(routes.map((route) => [route.protocol, route]))
    this.#answer = answer
  }

  static async start(options: NodeOptions, answer: Answer): Promise<PeerNode> {
    const discovery = [
      ...(options.mdns ? [mdns()] : []),
      ...(options.bootstrap.length ? [bootstrap({ list: [...options.bootstrap] })] : []),
    ]
    const privateKey = await loadIdentity(options.folder)
    const ports = new PortMemory(options.folder)
    const guard = new InboundGuard(PEER_LIMITS)
    const create = (listen: readonly string[]) =>
      createLibp2p({
        ...guard.options,
        datastore: new BoundedDatastore(MOST_PEERS),
        privateKey,
        addresses: { listen: [...listen, ...options.relays.map((relay) => `${relay}/p2p-circuit`)] },
        transports: [tcp(), relayTransport(options.relays)],
        connectionEncrypters: [tls(), noise()],
        peerDiscovery: discovery,
        services: { identify: identify(), ping: ping() },
        // The monitor's ping waits behind a backlog on slow lines and would cut them.
        connectionMonitor: { pingInterval: 60_000 },
      })
    // The same port again where it is free: peers that knew this machine find it without a new announcement.
    const libp2p = await create(await ports.fillIn(options.listen)).catch(() => create(options.listen))
    await ports.remember(libp2p.getMultiaddrs().map(String))
    const node = new PeerNode(libp2p as unknown as Libp2p, guard, options.routes, answer)
    for (const route of options.routes) {
      const admission = new Admission(route)
      await libp2p.handle(
        protocolId(route.protocol),
        (stream, connection) => node.#serve(route, admission, stream, connection),
        { maxInboundStreams: PEER_LIMITS.streams.connection },
      )
    }
    return node
  }

  status(): PeerStatus {
    return {
      peerId: this.#libp2p.peerId.toString(),
      addresses: this.#libp2p.getMultiaddrs().map(String),
      connections: this.#libp2p.getConnections().length,
    }
  }

  /** Asks itself from outside. @returns why no answer came, or null */
  probe(protocol: string): Promise<string | null> {
    return probe(this.status().addresses, this.#limitsOf(protocol))
  }

  stop(): Promise<void> {
    return Promise.resolve(this.#libp2p.stop())
  }

  async request(
    { protocol, peerId, addresses }: { protocol: string; peerId: string; addresses: readonly string[] },
    frame: Frame,
    timeoutMs: number,
  ): Promise<Frame> {
    const limits = this.#limitsOf(protocol)
    const signal = AbortSignal.timeout(timeoutMs)
    const stream = await this.#dial(protocol, peerId, addresses, signal)
    try {
      const frames = new FrameStream(stream, limits)
      // The answer may come before all is sent: a peer that refuses does not read on. A write that fails ends the
      // stream.
      let sent = false
      const writing = frames.write(frame, signal).then(
        () => (sent = true),
        (error: unknown) => stream.abort(error as Error),
      )
      const answer = await frames.read(signal)
      if (sent) await stream.close({ signal })
      else stream.abort(new Error('answered before everything was sent'))
      await writing
      return answer
    } catch (error) {
      stream.abort(error as Error)
      if (error instanceof HearthError) throw error
      throw new HearthError('PEER_UNREACHABLE', `the connection was lost: ${messageOf(error)}`, {}, { cause: error })
    }
  }

  #limitsOf(protocol: string): RouteLimits {
    const limits = this.#routes.get(protocol)
    if (!limits) throw new HearthError('BAD_INPUT', `this node has no route ${protocol}`)
    return limits
  }

  async #dial(protocol: string, peerId: string, addresses: readonly string[], signal: AbortSignal): Promise<Stream> {
    const peer = peerIdFromString(peerId)
    try {
      if (addresses.length)
        await this.#libp2p.peerStore.merge(peer, { multiaddrs: addresses.map((address) => multiaddr(address)) })
      // TLS proves the peer's key, so whoever answers at the address is this peer or nobody.
      return await this.#libp2p.dialProtocol(peer, protocolId(protocol), { signal, runOnLimitedConnection: true })
    } catch (error) {
      if ((error as Error).name === 'UnsupportedProtocolError')
        throw new HearthError(
          'PEER_REFUSED',
          `the machine does not speak ${protocol}: its Hearth is of another version`,
        )
      throw new HearthError(
        'PEER_UNREACHABLE',
        `the machine cannot be reached: ${messageOf(error)}`,
        {},
        { cause: error },
      )
    }
  }

  async #serve(route: RouteLimits, admission: Admission, stream: Stream, connection: Connection): Promise<void> {
    const signal = AbortSignal.timeout(INBOUND_TIMEOUT_MS)
    const frames = new FrameStream(stream, route)
    try {
      await admission.hold(connection.remotePeer.toString(), async (charge) => {
        // The chain names peers by Ed25519 keys alone.
        if (connection.remotePeer.type !== 'Ed25519')
          throw new HearthError('BAD_MESSAGE', 'a peer here has an Ed25519 key')
        const request = await frames.read(AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]))
        charge(frames.received)
        const peerId = connection.remotePeer.toString()
        const answer = await this.#answer(route.protocol, peerId, request, whileOpen(stream, signal))
        // Routes without a budget are for parties, who have proven that they are some.
        if (!route.perMinute && answer.message['error'] === undefined) this.#guard.know(stream)
        await frames.write(answer, signal)
        await stream.close({ signal })
      })
    } catch (error) {
      await this.#refuse(stream, frames, error)
    }
  }

  /** Says why where there are words for it, and hangs up on who goes on sending. */
  async #refuse(stream: Stream, frames: FrameStream, error: unknown): Promise<void> {
    const hangUp = (): void => stream.abort(error as Error)
    if (!(error instanceof HearthError)) return hangUp()
    const signal = AbortSignal.timeout(HANG_UP_MS)
    signal.addEventListener('abort', hangUp)
    try {
      await frames.write({ message: { error: error.code, reason: error.message }, body: null }, signal)
      await stream.close({ signal })
      await stream.closeRead({ signal })
    } catch {
      hangUp()
    }
  }
}
