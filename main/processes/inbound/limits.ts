import type { FrameRates } from './yamux-frames.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** What strangers may take of one libp2p node. A network is a /24 of IPv4 or a /48 of IPv6. */
export interface InboundLimits {
  /** Connections that are open, and that are still shaking hands. */
  readonly connections: { readonly all: number; readonly network: number; readonly address: number }
  readonly handshakes: { readonly all: number; readonly address: number }
  readonly connectionsOfPeer: number
  /** New connections of one address in a second. */
  readonly newPerSecond: number
  /** Streams that others have open. */
  readonly streams: { readonly all: number; readonly connection: number }
  /** Bytes that arrived on such streams and that nobody has taken yet. */
  readonly bytes: { readonly all: number; readonly connection: number }
  /** What waits to be sent to a connection that does not read. */
  readonly unsentBytes: number
  /** Of one connection in a second. */
  readonly frames: FrameRates
  /** How much one stream may send before it is answered. */
  readonly window: number
}

const common = {
  // A connection with its streams takes a third of a MiB and more (`npm run soak:peers`); parties come in beside them.
  connections: { all: 48, network: 24, address: 12 },
  handshakes: { all: 24, address: 8 },
  connectionsOfPeer: 4,
  newPerSecond: 16,
  unsentBytes: 2 * MIB,
  frames: { control: 2000, opened: 128 },
}

/** The node of orders and jobs: requests of a chunk at most, two of them from strangers at once. */
export const PEER_LIMITS: InboundLimits = {
  ...common,
  streams: { all: 96, connection: 24 },
  bytes: { all: 6 * MIB, connection: 4.5 * MIB },
  window: MIB,
}

/** The data node: bitswap brings messages of 4 MiB, and four that give at once fill their windows. */
export const STORAGE_LIMITS: InboundLimits = {
  ...common,
  connections: { all: 40, network: 20, address: 10 },
  streams: { all: 80, connection: 24 },
  bytes: { all: 8 * MIB, connection: 4.5 * MIB },
  window: 2 * MIB,
}

/** Of the handshake of a connection, and of the negotiation of a stream. */
export const HANDSHAKE_MS = 5_000
