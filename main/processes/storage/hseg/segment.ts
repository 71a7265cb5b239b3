import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { HearthError } from '../../../../common/errors/index.ts'

/** HSEG1, docs/hseg1.md. A full segment is exactly 1 MiB when it is sealed, which is one raw IPFS leaf. */
export const SEALED_SEGMENT = 2 ** 20
export const TAG_BYTES = 16
export const PLAIN_SEGMENT = SEALED_SEGMENT - TAG_BYTES
export const SEGMENT_ID_BYTES = 16
const INFO = Buffer.from('hearth/hseg1/segment')

/** Where a segment stands: its number, and whether nothing follows it. Both are bound into it. */
export interface Place {
  readonly index: number
  readonly last: boolean
}

/**
 * A segment's own key: HKDF-SHA256 (RFC 5869) of the dataset's key, salted with the dataset, for this segment's random
 * id.
 */
export const segmentKey = (key: Uint8Array, dataset: Uint8Array, id: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', key, dataset, Buffer.concat([INFO, id]), 32))

/** As in STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015). A segment's key is used once, so no prefix is drawn. */
function nonceOf({ index, last }: Place): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** @param key the segment's own; @returns the plain bytes' length and 16 */
export function sealSegment(key: Uint8Array, dataset: Uint8Array, place: Place, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place))
  cipher.setAAD(dataset)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
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
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch (error) {
    throw new HearthError(
      'FILE_DAMAGED',
      `segment ${place.index} was changed, belongs elsewhere, or the key is another one`,
      { segment: place.index },
      { cause: error },
    )
  }
}
