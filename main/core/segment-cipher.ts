import { createCipheriv, createDecipheriv } from 'node:crypto'
import { HearthError } from '../../common/errors/index.ts'

/** How segments of a sealed dataset are sealed, docs/hseg.md. */
export const TAG_BYTES = 16

/** Where a segment stands: its number, and whether nothing follows it. Both are bound into it. */
export interface Place {
  readonly index: number
  readonly last: boolean
}

/** As in STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015). A segment's key is used once, so no prefix is drawn. */
function nonceOf({ index, last }: Place): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** Seals a segment into `target`, which it fills: the plain bytes' length and 16. @param key the segment's own */
export function sealInto(
  target: Uint8Array,
  key: Uint8Array,
  dataset: Uint8Array,
  place: Place,
  plain: Uint8Array,
): void {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place))
  cipher.setAAD(dataset)
  target.set(cipher.update(plain))
  cipher.final()
  target.set(cipher.getAuthTag(), plain.length)
}

export function sealSegment(key: Uint8Array, dataset: Uint8Array, place: Place, plain: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(plain.length + TAG_BYTES)
  sealInto(sealed, key, dataset, place, plain)
  return sealed
}

/**
 * @throws HearthError FILE_DAMAGED where a bit was flipped, or segments were swapped, cut off, added or taken from
 * elsewhere
 */
export function openSegment(key: Uint8Array, dataset: Uint8Array, place: Place, sealed: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: TAG_BYTES })
    decipher.setAAD(dataset)
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    const plain = decipher.update(sealed.subarray(0, -TAG_BYTES))
    // A stream cipher holds nothing back: this only checks the tag.
    decipher.final()
    return plain
  } catch (error) {
    throw new HearthError(
      'FILE_DAMAGED',
      `segment ${place.index} was changed, belongs elsewhere, or the key is another one`,
      { segment: place.index },
      { cause: error },
    )
  }
}
