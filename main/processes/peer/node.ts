import { bootstrap } from '@libp2p/bootstrap'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { PeerStatus } from '../../../common/children/peer.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { loadIdentity } from './identity.ts'
import { PortMemory } from './port-memory.ts'
import { ORDER_PROTOCOL, readFrame, writeFrame, type Frame } from './order-protocol.ts'

export interface NodeOptions {
  readonly folder: string
  readonly listen: readonly string[]
  readonly mdns: boolean
  readonly bootstrap: readonly string[]
  readonly relays: readonly string[]
}

const INBOUND_TIMEOUT_MS = 60_000
const MAX_INBOUND_STREAMS = 32

/**
 * The libp2p node: TCP, TLS before noise (noise is slow where OpenSSL lacks chacha20), yamux, and the order protocol.
 */
export class PeerNode {
  readonly #libp2p: Libp2p
  readonly #answer: (peerId: string, frame: Frame) => Promise<Frame>

  private constructor(libp2p: Libp2p, answer: (peerId: string, frame: Frame) => Promise<Frame>) {
    this.#libp2p = libp2p
    this.#answer = answer
  }

  static async start(
    options: NodeOptions,
    answer: (peerId: string, frame: Frame) => Promise<Frame>,
  ): Promise<PeerNode> {
    const discovery = [
      ...(options.mdns ? [mdns()] : []),
      ...(options.bootstrap.length ? [bootstrap({ list: [...options.bootstrap] })] : []),
    ]
    const privateKey = await loadIdentity(options.folder)
    const ports = new PortMemory(options.folder)
    const create = (listen: readonly string[]) =>
      createLibp2p({
        privateKey,
        addresses: { listen: [...listen, ...options.relays.map((relay) => `${relay}/p2p-circuit`)] },
        transports: [tcp(), circuitRelayTransport()],
        connectionEncrypters: [tls(), noise()],
        streamMuxers: [yamux()],
        peerDiscovery: discovery,
        services: { identify: identify(), ping: ping() },
        // The monitor's ping waits behind a backlog on slow lines and would cut them.
        connectionMonitor: { pingInterval: 60_000 },
        // Practice networks live on loopback, which the default gater refuses to dial.
        connectionGater: { denyDialMultiaddr: () => false },
      })
    // The same port again where it is free: peers that knew this machine find it without a new announcement.
    const libp2p = await create(await ports.fillIn(options.listen)).catch(() => create(options.listen))
    await ports.remember(libp2p.getMultiaddrs().map(String))
    const node = new PeerNode(libp2p as unknown as Libp2p, answer)
    await libp2p.handle(ORDER_PROTOCOL, (stream, connection) => node.#serve(stream, connection), {
      maxInboundStreams: MAX_INBOUND_STREAMS,
    })
    return node
  }

  status(): PeerStatus {
    return {
      peerId: this.#libp2p.peerId.toString(),
      addresses: this.#libp2p.getMultiaddrs().map(String),
      connections: this.#libp2p.getConnections().length,
    }
  }

  async request(peerId: string, addresses: readonly string[], frame: Frame, timeoutMs: number): Promise<Frame> {
    const signal = AbortSignal.timeout(timeoutMs)
    const stream = await this.#dial(peerId, addresses, signal)
    try {
      await writeFrame(stream, frame, signal)
      const answer = await readFrame(stream, signal)
      await stream.close({ signal })
      return answer
    } catch (error) {
      stream.abort(error as Error)
      if (error instanceof HearthError) throw error
      throw new HearthError('PEER_UNREACHABLE', `the connection was lost: ${messageOf(error)}`, {}, { cause: error })
    }
  }

  async #dial(peerId: string, addresses: readonly string[], signal: AbortSignal): Promise<Stream> {
    const peer = peerIdFromString(peerId)
    try {
      if (addresses.length)
        await this.#libp2p.peerStore.merge(peer, { multiaddrs: addresses.map((address) => multiaddr(address)) })
      // TLS proves the peer's key, so whoever answers at the address is this peer or nobody.
      return await this.#libp2p.dialProtocol(peer, ORDER_PROTOCOL, { signal, runOnLimitedConnection: true })
    } catch (error) {
      throw new HearthError(
        'PEER_UNREACHABLE',
        `the machine cannot be reached: ${messageOf(error)}`,
        {},
        { cause: error },
      )
    }
  }

  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const signal = AbortSignal.timeout(INBOUND_TIMEOUT_MS)
    try {
      const request = await readFrame(stream, signal)
      await writeFrame(stream, await this.#answer(connection.remotePeer.toString(), request), signal)
      await stream.close({ signal })
    } catch (error) {
      stream.abort(error as Error)
    }
  }
}
