import { hash } from 'node:crypto'
import type { DrawPreview } from '../../common/model/data-market.ts'
import { MOST_NEIGHBOURS } from '../../common/model/hseg.ts'
import { HearthError } from '../../common/errors/index.ts'
import { rootOver } from './merkle.ts'
import { openSegment, type Place } from './segment-cipher.ts'

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')

/** What binds the keys of a dataset's segments, docs/hseg.md; a contract computes the same. */
export const commitOf = (segmentKey: Uint8Array): Buffer => sha256(segmentKey)

/**
 * What hides a segment's key in public: SHA-256(abi.encode(bytes32 key, uint256 number)). All such texts have the same
 * length, so nothing follows from one for another.
 */
export function maskOf(key: Uint8Array, number: number): Buffer {
  const encoded = Buffer.alloc(64)
  encoded.set(key)
  encoded.writeUInt32BE(number, 60)
  return sha256(encoded)
}

/** A segment's key under the version's, and back. */
export function masked(bytes: Uint8Array, key: Uint8Array, number: number): Buffer {
  const mask = maskOf(key, number)
  for (let i = 0; i < mask.length; i++) mask[i]! ^= bytes[i]!
  return mask
}

/** What a segment's leaf is hashed from: 68 bytes. The number stands in it, so a path needs no size of the tree. */
export function segmentLeaf(number: number, commit: Uint8Array, wrapped: Uint8Array): Buffer {
  const leaf = Buffer.alloc(68)
  leaf.writeUInt32BE(number)
  leaf.set(commit, 4)
  leaf.set(wrapped, 36)
  return leaf
}

/** Whether a leaf comes to this root over this path. @param root 64 hexadecimal digits */
export const leadsTo = (root: string, leaf: Uint8Array, lefts: number, path: readonly string[]): boolean =>
  path.length <= MOST_NEIGHBOURS && rootOver(leaf, lefts, path) === root

export interface ShownSegment {
  readonly number: number
  readonly last: boolean
  readonly bytes: Buffer
}

/**
 * Opens the segments that a lot has drawn, each of which must stand under the root.
 * @param root 64 hexadecimal digits
 * @throws HearthError PROOF_FAILED where one stands elsewhere or does not open, or where they are out of order
 */
export function openShown({ dataset, segments }: DrawPreview, root: string): ShownSegment[] {
  const associated = Buffer.from(dataset, 'hex')
  let before = -1
  return segments.map(({ number, last, key, wrapped, sealed, lefts, path }) => {
    if (number <= before) throw failed(number, 'is out of order')
    before = number
    const own = Buffer.from(key, 'hex')
    if (!leadsTo(root, segmentLeaf(number, commitOf(own), Buffer.from(wrapped, 'hex')), lefts, path))
      throw failed(number, 'has another key than the one that was committed to')
    const place: Place = { index: number, last }
    try {
      return { number, last, bytes: openSegment(own, associated, place, Buffer.from(sealed, 'base64')) }
    } catch (error) {
      throw failed(number, 'does not open with its key', error)
    }
  })
}
const failed = (number: number, why: string, cause?: unknown): HearthError =>
  new HearthError('PROOF_FAILED', `segment ${number} that the seller shows ${why}`, { segment: number }, { cause })
