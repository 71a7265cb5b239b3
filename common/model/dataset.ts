import * as z from 'zod'
import { AssetMetadata, dataKinds, DataLicence } from './data-market.ts'
import { dateOrders, exportFormats, importFormats, splitNames } from './data-names.ts'
import { QualityReport } from './quality.ts'
import { Hash } from './values.ts'

/** What an owner decided about a dataset. A recipe: it can be run again on new data. */
export const CurationChoices = z.strictObject({
  version: z.literal(1),
  /** Where numbers without a country's code are from. */
  country: z.string().length(2),
  /** Entities that stay as they are. */
  keep: z.array(z.string().max(40)).max(5000),
  /** Words to hide beside those that are found. */
  hide: z.array(z.string().min(2).max(100)).max(500),
  filters: z.strictObject({
    duplicates: z.boolean(),
    /** Letters that an item must have at least. */
    shortest: z.int().min(0).max(10_000),
    /** Milliseconds since 1970. */
    from: z.number().nullable(),
    to: z.number().nullable(),
    /** Whose items are left out, as the source writes them. */
    authors: z.array(z.string().max(500)).max(1000),
  }),
})
export type CurationChoices = z.infer<typeof CurationChoices>
export const noChoices = (country: string): CurationChoices => ({
  version: 1,
  country,
  keep: [],
  hide: [],
  filters: { duplicates: false, shortest: 0, from: null, to: null, authors: [] },
})

const Counts = z.record(z.string(), z.int())

/** A dataset that is curated here. */
export const DatasetRow = z.object({
  id: z.uuid(),
  name: z.string(),
  created: z.number(),
  /** As the source has it, and why some of it was left out. */
  items: z.int(),
  skipped: Counts,
  /** Where it came from, and what was done to it since. */
  source: z.object({
    file: z.string(),
    sha256: z.string(),
    format: z.enum(importFormats).nullable(),
    dateOrder: z.enum(dateOrders).nullable(),
    /** Absent in datasets of earlier versions, which read times without a zone as UTC or this machine's. */
    zone: z.string().nullish(),
  }),
  choices: CurationChoices,
  /** What is left after filters and redaction; null while that is worked on. */
  cleaned: z
    .object({ items: z.int(), changed: z.int(), counts: Counts, dropped: Counts, report: QualityReport })
    .nullable(),
  report: QualityReport,
})
export type DatasetRow = z.infer<typeof DatasetRow>

/** How a dataset is written for other programs. */
export const ExportOptions = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** As the Hugging Face hub writes it, such as cc-by-4.0. */
  licence: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,60}$/),
  format: z.enum(exportFormats),
  /** They make 1 together. */
  shares: z
    .strictObject({
      train: z.number().min(0).max(1),
      validation: z.number().min(0).max(1),
      test: z.number().min(0).max(1),
    })
    .refine(
      ({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-9,
      'must make a hundred percent',
    ),
  /** Decides which conversation goes where. */
  seed: z.string().max(100),
})
export type ExportOptions = z.infer<typeof ExportOptions>

/** Items that each split got. */
export const SplitSizes = z.record(z.enum(splitNames), z.int())
export type SplitSizes = z.infer<typeof SplitSizes>

/** What a seller says about a release. */
export const ReleaseTerms = z.strictObject({
  name: z.string().trim().min(1).max(120),
  description: z.string().max(4000),
  licence: DataLicence,
  /** Hundredths of a percent that works built on it owe. */
  royalty: z.int().min(0).max(2000),
  /** The asset that it is built on. */
  parent: z.int().min(1).nullable(),
})
export type ReleaseTerms = z.infer<typeof ReleaseTerms>

/** A sealed package that is ready for the market, or there already. */
export const Release = z.object({
  id: z.uuid(),
  created: z.number(),
  kind: z.enum(dataKinds),
  /** The dataset that it was made of; null for other files. */
  dataset: z.string().nullable(),
  terms: ReleaseTerms,
  /** The asset whose next version it is; null makes a new one. */
  asset: z.int().nullable(),
  /** The package's dataset, version and salt: what its key is derived from. */
  hseg: z.object({ dataset: z.string(), version: z.int(), salt: z.string() }),
  cid: z.string(),
  metadata: AssetMetadata,
  /** What `DataMarket.create` and `publish` take. `segments` is null for one of HSEG1, which has to be sealed again. */
  version: z.object({
    content: Hash,
    keyCommit: Hash,
    salt: Hash,
    metadata: Hash,
    segments: Hash.nullable(),
    count: z.int(),
  }),
  segments: z.int(),
  /** Segments that the version before has as well: whoever has those need not fetch them. */
  reused: z.int(),
})
export type Release = z.infer<typeof Release>
