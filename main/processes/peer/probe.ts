import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { RouteLimits } from '../../../common/children/peer.ts'
import { messageOf } from '../../../common/errors/index.ts'
import { FrameStream, protocolId } from './frames.ts'

const EACH_MS = 5_000

/**
 * Asks a node as a stranger does: with a key of its own, over a new connection to an address that the node announces,
 * a request that its host has to answer.
 * @returns null where one of the addresses answered, else why none did
 */
export async function probe(addresses: readonly string[], route: RouteLimits): Promise<string | null> {
  // What a relay carries tells of the relay as well.
  const direct = addresses.filter((address) => !address.includes('/p2p-circuit'))
  if (direct.length === 0) return 'it listens on no address of its own'
  const stranger = await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux({ enableKeepAlive: false })],
    // Its own machine's addresses are private ones, which the default gater refuses to dial.
    connectionGater: { denyDialMultiaddr: () => false },
  })
  const failures: string[] = []
  try {
    for (const address of direct) {
      const signal = AbortSignal.timeout(EACH_MS)
      try {
        const nonce = randomBytes(16).toString('hex')
        const stream = await stranger.dialProtocol(multiaddr(address), protocolId(route.protocol), { signal })
        const frames = new FrameStream(stream, route)
        await frames.write({ message: { type: 'ask', nonce }, body: null }, signal)
        const { message } = await frames.read(signal)
        if (message['nonce'] === nonce) return null
        failures.push(`${address}: ${typeof message['reason'] === 'string' ? message['reason'] : 'another answer'}`)
      } catch (error) {
        failures.push(`${address}: ${messageOf(error)}`)
      }
    }
  } finally {
    await stranger.stop()
  }
  return failures.join('; ')
}
