import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p, PeerId, Stream } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { BLOCKS_PROTOCOL, MOST_BLOCK_BYTES, readFrames, writeFrame } from './protocol.ts'

const WIDEST = 4
/**
 * Blocks that arrive faster than this widen the window; slower ones narrow it, so that little is under way on a slow
 * line.
 */
const QUICK_MS = 500
const DIAL_MS = 20_000
const STALL_MS = 60_000
const FIRST_BACKOFF_MS = 250
const LAST_BACKOFF_MS = 8_000
const PATIENCE = 6
const BITSWAP_LANE = 'bitswap'
const BITSWAP_AT_ONCE = 8
const BITSWAP_MS = 15_000

interface Want {
  readonly cid: CID
  readonly resolve: (block: Uint8Array) => void
  readonly reject: (error: Error) => void
  /** Peers that do not have it. */
  readonly refused: Set<string>
}

/** Asks every peer that is connected by bitswap, which other software speaks. */
export type Bitswap = (cid: CID, signal: AbortSignal) => Promise<Uint8Array>

/**
 * Fetches blocks from several peers at once. All draw from one queue, so no block is asked for twice; what a peer that
 * dies had under way goes back to the front. Every block is checked against its CID before anybody sees it, and a peer
 * that gave a wrong one is not asked again.
 */
export class FetchSession {
  readonly #libp2p: Libp2p
  readonly #bitswap: Bitswap
  readonly #signal: AbortSignal
  readonly #queue: Want[] = []
  readonly #lanes = new Map<string, Lane>()
  #received = 0
  #lastFailure = 'no peer is known to have it'

  constructor(libp2p: Libp2p, bitswap: Bitswap, signal: AbortSignal) {
    this.#libp2p = libp2p
    this.#bitswap = bitswap
    this.#signal = signal
    signal.addEventListener(
      'abort',
      () => this.#fail(new HearthError('ABORTED', 'the fetch was stopped; what arrived is kept')),
      { once: true },
    )
  }

  /** Bytes of whole blocks that arrived, wrong ones among them. */
  get received(): number {
    return this.#received
  }

  add(peer: PeerId): void {
    const lane = this.#open(peer.toString())
    if (lane) void this.#run(peer, lane)
  }

  #open(key: string): Lane | null {
    if (this.#lanes.has(key)) return null
    const lane: Lane = { key, waiting: [], window: 1, stream: null, wake: () => {} }
    this.#lanes.set(key, lane)
    return lane
  }

  get peers(): number {
    return this.#lanes.size
  }

