import * as z from 'zod'
import { HearthError } from '../errors/index.ts'

/** HSEG2 and the HSEG1 of before, docs/hseg.md. */
const Hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const Base64Url = (bytes: number) => z.string().regex(new RegExp(`^[\\w-]{${Math.ceil((bytes * 8) / 6)}}$`))
export const MOST_SEGMENTS = 2 ** 24
/** Sealed bytes of a full segment; the smaller the dataset, the smaller they are. */
export const segmentSizes = [2 ** 10, 2 ** 11, 2 ** 12, 2 ** 13, 2 ** 14, 2 ** 15]
export const MOST_SEGMENT_BYTES = Math.max(...segmentSizes)
/** A path of a Merkle tree over so many segments has as many neighbours at most as a contract reads. */
export const MOST_NEIGHBOURS = 32

export const MOST_FILES = 1_000_000
/** It is held in memory as a whole. */
export const MOST_MANIFEST_BYTES = 2 ** 28

const publicFields = {
  /** Random, kept by all versions. */
  dataset: Hex32,
  version: z.int().min(1).max(1_000_000),
  /** Sealed bytes of `segments` and of `manifest`. */
  bytes: z.int().nonnegative(),
  manifestBytes: z.int().positive().max(MOST_MANIFEST_BYTES),
  /** keccak256(key ‖ salt): AES-GCM does not commit to its key, and the chain must be able to tell a wrong one. */
  keyCommit: Hex32,
  salt: Hex32,
}
export const Hseg1Header = z.strictObject({
  format: z.literal('HSEG1'),
  ...publicFields,
  manifestBytes: z
    .int()
    .positive()
    .max(2 ** 31),
})
export type Hseg1Header = z.infer<typeof Hseg1Header>
export const Hseg2Header = z.strictObject({
  format: z.literal('HSEG2'),
  /** Sealed bytes of a full segment. */
  segment: z.literal(segmentSizes),
  ...publicFields,
})
export type Hseg2Header = z.infer<typeof Hseg2Header>

/** What anybody may see of a sealed dataset: nothing but sizes, and what binds its key. */
export const HsegHeader = z.discriminatedUnion('format', [Hseg1Header, Hseg2Header])
export type HsegHeader = z.infer<typeof HsegHeader>

/** A name that every system takes for a name, and for nothing else. */
const isSafeName = (name: string): boolean =>
  name !== '' &&
  !/[\\:*?"<>|]|[. ]$/.test(name) &&
  !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name) &&
  Array.from(name).every((letter) => letter >= ' ' && letter !== '\u007f')

/**
 * Names are the dataset's own: forward slashes, no way out of the folder, nothing that a system treats in its own way.
 */
export const HsegPath = z
  .string()
  .min(1)
  .max(1024)
  .refine((path) => path.split('/').every(isSafeName), 'a path inside the dataset')

/** Whether each file can lie beside the others, also where a system takes `A` and `a` for one name. */
export function areApart(files: readonly { readonly path: string }[]): boolean {
  // No name has a zero, so what lies in a folder follows the folder's own name at once, whatever else there is.
  const names = files.map(({ path }) => path.normalize('NFC').toLowerCase().replaceAll('/', '\0')).toSorted()
  return names.every((name, i) => i === 0 || !`${name}\0`.startsWith(`${names[i - 1]!}\0`))
}

const SealedFiles = z
  .array(z.strictObject({ path: HsegPath, bytes: z.int().nonnegative(), sha256: Hex32 }))
  .min(1)
  .max(MOST_FILES)

/** Sealed as well: names and sizes. */
export const HsegManifest = z.strictObject({
  dataset: Hex32,
  version: z.int().min(1),
  /** In the order in which their bytes stand in the segments, one behind the other. */
  files: SealedFiles.refine(areApart, 'no name twice, and none that is a folder of another'),
})
export type HsegManifest = z.infer<typeof HsegManifest>

/** HSEG1's says as well what each segment is opened with. */
export const Hseg1Manifest = HsegManifest.extend({
  files: SealedFiles,
  /** A random id; for a segment taken over from an earlier version, its own key as well. */
  segments: z.array(z.strictObject({ id: Base64Url(16), key: Base64Url(32).optional() })).max(MOST_SEGMENTS),
})
export type Hseg1Manifest = z.infer<typeof Hseg1Manifest>

/** The number of a segment. */
export const SegmentNumber = z
  .int()
  .nonnegative()
  .max(MOST_SEGMENTS - 1)

/** How a leaf comes to the root: its neighbours from below, and which of them stand on the left (bit k: the k-th). */
export const SegmentPath = z.strictObject({
  lefts: z
    .int()
    .nonnegative()
    .max(2 ** MOST_NEIGHBOURS - 1),
  path: z.array(Hex32).max(MOST_NEIGHBOURS),
})
export type SegmentPath = z.infer<typeof SegmentPath>

/** A segment whose wrapped key does not lead to what was committed to: what a complaint shows. */
export const SegmentFlaw = z.strictObject({
  number: SegmentNumber,
  commit: Hex32,
  wrapped: Hex32,
  ...SegmentPath.shape,
})
export type SegmentFlaw = z.infer<typeof SegmentFlaw>

/** What opens a dataset; a recovery file is this object as JSON. */
export const HsegKey = z.strictObject({
  format: z.literal('HSEG1-KEY'),
  dataset: Hex32,
  version: z.int().min(1),
  key: Hex32,
})
export type HsegKey = z.infer<typeof HsegKey>

/** Reads a key file. @throws HearthError BAD_INPUT */
export function parseHsegKey(text: string): HsegKey {
  try {
    return HsegKey.parse(JSON.parse(text))
  } catch (error) {
    throw new HearthError('BAD_INPUT', 'this is no key file of a sealed dataset', {}, { cause: error })
  }
}
