import * as z from 'zod'
import { mediaOrders, mediaReasons } from './data-names.ts'
import { Sha256 } from './values.ts'

/** Figures of a picture: in pixels after turning it upright, the rest on a copy of 512 pixels at most. */
export const PictureFacts = z.object({
  width: z.int().min(1),
  height: z.int().min(1),
  /** Variance of the Laplacian of values from 0 to 255 (Pech-Pacheco et al. 2000): low where nothing is in focus. */
  sharpness: z.number().nonnegative(),
  /** Mean, 0 to 1. */
  brightness: z.number().min(0).max(1),
  /** Difference hash of 64 bits, hexadecimal: pictures that look alike differ in few of them. */
  look: z.string().regex(/^[0-9a-f]{16}$/),
})
export type PictureFacts = z.infer<typeof PictureFacts>

/** Figures of a recording. */
export const RecordingFacts = z.object({
  seconds: z.number().positive(),
  /** Samples a second. */
  rate: z.int().min(1),
  /**
   * Decibels from the quiet tenth of its frames to the loud tenth; null where the quiet ones are silent to the last
   * bit.
   */
  range: z.number().nullable(),
  /** Share of samples that lie at the limit, three and more in a row. */
  clipped: z.number().min(0).max(1),
  /** Share of frames 40 dB and more below the loud tenth. */
  silent: z.number().min(0).max(1),
  /** Loudness over time in 64 steps, 0 to 100: what a preview shows. */
  envelope: z.array(z.int().min(0).max(100)).length(64),
})
export type RecordingFacts = z.infer<typeof RecordingFacts>

/** A picture or a recording that a person brought. What it says beside its figures never leaves the machine. */
const Brought = z.object({
  /** SHA-256 of the file as it was brought. */
  id: Sha256,
  name: z.string().max(500),
  /** Of the file in the collection's folder, with its dot. */
  extension: z.string().regex(/^\.[a-z0-9]{2,5}$/),
  bytes: z.int().nonnegative(),
})
export const BroughtPicture = Brought.extend({
  kind: z.literal('picture'),
  facts: PictureFacts,
  /** Whether the file says where it was taken, and what else it says beside the picture. */
  located: z.boolean(),
  says: z.array(z.enum(['exif', 'xmp', 'iptc', 'icc', 'comment'])),
})
export type BroughtPicture = z.infer<typeof BroughtPicture>
const BroughtRecording = Brought.extend({
  kind: z.literal('recording'),
  facts: RecordingFacts,
  /** Who speaks, by number among the voices that were told apart; null where too little is said. */
  voice: z.int().min(1).nullable(),
})
export const BroughtItem = z.discriminatedUnion('kind', [BroughtPicture, BroughtRecording])
export type BroughtItem = z.infer<typeof BroughtItem>

/** What an owner decided about a collection. */
export const CollectionChoices = z.strictObject({
  version: z.literal(1),
  /** Items that are left out by hand. */
  without: z.array(Sha256).max(100_000),
  filters: z.strictObject({
    /** Of files that are or look the same, only the first stays. */
    duplicates: z.boolean(),
    sharpness: z.number().min(0).max(1e6),
    /** Pixels of the shorter side. */
    side: z.int().min(0).max(100_000),
    seconds: z.number().min(0).max(100_000),
    /** Only recordings in which these speak; empty for all. */
    voices: z.array(z.int().min(1)).max(200),
  }),
})
export type CollectionChoices = z.infer<typeof CollectionChoices>
export const everything: CollectionChoices = {
  version: 1,
  without: [],
  filters: { duplicates: false, sharpness: 0, side: 0, seconds: 0, voices: [] },
}

const File = {
  path: z.string().regex(/^files\/[0-9]{6}\.[a-z0-9]{2,5}$/),
  sha256: Sha256,
  bytes: z.int().nonnegative(),
}
/** A line of a sealed collection's rows: a file of the package as it is sold, and what a preview shows of it. */
export const MediaRow = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('picture'),
    ...File,
    ...PictureFacts.shape,
    /** WebP of 96 pixels at most. */ thumbnail: z.string().max(20_000).startsWith('data:image/webp;base64,'),
  }),
  z.object({ kind: z.literal('recording'), ...File, ...RecordingFacts.shape }),
])
export type MediaRow = z.infer<typeof MediaRow>

const Median = z.number().nullable()
/** What a collection is worth. Anybody with its rows gets the same report; rows are held to the files. */
export const MediaReport = z.object({
  version: z.literal(1),
  bytes: z.int(),
  pictures: z.object({
    items: z.int(),
    /** Of the shorter side, pixels. */ side: Median,
    sharpness: Median,
    /** The tenth that is least sharp lies below. */ leastSharp: Median,
  }),
  recordings: z.object({ items: z.int(), seconds: z.number(), range: Median, clipped: z.int(), silent: Median }),
  duplicates: z.object({ exact: z.int(), near: z.int() }),
})
export type MediaReport = z.infer<typeof MediaReport>

/**
 * How many pictures say where they were taken, how many say anything beside the picture, and how many voices were told
 * apart.
 */
const HiddenFacts = z.object({ located: z.int(), saying: z.int(), voices: z.int() })

export const CollectionRow = z.object({
  id: z.uuid(),
  name: z.string(),
  created: z.number(),
  skipped: z.record(z.string(), z.int()),
  /** Names of files that could not be read, the first of them. */
  broken: z.array(z.string()).default([]),
  hidden: HiddenFacts,
  report: MediaReport,
  choices: CollectionChoices,
  /** What is left after the choices. */
  leaving: z.object({ items: z.int(), dropped: z.partialRecord(z.enum(mediaReasons), z.int()), report: MediaReport }),
})
export type CollectionRow = z.infer<typeof CollectionRow>

export const GalleryOrder = z.enum(mediaOrders)
/** An item as the gallery shows it. */
export const GalleryItem = z.object({
  item: BroughtItem,
  /** A data URL; null for recordings. */ thumbnail: z.string().nullable(),
  /** Why it does not leave; null where it does. */ dropped: z.enum(mediaReasons).nullable(),
})
export type GalleryItem = z.infer<typeof GalleryItem>