  /** @throws HearthError PEER_UNREACHABLE where no peer has it or all are gone, ABORTED */
  get(cid: CID): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) return reject(new HearthError('ABORTED', 'the fetch was stopped; what arrived is kept'))
      this.#queue.push({ cid, resolve, reject, refused: new Set() })
      if (this.#lanes.size === 0) this.#fail(this.#gone())
      else for (const lane of this.#lanes.values()) lane.wake()
    })
  }

  close(): void {
    for (const lane of this.#lanes.values()) {
      lane.stream?.abort(new Error('the fetch is over'))
      lane.wake()
    }
    this.#lanes.clear()
  }

  #next(lane: Lane): Want | undefined {
    const at = this.#queue.findIndex(({ refused }) => !refused.has(lane.key))
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0]
  }

  async #run(peer: PeerId, lane: Lane): Promise<void> {
    let [failures, backoff, lied] = [0, FIRST_BACKOFF_MS, false]
    while (this.#lanes.get(lane.key) === lane && failures < PATIENCE) {
      const before = this.#received
      try {
        await this.#talk(peer, lane)
      } catch (error) {
        this.#lastFailure = messageOf(error)
        lied = error instanceof HearthError && error.code === 'PEER_LIED'
        if ((error as Error).name === 'UnsupportedProtocolError') {
          this.#startBitswap()
          break
        }
      }
      this.#queue.unshift(...lane.waiting.splice(0))
      for (const other of this.#lanes.values()) if (other !== lane) other.wake()
      if (lied || this.#signal.aborted) break
      ;[failures, backoff] =
        this.#received > before ? [0, FIRST_BACKOFF_MS] : [failures + 1, Math.min(LAST_BACKOFF_MS, backoff * 2)]
      await sleep(backoff)
    }
    this.#lanes.delete(lane.key)
    if (this.#lanes.size === 0) this.#fail(this.#gone())
    else this.#refuseOrphans()
  }

  /** One lane stands for all peers that do not speak the protocol of this exchange: bitswap asks all of them. */
  #startBitswap(): void {
    const lane = this.#open(BITSWAP_LANE)
    if (!lane) return
    const fill = (): void => {
      while (this.#lanes.get(lane.key) === lane && lane.waiting.length < BITSWAP_AT_ONCE) {
        const want = this.#next(lane)
        if (!want) return
        lane.waiting.push(want)
        void this.#askBitswap(lane, want).finally(fill)
      }
    }
    lane.wake = fill
    fill()
  }

  async #askBitswap(lane: Lane, want: Want): Promise<void> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(BITSWAP_MS)])
    const block = await this.#bitswap(want.cid, signal).catch((error: unknown) => {
      this.#lastFailure = `nobody gave it by bitswap: ${messageOf(error)}`
      return null
    })
    const at = lane.waiting.indexOf(want)
    // The session was closed, or has failed, meanwhile.
    if (at < 0) return
    lane.waiting.splice(at, 1)
    if (block && isNamed(want.cid, block)) {
      this.#received += block.length
      want.resolve(block)
    } else this.#refused(lane, want)
  }

  /** One stream, until it ends. */
  async #talk(peer: PeerId, lane: Lane): Promise<void> {
    const stream = await this.#libp2p.dialProtocol(peer, BLOCKS_PROTOCOL, {
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(DIAL_MS)]),
      runOnLimitedConnection: true,
    })
    lane.stream = stream
    let watchdog: NodeJS.Timeout | undefined
    const watch = (): void => {
      clearTimeout(watchdog)
      if (lane.waiting.length > 0)
        watchdog = setTimeout(() => stream.abort(new HearthError('PEER_UNREACHABLE', 'the peer stalled')), STALL_MS)
    }
    const fill = (): void => {
      while (lane.waiting.length < lane.window) {
        const want = this.#next(lane)
        if (!want) break
        lane.waiting.push(want)
        void writeFrame(stream, want.cid.bytes).catch((error: Error) => stream.abort(error))
      }
      watch()
    }
    lane.wake = fill
    try {
      fill()
      let asked = performance.now()
      for await (const frame of readFrames(stream, MOST_BLOCK_BYTES)) {
        this.#answer(lane, lane.waiting.shift(), frame)
        const now = performance.now()
        lane.window = now - asked < QUICK_MS ? Math.min(WIDEST, lane.window + 1) : Math.max(1, lane.window - 1)
        asked = now
        fill()
      }
      throw new HearthError('PEER_UNREACHABLE', 'the peer closed the stream')
    } catch (error) {
      stream.abort(error as Error)
      throw error
    } finally {
      clearTimeout(watchdog)
      lane.wake = () => {}
      lane.stream = null
    }
  }

  #answer(lane: Lane, want: Want | undefined, block: Uint8Array): void {
    if (!want) throw new HearthError('PEER_LIED', 'the peer answered what nobody asked')
    if (block.length === 0) return this.#refused(lane, want)
    this.#received += block.length
    if (!isNamed(want.cid, block)) {
      lane.waiting.unshift(want)
      throw new HearthError('PEER_LIED', 'the peer sent a block that is not the one that was asked for')
    }
    // The frame may be a part of a larger buffer, which would be kept with it.
    want.resolve(block.byteLength === block.buffer.byteLength ? block : block.slice())
  }

  #refused(lane: Lane, want: Want): void {
    want.refused.add(lane.key)
    this.#queue.push(want)
    this.#refuseOrphans()
    for (const other of this.#lanes.values()) if (other !== lane) other.wake()
  }

  /** Wants that every peer refused have nobody left to wait for. */
  #refuseOrphans(): void {
    const keys = [...this.#lanes.keys()]
    for (const want of this.#queue.filter(({ refused }) => keys.every((key) => refused.has(key)))) {
      this.#queue.splice(this.#queue.indexOf(want), 1)
      want.reject(new HearthError('PEER_UNREACHABLE', `no peer that answers has the block ${want.cid.toString()}`))
    }
  }

  #gone(): HearthError {
    return new HearthError(
      'PEER_UNREACHABLE',
      `the data cannot be reached: ${this.#lastFailure}. What arrived is kept; fetch again to go on`,
    )
  }

  #fail(error: HearthError): void {
    for (const lane of this.#lanes.values()) for (const want of lane.waiting.splice(0)) want.reject(error)
    for (const want of this.#queue.splice(0)) want.reject(error)
    this.close()
  }
}

const isNamed = (cid: CID, block: Uint8Array): boolean =>
  createHash('sha256').update(block).digest().equals(cid.multihash.digest)

interface Lane {
  readonly key: string
  /** Asked and not answered yet, in order. */
  readonly waiting: Want[]
  window: number
  stream: Stream | null
  /** Looks into the queue. */
  wake: () => void
}
