import type { Stream } from '@libp2p/interface'
import { HearthError } from '../../../../common/errors/index.ts'

/**
 * docs/blocks-protocol.md. One stream a pair of peers. The asker sends frames that hold a CID; the giver answers in the
 * same order, with the block or with an empty frame where it has none to give. A frame is its length, four bytes, big
 * end first, and its bytes. The asker has a few questions outstanding at most, which bounds the memory of both.
 */
export const BLOCKS_PROTOCOL = '/hearth/blocks/1.0.0'
export const MOST_CID_BYTES = 128
export const MOST_BLOCK_BYTES = 4 * 2 ** 20
const PIECE = 64 * 1024

/** Frames as they arrive. @throws HearthError PEER_LIED where one claims more than it may */
export async function* readFrames(stream: Stream, most: number): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  let held = 0
  const take = (count: number): Uint8Array => {
    const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    pieces = all.length > count ? [all.subarray(count)] : []
    held -= count
    return all.subarray(0, count)
  }
  let wanted: number | null = null
  for await (const chunk of stream) {
    const piece = chunk.subarray()
    pieces.push(piece)
    held += piece.length
    while (true) {
      if (wanted === null) {
        if (held < 4) break
        const head = take(4)
        wanted = new DataView(head.buffer, head.byteOffset, 4).getUint32(0)
        if (wanted > most)
          throw new HearthError('PEER_LIED', `a peer announced ${wanted} bytes where ${most} are the most`)
      }
      if (held < wanted) break
      const frame = take(wanted)
      wanted = null
      yield frame
    }
  }
}

/**
 * Sends a frame as fast as the other side takes it; one of a piece or less goes at once, so that several calls do not
 * mix.
 */
export async function writeFrame(stream: Stream, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  const first = Buffer.allocUnsafe(4 + Math.min(PIECE, bytes.length))
  first.writeUInt32BE(bytes.length)
  first.set(bytes.subarray(0, PIECE), 4)
  for (let at = 0, piece: Uint8Array = first; ; piece = bytes.subarray(at, at + PIECE)) {
    if (!stream.send(piece)) await stream.onDrain(signal ? { signal } : {})
    at += PIECE
    if (at >= bytes.length) return
  }
}
