import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { CID } from 'multiformats/cid'
import type { InboundGuard } from '../../inbound/inbound-guard.ts'
import type { BlockSource } from '../blocks/block-source.ts'
import { BLOCKS_PROTOCOL, MOST_CID_BYTES, readFrames, writeFrame } from './protocol.ts'
import type { WayOut } from './way-out.ts'

/** Streams of one peer, and of all. */
const MOST_STREAMS = 64
const MOST_STREAMS_A_PEER = 2
/** A peer that takes nothing for this long is let go. */
const STALL_MS = 120_000

/**
 * Gives blocks to peers that ask: one block of each stream in memory at a time, and no faster than the owner lets it.
 */
export class BlockServer {
  readonly #store: BlockSource
  readonly #out: WayOut
  readonly #guard: InboundGuard
  readonly #streams = new Map<string, number>()

  constructor(store: BlockSource, out: WayOut, guard: InboundGuard) {
    this.#store = store
    this.#out = out
    this.#guard = guard
  }

  async start(libp2p: Libp2p): Promise<void> {
    await libp2p.handle(BLOCKS_PROTOCOL, (stream, connection) => this.#serve(stream, connection), {
      maxInboundStreams: MOST_STREAMS,
    })
  }

  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString()
    const open = this.#streams.get(peer) ?? 0
    if (open >= MOST_STREAMS_A_PEER) return stream.abort(new Error('too many streams'))
    this.#streams.set(peer, open + 1)
    try {
      for await (const frame of readFrames(stream, MOST_CID_BYTES)) {
        this.#guard.taken(stream)
        const block = await this.#find(CID.decode(frame))
        await this.#out.take(block.length)
        await writeFrame(stream, block, AbortSignal.timeout(STALL_MS))
        this.#out.count(block.length)
      }
      await stream.close()
    } catch (error) {
      stream.abort(error as Error)
    } finally {
      const left = this.#streams.get(peer)! - 1
      if (left > 0) this.#streams.set(peer, left)
      else this.#streams.delete(peer)
    }
  }

  /** An empty block is never asked for: its CID is known to hold nothing. */
  async #find(cid: CID): Promise<Uint8Array> {
    return !this.#out.paused && this.#store.has(cid) ? this.#store.read(cid) : new Uint8Array(0)
  }
}
