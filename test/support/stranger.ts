import { noise } from '@libp2p/noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { Wallet, type HDNodeWallet } from 'ethers'
import { createLibp2p } from 'libp2p'
import { peerDomain, peerRecordTypes } from '../../common/chain/typed-data.ts'
import { practiceContracts } from '../../main/features/chain/index.ts'
import { protocolId } from '../../main/processes/peer/frames.ts'

/** Somebody with a wallet and a peer of their own who speaks to a host without being a party of anything. */
export class Stranger {
  readonly wallet: HDNodeWallet = Wallet.createRandom()
  readonly key: string
  readonly #node: Awaited<ReturnType<typeof makeNode>>['node']
  readonly #address: string

  private constructor(made: Awaited<ReturnType<typeof makeNode>>, address: string) {
    this.key = made.key
    this.#node = made.node
    this.#address = address
  }

  static async arrive(address: string): Promise<Stranger> {
    return new Stranger(await makeNode(), address)
  }

  /** Sends raw bytes as the message and reads the answer; null when the host hangs up instead. */
  async say(route: string, header: Uint8Array | string): Promise<Record<string, unknown> | null> {
    const stream = await this.#node.dialProtocol(multiaddr(this.#address), protocolId(route))
    const lp = lpStream(stream)
    const signal = AbortSignal.timeout(5_000)
    try {
      await lp.write(typeof header === 'string' ? new TextEncoder().encode(header) : header, { signal })
      return JSON.parse(new TextDecoder().decode((await lp.read({ signal })).subarray())) as Record<string, unknown>
    } catch {
      return null
    } finally {
      stream.abort(new Error('done'))
    }
  }

  /** A record that this wallet signs for a peer, its own by default. */
  async record(peer = this.key, expires = 2 ** 40) {
    const body = { wallet: this.wallet.address, peer, expires }
    return {
      ...body,
      signature: await this.wallet.signTypedData(peerDomain(31_337, practiceContracts), peerRecordTypes, body),
    }
  }

  /** A request with a valid record of the stranger's own. */
  async ask(route: string, message: object): Promise<Record<string, unknown> | null> {
    return this.say(route, JSON.stringify({ record: await this.record(), ...message }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node.stop()
  }
}

async function makeNode() {
  const privateKey = await generateKeyPair('Ed25519')
  const node = await createLibp2p({
    privateKey,
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
  })
  return { node, key: `0x${Buffer.from(privateKey.publicKey.raw).toString('hex')}` }
}
