import { randomBytes } from 'node:crypto'
import { leafHash, MerkleStream } from '../../../core/merkle.ts'
import { sealInto, TAG_BYTES } from '../../../core/segment-cipher.ts'
import { commitOf, masked, segmentLeaf } from '../../../core/segment-proof.ts'
import { KEY_ENTRY_BYTES, WINDOW_BYTES } from './layout.ts'
import type { SealedPackage } from './open.ts'

const KEY_BYTES = 32

/** Seals a package's segments window by window, each under a random key of its own, and binds those keys. */
export class SegmentWriter {
  /** Over what `keys` says of the segments. */
  readonly tree = new MerkleStream()
  /** Segments that were taken over from the version before. */
  reused = 0
  readonly #key: Buffer
  readonly #dataset: Buffer
  readonly #segment: number
  readonly #count: number
  readonly #before: SealedPackage | null
  #windows = 0

  /** @param before the version before; nothing is taken over where its segments have another size */
  constructor(key: Buffer, dataset: Buffer, segment: number, count: number, before: SealedPackage | null) {
    this.#key = key
    this.#dataset = dataset
    this.#segment = segment
    this.#count = count
    this.#before = before?.header.format === 'HSEG2' && before.extent.segment === segment ? before : null
  }

  /** Seals the plain bytes of the next window: what goes to `segments` and to `keys`. */
  async seal(plain: Buffer): Promise<{ segments: Buffer; keys: Buffer }> {
    const each = WINDOW_BYTES / this.#segment
    const number = this.#windows++
    const size = this.#segment - TAG_BYTES
    const drawn = randomBytes(Math.ceil(plain.length / size) * KEY_BYTES)
    const old = this.#before && number * each < this.#before.extent.count ? await this.#before.window(number) : null
    const count = Math.ceil(plain.length / size)
    const segments = Buffer.allocUnsafe(plain.length + count * TAG_BYTES)
    const keys = Buffer.allocUnsafe(count * KEY_ENTRY_BYTES)
    for (let i = 0; i < count; i++) {
      const index = number * each + i
      const place = { index, last: index === this.#count - 1 }
      const bytes = plain.subarray(i * size, (i + 1) * size)
      const target = segments.subarray(i * this.#segment, (i + 1) * this.#segment)
      const kept =
        old?.subarray(i * size, (i + 1) * size).equals(bytes) && this.#lastBefore(index) === place.last
          ? this.#before
          : null
      const own = kept ? await kept.keyOf(index) : drawn.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES)
      if (kept) {
        target.set(await kept.sealed(index))
        this.reused++
      } else sealInto(target, own, this.#dataset, place, bytes)
      const entry = segmentLeaf(index, commitOf(own), masked(own, this.#key, index))
      this.tree.add(leafHash(entry))
      keys.set(entry.subarray(-KEY_ENTRY_BYTES), i * KEY_ENTRY_BYTES)
    }
    return { segments, keys }
  }

  #lastBefore(index: number): boolean {
    return index === (this.#before?.extent.count ?? 0) - 1
  }
}
