import * as z from 'zod'
import { MediaReport } from './collection.ts'
import { licenceUses } from './data-names.ts'
import { MOST_SEGMENT_BYTES, SegmentNumber, SegmentPath } from './hseg.ts'
import { QualityReport } from './quality.ts'
import { Address, ChainTime, Hash, Sha256, Units } from './values.ts'

/** States in the order of the DataMarket contract's enums, which have None before them. */
export const assetStates = ['draft', 'listed', 'unlisted'] as const
export const saleStates = ['paid', 'delivered', 'final', 'refunded'] as const
export const requestStates = ['open', 'met', 'withdrawn'] as const

/** An event of an asset, a sale or a request, with its transaction. */
const Trail = z.array(z.object({ event: z.string(), hash: Hash }))

/** A version of an asset as the chain has it. */
export const VersionRow = z.object({
  version: z.int(),
  /** SHA-256 of IPFS blocks: the sealed package's root, what describes it, the segments that its lot has drawn. */
  content: Hash,
  metadata: Hash,
  preview: Hash.nullable(),
  keyCommit: Hash,
  salt: Hash,
  /** Merkle root over the segments' keys. */
  segments: Hash,
  count: z.int(),
  /** The block whose hash decides the draw; null without rows. */
  drawBlock: z.int().nullable(),
  /** Known once the preview is shown. */
  draw: Hash.nullable(),
  time: ChainTime,
})
export type VersionRow = z.infer<typeof VersionRow>

export const AssetRow = z.object({
  id: z.int(),
  owner: Address,
  creator: Address,
  /** The asset that it is built on. */
  parent: z.int().nullable(),
  /** What works built on it owe, in hundredths of a percent. */
  royalty: z.int(),
  state: z.enum(assetStates),
  price: Units,
  /** Its newest version. */
  current: VersionRow,
  /** Accounts that said it should not be here; those that have paid for it are counted apart. */
  reports: z.object({ all: z.int(), buyers: z.int() }),
  rating: z.object({ stars: z.number(), count: z.int() }).nullable(),
  transactions: Trail,
})
export type AssetRow = z.infer<typeof AssetRow>

export const SaleRow = z.object({
  id: z.int(),
  asset: z.int(),
  version: z.int(),
  buyer: Address,
  seller: Address,
  price: Units,
  state: z.enum(saleStates),
  /** Until when the state may last before anybody may end it; null at the end. */
  until: ChainTime.nullable(),
  /** What the seller got, and what went to the work that the asset is built on. */
  paid: Units,
  royalty: Units,
  /** Whether it was refunded because the key was wrong. */
  wrongKey: z.boolean(),
  stars: z.int().nullable(),
  boughtTime: ChainTime,
  closedTime: ChainTime.nullable(),
  transactions: Trail,
})
export type SaleRow = z.infer<typeof SaleRow>

export const RequestRow = z.object({
  id: z.int(),
  account: Address,
  bounty: Units,
  /** SHA-256 of the block that says what is wanted. */ brief: Hash,
  state: z.enum(requestStates),
  answers: z.array(z.int()),
  sale: z.int().nullable(),
  transactions: Trail,
})
export type RequestRow = z.infer<typeof RequestRow>

/** How a seller has kept its word. */
export const SellerRow = z.object({
  account: Address,
  name: z.string().max(60).nullable(),
  addresses: z.array(z.string()),
  sold: z.int(),
  refunded: z.int(),
  wrongKeys: z.int(),
  stars: z.number().nullable(),
})
export type SellerRow = z.infer<typeof SellerRow>

/** What a seller says of itself on the chain. */
export const SellerProfile = z.object({
  name: z.string().max(60).nullable(),
  addresses: z.array(z.string().max(200)).max(4),
})
export type SellerProfile = z.infer<typeof SellerProfile>

/** What a buyer may do with the data. A licence binds people; no key can be taken back. */
export const DataLicence = z.object({
  use: z.enum(licenceUses),
  redistribution: z.boolean(),
  /** Days; null without an end. */ term: z.int().min(1).max(36_500).nullable(),
})
export type DataLicence = z.infer<typeof DataLicence>

export const dataKinds = ['text', 'media', 'files', 'adapter', 'model'] as const

/** What an asset's metadata block says; its hash stands on the chain. */
export const AssetMetadata = z.object({
  format: z.literal('HEARTH-DATA-1'),
  kind: z.enum(dataKinds),
  name: z.string().min(1).max(120),
  description: z.string().max(4000),
  licence: DataLicence,
  /** Of the sealed package, and how its files are named once it is opened. */
  bytes: z.int(),
  /** Of a dataset; held to what is opened. Absent in what was described before there were lots of segments. */
  rows: z.int().nonnegative().optional(),
  files: z.array(z.object({ path: z.string().max(1024), bytes: z.int() })).max(1000),
  /** Recomputable from the rows, with telephone numbers read as in that country; null where there are none. */
  report: z.object({ country: z.string().length(2), ...QualityReport.shape }).nullable(),
  /**
   * Of pictures and recordings; held to their rows, and those to the files. What was described before there were any
   * says nothing, and its hash stands on the chain.
   */
  media: MediaReport.nullable().optional(),
  /** For adapters the model that they belong to; for models themselves, with the SHA-256 of their file. */
  base: z.object({ name: z.string().max(200), hash: Sha256 }).nullable(),
})
export type AssetMetadata = z.infer<typeof AssetMetadata>

/** How many segments a draw takes: an even sample, and never more than a tenth of a small dataset. */
export const drawSize = (count: number): number => (count === 0 ? 0 : Math.max(1, Math.min(20, Math.floor(count / 10))))

/**
 * The drawn segments, each with its key and its path to the root that the version committed to before; and the ones
 * behind them, until a whole line has been seen. In order, none twice.
 */
export const DrawPreview = z.strictObject({
  format: z.literal('HEARTH-LOT-2'),
  dataset: Sha256,
  segments: z
    .array(
      z.strictObject({
        number: SegmentNumber,
        /** Whether nothing follows it in the package. */ last: z.boolean(),
        /** The segment's own, hexadecimal, and the same as the version's key hides it. */ key: Sha256,
        wrapped: Sha256,
        sealed: z.base64().max(Math.ceil(MOST_SEGMENT_BYTES / 3) * 4),
        ...SegmentPath.shape,
      }),
    )
    .max(700),
})
export type DrawPreview = z.infer<typeof DrawPreview>

/** The rows in the drawn segments. */
export const DrawnRows = z.object({
  /** Segments that are shown. */
  segments: z.int(),
  rows: z.array(
    z.object({
      /** The first of the segments that follow each other up to it. */ segment: z.int(),
      text: z.string(),
      /** Whether its begin and its end are there. */ isWhole: z.boolean(),
    }),
  ),
})
export type DrawnRows = z.infer<typeof DrawnRows>

/** What a request for data says. */
export const RequestBrief = z.object({
  format: z.literal('HEARTH-REQUEST-1'),
  title: z.string().min(1).max(120),
  text: z.string().max(4000),
})
export type RequestBrief = z.infer<typeof RequestBrief>
