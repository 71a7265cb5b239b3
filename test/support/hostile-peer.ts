import { setTimeout as sleep } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, KeyType, PrivateKey, StreamMuxerFactory } from '@libp2p/interface'
import { tcp, type TCPSocketOptions } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

type Transport = Parameters<StreamMuxerFactory['createStreamMuxer']>[0]

/** A libp2p node that can do what an honest one does not: keys of any kind, any bytes below the streams. */
export class HostilePeer {
  readonly #node: Awaited<ReturnType<typeof make>>['node']
  readonly #transports: Transport[]
  readonly #privateKey: PrivateKey

  private constructor({ node, transports, privateKey }: Awaited<ReturnType<typeof make>>) {
    this.#node = node
    this.#transports = transports
    this.#privateKey = privateKey
  }

  /** @param from the address of this machine that it dials from */
  static async arrive(kind: KeyType = 'Ed25519', from?: string): Promise<HostilePeer> {
    return new HostilePeer(await make(await keyOf(kind), from))
  }

  /** Another node with the same key. */
  async twin(): Promise<HostilePeer> {
    return new HostilePeer(await make(this.#privateKey))
  }

  get id(): string {
    return this.#node.peerId.toString()
  }

  /** The PeerId in bytes. */
  get key(): Uint8Array {
    return this.#node.peerId.toMultihash().bytes
  }

  dial(address: string): Promise<Connection> {
    return this.#node.dial(multiaddr(address), { force: true, signal: AbortSignal.timeout(10_000) })
  }

  /** A node lets so many new connections of one address in a second in; this dials until it is one of them. */
  async patientDial(address: string): Promise<Connection> {
    for (let tries = 0; ; tries++)
      try {
        return await this.dial(address)
      } catch (error) {
        if (tries === 20) throw error
        await sleep(250)
      }
  }

  /** What the last connection runs on, below its muxer. */
  get transport(): Transport {
    const last = this.#transports.at(-1)
    if (!last) throw new Error('there is no connection yet')
    return last
  }

  async leave(): Promise<void> {
    await this.#node.stop()
  }
}

async function make(privateKey: PrivateKey, from?: string) {
  const transports: Transport[] = []
  // The transport hands Node's own option on.
  const dialOpts: TCPSocketOptions & { localAddress?: string } = from === undefined ? {} : { localAddress: from }
  const node = await createLibp2p({
    privateKey,
    addresses: { listen: [] },
    transports: [tcp({ dialOpts })],
    connectionEncrypters: [tls()],
    streamMuxers: [
      () => {
        const factory = yamux({ enableKeepAlive: false })()
        const createStreamMuxer = (transport: Transport) => {
          transports.push(transport)
          return factory.createStreamMuxer(transport)
        }
        return { protocol: factory.protocol, createStreamMuxer }
      },
    ],
    services: { identify: identify() },
    connectionGater: { denyDialMultiaddr: () => false },
  })
  return { node, transports, privateKey }
}

/** Its overloads take one kind at a time. */
function keyOf(kind: KeyType): Promise<PrivateKey> {
  if (kind === 'RSA') return generateKeyPair('RSA', 2048)
  return kind === 'secp256k1' ? generateKeyPair('secp256k1') : generateKeyPair('Ed25519')
}

/** The header of a yamux frame, and as many bytes of it as are sent. */
export function yamuxFrame(type: 'data' | 'ping', stream: number, length: number, sent = 0): Uint8Array {
  const frame = new Uint8Array(12 + sent)
  const view = new DataView(frame.buffer)
  frame[1] = type === 'data' ? 0 : 2
  view.setUint16(2, 1)
  view.setUint32(4, stream)
  view.setUint32(8, length)
  return frame
}
