import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p } from '@libp2p/interface'
import type { KadDHT, kadDHT } from '@libp2p/kad-dht'
import { requireModestStream, type Modesty } from '../inbound/modest-messages.ts'
import { withOwn } from '../inbound/with-own.ts'

/** Hearth's own DHT: peers of the public one are not asked, and do not learn what is asked for here. */
export const DHT_PROTOCOL = '/hearth/kad/1.0.0'
export const PUBLIC_DHT = '/ipfs/kad/1.0.0'
const PEER = { 1: 'bytes', 2: 'bytes', 3: 'number' } as const
/** Twenty closer peers and twenty providers at most, with their addresses. */
const MESSAGES: Modesty = {
  bytes: 2 ** 18,
  parts: 4096,
  shape: { 1: 'number', 2: 'bytes', 3: 'bytes', 8: PEER, 9: PEER, 10: 'number' },
}
const MEETING_MS = 8_000
const MEETING_STEP_MS = 200

/** Whether peers are connected that keep records of a DHT; unsure while a peer has not said what it speaks. */
export async function dhtPeers(libp2p: Libp2p): Promise<'some' | 'none' | 'unsure'> {
  const spoken = await Promise.all(
    libp2p.getPeers().map((peer) =>
      libp2p.peerStore.get(peer).then(
        ({ protocols }) => protocols,
        () => [],
      ),
    ),
  )
  if (spoken.flat().some((it) => it === DHT_PROTOCOL || it === PUBLIC_DHT)) return 'some'
  return spoken.some((protocols) => protocols.length === 0) ? 'unsure' : 'none'
}

/**
 * Whether such peers are connected.
 * @param expected whether this node looks for peers, so that waiting a little is of use
 */
export async function meetsDhtPeer(libp2p: Libp2p, expected: boolean): Promise<boolean> {
  for (const end = performance.now() + MEETING_MS; ; await sleep(MEETING_STEP_MS)) {
    const peers = await dhtPeers(libp2p)
    if (peers === 'some') return true
    if ((peers === 'none' && !expected) || performance.now() > end) return false
  }
}

/**
 * Gives a record to the DHTs.
 * @returns how many peers took it; those that did until the signal, where it comes first
 */
export async function putRecord(
  libp2p: Libp2p,
  key: Uint8Array,
  record: Uint8Array,
  signal: AbortSignal,
): Promise<number> {
  let taken = 0
  const put = async (dht: KadDHT): Promise<void> => {
    for await (const event of dht.put(key, record, { signal }))
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') taken++
  }
  const dhts = ['dht', 'publicDht'].flatMap((name) => (libp2p.services[name] as KadDHT | undefined) ?? [])
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  await Promise.race([Promise.allSettled(dhts.map(put)), stopped])
  return taken
}

export type DhtComponents = Parameters<ReturnType<typeof kadDHT>>[0]

/** The components of a DHT that says who is being served, and ends what would fill the memory, asked for or not. */
export function dhtComponents(
  components: DhtComponents,
  serve: (peer: string, run: () => void | Promise<void>) => void | Promise<void>,
): DhtComponents {
  const { registrar, connectionManager } = components
  return withOwn(components, {
    registrar: withOwn(registrar, {
      handle: (protocol, handler, options) =>
        registrar.handle(
          protocol,
          (stream, connection) => {
            requireModestStream(stream, MESSAGES, connection)
            return serve(connection.remotePeer.toString(), () => handler(stream, connection))
          },
          options,
        ),
    }),
    connectionManager: withOwn(connectionManager, {
      openStream: async (...args) => {
        const stream = await connectionManager.openStream(...args)
        requireModestStream(stream, MESSAGES, stream)
        return stream
      },
    }),
  })
}
