import { createHash } from 'node:crypto'
import { Hseg1Manifest, HsegManifest } from '../../../../common/model/hseg.ts'
import { commitOf, masked } from '../../../core/segment-proof.ts'
import { broken, derivedKey } from './layout.ts'
import type { SegmentKeys } from './public.ts'

/** What opens a package, the manifest first: all that its format decides beside its sizes. */
export interface Opening {
  manifestKey(index: number): Buffer
  /** Reads the manifest, and says what opens the segments. @throws ZodError, HearthError FILE_DAMAGED */
  read(manifest: unknown): { readonly manifest: HsegManifest; readonly keyOf: (index: number) => Promise<Buffer> }
}

/** The keys of the manifest's segments follow from their numbers. */
export function manifestKey(key: Buffer, dataset: Buffer, index: number): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(index)
  return derivedKey(key, dataset, 'hearth/hseg2/manifest', number)
}

/** Segments' keys are random, and lie in `keys` under the version's. @throws HearthError FILE_DAMAGED */
export const keysUnder =
  (key: Buffer, keys: SegmentKeys) =>
  async (index: number): Promise<Buffer> => {
    const { commit, wrapped } = await keys.at(index)
    const own = masked(wrapped, key, index)
    if (commitOf(own).equals(commit)) return own
    throw broken(`the key of segment ${index} is not the one that was committed to`, undefined, { segment: index })
  }

export const openingHseg2 = (key: Buffer, dataset: Buffer, keys: SegmentKeys): Opening => ({
  manifestKey: (index) => manifestKey(key, dataset, index),
  read: (found) => ({ manifest: HsegManifest.parse(found), keyOf: keysUnder(key, keys) }),
})

const HSEG1_ID_BYTES = 16

/** Segments' keys follow from ids in the manifest, or stand there. */
export function openingHseg1(key: Buffer, dataset: Buffer, count: number): Opening {
  const keyOf = (id: Buffer): Buffer => derivedKey(key, dataset, 'hearth/hseg1/segment', id)
  return {
    manifestKey: (index) =>
      keyOf(createHash('sha256').update(`manifest/${index}`).digest().subarray(0, HSEG1_ID_BYTES)),
    read(found) {
      const { segments, ...manifest } = Hseg1Manifest.parse(found)
      if (segments.length !== count) throw broken('its header and its manifest do not agree')
      const keys = segments.map(
        ({ id, key: own }) =>
          () =>
            own ? Buffer.from(own, 'base64url') : keyOf(Buffer.from(id, 'base64url')),
      )
      return { manifest, keyOf: (index) => Promise.resolve(keys[index]!()) }
    },
  }
}
