import * as z from 'zod'
import { HearthError } from '../errors/index.ts'

/** HSEG1, docs/hseg1.md. */
const Hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const Base64Url = (bytes: number) => z.string().regex(new RegExp(`^[\\w-]{${Math.ceil((bytes * 8) / 6)}}$`))
export const MOST_SEGMENTS = 2 ** 24

/** What anybody may see of a sealed dataset: nothing but sizes, and what binds its key. */
export const HsegHeader = z.strictObject({
  format: z.literal('HSEG1'),
  /** Random, kept by all versions. */
  dataset: Hex32,
  version: z.int().min(1).max(1_000_000),
  /** Sealed bytes of `segments` and of `manifest`. */
  bytes: z.int().nonnegative(),
  manifestBytes: z
    .int()
    .positive()
    .max(2 ** 31),
  /** keccak256(key ‖ salt): AES-GCM does not commit to its key, and the chain must be able to tell a wrong one. */
  keyCommit: Hex32,
  salt: Hex32,
})
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

/** Sealed as well: names, sizes, and what each segment is opened with. */
export const HsegManifest = z.strictObject({
  dataset: Hex32,
  version: z.int().min(1),
  /** In the order in which their bytes stand in the segments, one behind the other. */
  files: z
    .array(z.strictObject({ path: HsegPath, bytes: z.int().nonnegative(), sha256: Hex32 }))
    .min(1)
    .max(1_000_000),
  /** A random id; for a segment taken over from an earlier version, its own key as well. */
  segments: z.array(z.strictObject({ id: Base64Url(16), key: Base64Url(32).optional() })).max(MOST_SEGMENTS),
})
export type HsegManifest = z.infer<typeof HsegManifest>

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
