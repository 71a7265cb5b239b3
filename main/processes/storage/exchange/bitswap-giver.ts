import type { Libp2p, PeerId } from '@libp2p/interface'
import { varint } from 'multiformats'
import { CID } from 'multiformats/cid'
import type { BlockSource } from '../blocks/block-source.ts'
import { readFirst } from './bitswap-reader.ts'
import type { WayOut } from './way-out.ts'

/** Wants of a peer that are remembered; more are not looked at. */
const MOST_WANTS = 1024
/** Bytes of blocks of one message, and messages that are under way; a message has one block at least. */
const MESSAGE_BYTES = 2 ** 20
const MESSAGES_AT_ONCE = 2

interface WantEntry {
  readonly cid: Uint8Array
  readonly cancel?: boolean
  readonly wantType?: string
  readonly sendDontHave?: boolean
}
interface WantMessage {
  readonly wantlist?: { readonly entries: readonly WantEntry[]; readonly full?: boolean }
}
interface GivenMessage {
  readonly full: boolean
  readonly pendingBytes: number
  readonly wantlist: Map<string, never>
  readonly blocks: Map<string, { data: Uint8Array; prefix: Uint8Array }>
  readonly blockPresences: Map<string, { cid: Uint8Array; type: 'HaveBlock' | 'DoNotHaveBlock' }>
}
interface Want {
  /** Whether the peer asks for the block itself. */
  readonly block: boolean
  readonly sayNo: boolean
}

/**
 * Answers what others want by bitswap. The library puts all blocks that a peer wants into one message, 1 GiB for a
 * thousand wants, and knows no pause and no cap; this gives them message by message.
 */
export class BitswapGiver {
  readonly #blocks: BlockSource
  readonly #out: WayOut
  readonly #send: (peer: PeerId, message: GivenMessage) => Promise<void>
  /**
   * What each peer wants, in the order in which it said so, by the bytes of CIDs as one short text each: a CID and its
   * name in base 32, which is put together sign by sign, hold two kibibytes.
   */
  readonly #wants = new Map<string, Map<string, Want>>()
  readonly #giving = new Set<string>()
  #underWay = 0
  readonly #waiting: (() => void)[] = []

  constructor(blocks: BlockSource, out: WayOut, send: (peer: PeerId, message: GivenMessage) => Promise<void>) {
    this.#blocks = blocks
    this.#out = out
    this.#send = send
  }

  receive(peer: PeerId, { wantlist }: WantMessage): void {
    if (!wantlist) return
    const key = peer.toString()
    const wants = this.#wants.get(key) ?? new Map<string, Want>()
    if (wantlist.full) wants.clear()
    for (const entry of wantlist.entries.slice(0, MOST_WANTS)) this.#note(wants, entry)
    if (wants.size === 0) return this.forget(peer)
    this.#wants.set(key, wants)
    if (!this.#giving.has(key)) void this.#give(peer, key)
  }

  forget(peer: PeerId): void {
    this.#wants.delete(peer.toString())
  }

  #note(wants: Map<string, Want>, { cid: bytes, cancel, wantType, sendDontHave }: WantEntry): void {
    try {
      CID.decode(bytes)
    } catch {
      return
    }
    const id = Buffer.from(bytes).toString('latin1')
    if (cancel) wants.delete(id)
    else if (wants.size < MOST_WANTS || wants.has(id))
      wants.set(id, { block: wantType !== 'WantHave', sayNo: sendDontHave === true })
  }

