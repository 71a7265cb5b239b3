import {
  circuitRelayServer,
  circuitRelayTransport,
  type CircuitRelayServerComponents,
  type CircuitRelayTransportComponents,
} from '@libp2p/circuit-relay-v2'
import type { StreamHandler } from '@libp2p/interface'
import { requireModestStream, type Modesty } from './modest-messages.ts'
import { withOwn } from './with-own.ts'

/** As many as a relay lets in at once. */
const RELAYED = 32
const PEER = { 1: 'bytes', 2: 'bytes' } as const
/** https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md: what opens a stream that carries something else. */
const HOP: Modesty = {
  bytes: 8192,
  parts: 128,
  shape: {
    1: 'number',
    2: PEER,
    3: { 1: 'number', 2: 'bytes', 3: 'bytes' },
    4: { 1: 'number', 2: 'number' },
    5: 'number',
  },
}

/**
 * Dials by way of relays, and is reached by those that were chosen alone: the library takes any peer that says so for a
 * relay, listens there, and reads what it says without a bound.
 * @param relays their addresses
 */
export const relayTransport =
  (relays: readonly string[]) =>
  (components: CircuitRelayTransportComponents): ReturnType<ReturnType<typeof circuitRelayTransport>> => {
    const chosen = new Set(relays.map((address) => address.split('/p2p/').at(-1)))
    return circuitRelayTransport()(
      handling(components, (handler) => (stream, connection) => {
        if (chosen.has(connection.remotePeer.toString())) return handler(stream, connection)
        stream.abort(new Error('this is no relay of ours'))
      }),
    )
  }

/** Brings others together. The usual limits, two minutes and 128 KiB, would not let one block through. */
export const relayServer =
  () =>
  (components: CircuitRelayServerComponents): ReturnType<ReturnType<typeof circuitRelayServer>> =>
    circuitRelayServer({ reservations: { maxReservations: RELAYED, applyDefaultLimit: false } })(
      handling(components, (handler) => (stream, connection) => {
        requireModestStream(stream, HOP, connection, false)
        return handler(stream, connection)
      }),
    )

/** The same components, whose streams of others come in by a way of our own. */
function handling<T extends Pick<CircuitRelayServerComponents, 'registrar'>>(
  components: T,
  by: (handler: StreamHandler) => StreamHandler,
): T {
  const { registrar } = components
  return withOwn<T>(components, {
    registrar: withOwn(registrar, {
      handle: (protocol, handler, options) => registrar.handle(protocol, by(handler), options),
    }),
  } as Partial<T>)
}
