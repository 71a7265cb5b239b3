import * as z from 'zod'
import { personalKinds } from './personal-kinds.ts'

export const PersonalKind = z.enum(personalKinds)
export type PersonalKind = z.infer<typeof PersonalKind>

/** Kinds that a report looks for. Names are known from an export's authors alone, which marks have replaced by then. */
export const reportedKinds = personalKinds.filter((kind) => kind !== 'name')
export const REPORT_VERSION = 2

/**
 * What a dataset of texts is worth, and what in it is somebody's business. Anybody with the items gets the same report.
 */
export const QualityReport = z.object({
  /** Of what detectors look for and how; only a report of the same version can be compared with one made anew. */
  version: z.union([z.literal(1), z.literal(REPORT_VERSION)]),
  items: z.int(),
  characters: z.int(),
  length: z.object({ median: z.int(), p10: z.int(), p90: z.int(), longest: z.int() }),
  /** Shannon's, of letters, in bits: below 2 it is mostly repetition. */
  entropy: z.number(),
  /** Share of items by language (ISO 639-1); `und` where a text is too short to tell. */
  languages: z.record(z.string().max(8), z.number()),
  duplicates: z.object({ exact: z.int(), near: z.int(), share: z.number() }),
  /** Findings by each kind that was looked for, nought included, and how many a thousand characters. */
  personal: z.object({ counts: z.partialRecord(PersonalKind, z.int()), items: z.int(), perThousand: z.number() }),
  /** How evenly the authors wrote, 0 to 1; null with fewer than two. */
  turns: z.object({ authors: z.int(), balance: z.number().nullable() }),
  /** ISO 8601; null where no item has a time. */
  span: z.object({ from: z.string().nullable(), to: z.string().nullable(), withoutTime: z.int() }),
  skipped: z.record(z.string().max(200), z.int()),
})
export type QualityReport = z.infer<typeof QualityReport>