  async #give(peer: PeerId, key: string): Promise<void> {
    this.#giving.add(key)
    try {
      for (let wants = this.#wants.get(key); wants && wants.size > 0; wants = this.#wants.get(key)) {
        await this.#turn()
        try {
          await this.#giveSome(peer, wants)
        } finally {
          this.#underWay--
          this.#waiting.shift()?.()
        }
      }
    } catch {
      // The peer is gone or takes nothing: what it wanted is forgotten.
    } finally {
      this.#wants.delete(key)
      this.#giving.delete(key)
    }
  }

  async #turn(): Promise<void> {
    while (this.#underWay >= MESSAGES_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#underWay++
  }

  async #giveSome(peer: PeerId, wants: Map<string, Want>): Promise<void> {
    const message = emptyMessage()
    let bytes = 0
    for (const [id, { block, sayNo }] of wants) {
      if (bytes >= MESSAGE_BYTES) break
      wants.delete(id)
      const cid = CID.decode(Buffer.from(id, 'latin1'))
      const here = !this.#out.paused && isNamedBySha256(cid) && this.#blocks.has(cid)
      if (here && block) {
        const data = await this.#blocks.read(cid)
        message.blocks.set(id, { data, prefix: prefixOf(cid) })
        bytes += data.length
      } else if (here || sayNo)
        message.blockPresences.set(id, { cid: cid.bytes, type: here ? 'HaveBlock' : 'DoNotHaveBlock' })
    }
    if (message.blocks.size + message.blockPresences.size === 0) return
    await this.#out.take(bytes)
    await this.#send(peer, message)
    this.#out.count(bytes)
  }
}

const emptyMessage = (): GivenMessage => ({
  full: false,
  pendingBytes: 0,
  wantlist: new Map<string, never>(),
  blocks: new Map(),
  blockPresences: new Map(),
})

const SHA256 = 0x12
const isNamedBySha256 = ({ multihash }: CID): boolean => multihash.code === SHA256 && multihash.digest.length === 32

/** Of a CID, all but its digest. */
const prefixOf = ({ version, code, multihash }: CID): Uint8Array =>
  Buffer.concat(
    [version, code, multihash.code, multihash.digest.length].map((number) =>
      varint.encodeTo(number, new Uint8Array(varint.encodingLength(number))),
    ),
  )

interface LibraryBitswap {
  readonly network: {
    sendMessage: (peer: PeerId, message: GivenMessage) => Promise<void>
    readonly _onStream: Parameters<typeof readFirst>[0]
    readonly libp2p: Pick<Libp2p, 'handle'>
    readonly protocols: string[]
    readonly maxInboundStreams: number
    readonly maxOutboundStreams: number
  }
  readonly peerWantLists: {
    receiveMessage: (peer: PeerId, message: WantMessage) => void
    peerDisconnected: (peer: PeerId) => void
    receivedBlock: () => Promise<void>
  }
}

/**
 * Takes the answering of others out of the library's hands, and reads their messages before it does; what it asks for
 * itself stays with it. The library has started by then.
 * @throws where the library is built otherwise than this version is
 */
export async function giveInstead(broker: object, blocks: BlockSource, out: WayOut): Promise<void> {
  const { network, peerWantLists } = bitswapOf(broker)
  const giver = new BitswapGiver(blocks, out, (peer, message) => network.sendMessage(peer, message))
  peerWantLists.receiveMessage = (peer, message) => giver.receive(peer, message)
  peerWantLists.peerDisconnected = (peer) => giver.forget(peer)
  peerWantLists.receivedBlock = () => Promise.resolve()
  const { libp2p, protocols, maxInboundStreams, maxOutboundStreams } = network
  const options = { maxInboundStreams, maxOutboundStreams, force: true as const }
  await libp2p.handle(protocols, readFirst(network._onStream), options)
}

function bitswapOf(broker: object): LibraryBitswap {
  const bitswap: unknown = Reflect.get(broker, 'bitswap')
  if (!isLibraryBitswap(bitswap)) throw new Error('this version of @helia/bitswap is built in another way')
  return bitswap
}

function isLibraryBitswap(value: unknown): value is LibraryBitswap {
  const part = (name: string): object => Object(Reflect.get(Object(value), name)) as object
  return (
    ['sendMessage', '_onStream'].every((name) => typeof Reflect.get(part('network'), name) === 'function') &&
    Array.isArray(Reflect.get(part('network'), 'protocols')) &&
    ['receiveMessage', 'peerDisconnected', 'receivedBlock'].every(
      (name) => typeof Reflect.get(part('peerWantLists'), name) === 'function',
    )
  )
}
