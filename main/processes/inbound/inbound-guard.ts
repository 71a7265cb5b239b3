import type { ConnectionGater, MultiaddrConnection, PeerId, Stream, StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
import { HANDSHAKE_MS, type InboundLimits } from './limits.ts'
import { Line } from './line.ts'
import { sourceOf, type Source } from './source.ts'
import { YamuxFrames } from './yamux-frames.ts'

/** Peers that are remembered as known, beyond their connections. */
const MOST_KNOWN = 256
/** Known peers come in beyond the limit of all connections, up to this many. */
const KNOWN_CONNECTIONS = 32

type Transport = Parameters<StreamMuxerFactory['createStreamMuxer']>[0]

interface Handshake {
  readonly source: Source
  readonly connection: MultiaddrConnection
}

/**
 * What strangers may take of a node, over all its protocols: connections, handshakes, streams and the bytes of unread
 * frames. Where one of them is full, the newcomer comes in and the oldest of whoever holds the most goes out: of the
 * fullest network the fullest connection. So a flood from one place crowds out itself. Peers that proved to be a party
 * go last.
 */
export class InboundGuard {
  readonly #limits: InboundLimits
  /** Bytes of one stream that are counted at most, where a protocol takes them message by message. */
  readonly #messageBytes: ReadonlyMap<string, number>
  readonly #handshakes = new Set<Handshake>()
  readonly #lines = new Set<Line>()
  readonly #lineOf = new WeakMap<Stream, Line>()
  readonly #known = new Set<string>()
  /** The muxer that libp2p has just made; it names the connection's peer in the same turn. */
  #fresh: Line | null = null
  #refused = 0

  constructor(limits: InboundLimits, messageBytes: ReadonlyMap<string, number> = new Map()) {
    this.#limits = limits
    this.#messageBytes = messageBytes
  }

  /** Options of libp2p that hold the limits; what it has no option for is done by the gater and the muxer. */
  get options() {
    const { connections, handshakes, newPerSecond } = this.#limits
    return {
      connectionGater: this.#gater(),
      streamMuxers: [this.#muxer()],
      connectionManager: {
        // The guard lets newcomers in by sending others out; libp2p's own limits, which refuse newcomers, lie above.
        maxConnections: connections.all + 2 * KNOWN_CONNECTIONS,
        maxIncomingPendingConnections: 2 * handshakes.all,
        inboundConnectionThreshold: newPerSecond,
        inboundUpgradeTimeout: HANDSHAKE_MS,
        inboundStreamProtocolNegotiationTimeout: HANDSHAKE_MS,
      },
    }
  }

  /** What is held at present, and how often something was refused or ended. */
  get usage(): { connections: number; handshakes: number; streams: number; bytes: number; refused: number } {
    let [streams, bytes] = [0, 0]
    for (const line of this.#lines) {
      streams += line.streams
      bytes += line.bytes
    }
    const { size: handshakes } = this.#handshakes
    return { connections: this.#lines.size, handshakes, streams, bytes, refused: this.#refused }
  }

  /** The peer behind a stream proved to be a party of something: it is the last to be sent away. */
  know(stream: Stream): void {
    const line = this.#lineOf.get(stream)
    if (!line?.peer) return
    line.known = true
    this.#known.delete(line.peer)
    this.#known.add(line.peer)
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break
      this.#known.delete(oldest)
    }
  }

  /** What a stream has brought so far is no longer held. */
  taken(stream: Stream): void {
    this.#lineOf.get(stream)?.taken(stream)
  }

  #gater(): ConnectionGater {
    return {
      // Practice networks live on loopback, which the default gater refuses to dial.
      denyDialMultiaddr: () => false,
      denyInboundConnection: (connection) => this.#shakeHands(connection),
      denyInboundEncryptedConnection: (peer, connection) => this.#enter(peer, sourceOf(connection.remoteAddr)),
      denyInboundUpgradedConnection: (peer, connection) => this.#name(peer, connection),
      denyOutboundUpgradedConnection: (peer, connection) => this.#name(peer, connection),
    }
  }

  #shakeHands(connection: MultiaddrConnection): boolean {
    const source = sourceOf(connection.remoteAddr)
    const { all, address } = this.#limits.handshakes
    const shaking = [...this.#handshakes]
    const near = shaking.filter((other) => other.source.address === source.address)
    const oldest = near.length >= address ? near[0] : shaking.length >= all ? fullest(shaking)[0] : undefined
    if (oldest) this.#end(() => oldest.connection.abort(new Error('others want to connect')))
    if (oldest) this.#handshakes.delete(oldest)
    const handshake = { source, connection }
    this.#handshakes.add(handshake)
    connection.addEventListener('close', () => this.#handshakes.delete(handshake), { once: true })
    return false
  }

  /** Makes room for one more connection. @returns whether there is none */
  #enter(peer: PeerId, source: Source): boolean {
    const { connections, connectionsOfPeer } = this.#limits
    const id = peer.toString()
    const open = [...this.#lines].filter(({ incoming }) => incoming)
    if (open.filter((line) => line.peer === id).length >= connectionsOfPeer) return this.#refuse()
    const strangers = open.filter(({ known }) => !known)
    if (this.#known.has(id)) return open.length - strangers.length >= KNOWN_CONNECTIONS && this.#refuse()
    const near = strangers.filter((line) => line.source.address === source.address)
    const around = strangers.filter((line) => line.source.network === source.network)
    const crowd =
      near.length >= connections.address
        ? near
        : around.length >= connections.network
          ? around
          : strangers.length >= connections.all
            ? fullest(strangers)
            : []
    this.#close(crowd[0], 'others want to connect')
    return false
  }

  #name(peer: PeerId, connection: MultiaddrConnection): boolean {
    for (const handshake of this.#handshakes)
      if (handshake.connection === connection) this.#handshakes.delete(handshake)
    if (!this.#fresh) return false
    const id = peer.toString()
    this.#fresh.name(id, sourceOf(connection.remoteAddr), this.#known.has(id))
    this.#fresh = null
    return false
  }

  #muxer(): () => StreamMuxerFactory {
    const { frames: rates, streams, window } = this.#limits
    const make = yamux({
      maxInboundStreams: streams.connection,
      streamOptions: { maxStreamWindowSize: window },
    })
    return () => {
      const factory = make()
      return {
        ...factory,
        protocol: factory.protocol,
        createStreamMuxer: (transport) => {
          const frames = new YamuxFrames(window, rates)
          let parts: { stream: number; bytes: number; whole: boolean }[] = []
          // Before the muxer sees the bytes: it would hold back a frame of any length.
          transport.addEventListener('message', ({ data }) => {
            try {
              parts = [...frames.read(data.subarray())]
            } catch (error) {
              this.#end(() => transport.abort(error as Error))
            }
          })
          const muxer = factory.createStreamMuxer(transport)
          const line = new Line(transport, this.#messageBytes)
          this.#fresh = line
          this.#lines.add(line)
          transport.addEventListener('close', () => this.#lines.delete(line), { once: true })
          transport.addEventListener('message', () => {
            for (const { stream, bytes, whole } of parts.splice(0)) {
              const found = muxer.streams.find((it) => it.id === String(stream) && it.direction === 'inbound')
              if (found) this.#lineOf.set(found, line)
              line.arrived(stream, found, bytes, whole)
            }
            this.#hold(line, transport)
          })
          return muxer
        },
      }
    }
  }

  /** Brings a line, and all lines together, back below the limits. */
  #hold(line: Line, transport: Transport): void {
    const { bytes, streams, unsentBytes } = this.#limits
    if (transport.writeBufferLength > unsentBytes) return this.#close(line, 'what is sent to it is not read')
    while (line.bytes > bytes.connection) this.#end(() => line.endOldest('too many bytes that are not a whole message'))
    for (let { bytes: held, streams: open } = this.usage; held > bytes.all || open > streams.all;) {
      const strangers = [...this.#lines].filter(({ known }) => !known)
      const holding = (strangers.length > 0 ? strangers : [...this.#lines]).filter((it) =>
        held > bytes.all ? it.bytes > 0 : it.streams > 0,
      )
      const most = fullest(holding, (it) => (held > bytes.all ? it.bytes : it.streams))
      const heaviest = most.toSorted((a, b) => (held > bytes.all ? b.bytes - a.bytes : b.streams - a.streams))[0]
      if (!heaviest) return
      this.#end(() => heaviest.endOldest('others need the room'))
      ;({ bytes: held, streams: open } = this.usage)
    }
  }

  #close(line: Line | undefined, why: string): void {
    if (line) this.#end(() => line.close(why))
  }

  #end(end: () => void): void {
    this.#refused++
    end()
  }

  #refuse(): true {
    this.#refused++
    return true
  }
}

/** Those of the network that weighs the most, in the order in which they came. */
function fullest<T extends { readonly source: Source }>(all: readonly T[], weight: (one: T) => number = () => 1): T[] {
  const networks = new Map<string, number>()
  for (const one of all) networks.set(one.source.network, (networks.get(one.source.network) ?? 0) + weight(one))
  const most = [...networks].toSorted(([, a], [, b]) => b - a)[0]?.[0]
  return all.filter(({ source }) => source.network === most)
}
