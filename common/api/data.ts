import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { ChangeRow, EntityRow } from '../children/curation.ts'
import { StorageStatus, StoredRoot } from '../children/storage.ts'
import { CollectionChoices, CollectionRow, GalleryItem, GalleryOrder } from '../model/collection.ts'
import { FailedTask, JobSaying, LogLine } from '../model/job-saying.ts'
import {
  AssetMetadata,
  AssetRow,
  DataLicence,
  dataKinds,
  DrawnRows,
  RequestBrief,
  RequestRow,
  SaleRow,
  SellerRow,
} from '../model/data-market.ts'
import { dateOrders, importFormats } from '../model/data-names.ts'
import { CurationChoices, DatasetRow, ExportOptions, Release, ReleaseTerms, SplitSizes } from '../model/dataset.ts'
import { Item } from '../model/item.ts'
import { boughtWays, licenceLimits } from '../model/bought-names.ts'
import { purchaseStates } from '../model/purchase-state.ts'
import { FilePiece, Hash, Sha256, TimeZone } from '../model/values.ts'

const Id = z.object({ id: z.uuid() })
/** A sale's number, or one of `kept`. */
const Purchase = z.int().refine((sale) => sale !== 0)
const Asset = z.object({ asset: z.int().min(1) })

/** An asset with what describes it; null where its seller cannot be reached at present. */
export const OfferedAsset = z.object({
  asset: AssetRow,
  metadata: AssetMetadata.nullable(),
  seller: SellerRow,
  /** How many others have paid for it. */ sold: z.int(),
  /** Whether its sealed package lies here and fits the chain, so that it can be paid for. */ here: z.boolean(),
  /** Whether it was made on this machine. */ mine: z.boolean(),
})
export type OfferedAsset = z.infer<typeof OfferedAsset>

export const SoldSale = z.object({
  sale: SaleRow,
  name: z.string(),
  /** Why it cannot be delivered at present. */ obstacle: JobSaying.nullable(),
})
export type SoldSale = z.infer<typeof SoldSale>

export const BoughtSale = z.object({
  sale: SaleRow,
  /** Null where it was bought from another data folder, until this one has seen it. */
  own: z
    .object({
      state: z.enum(purchaseStates),
      reason: JobSaying.nullable(),
      name: z.string(),
      bytes: z.number(),
      of: z.number(),
      path: z.string().nullable(),
      log: z.array(LogLine),
    })
    .nullable(),
})
export type BoughtSale = z.infer<typeof BoughtSale>

/** What was bought and opened on a chain that was left: no chain says anything of it, and its files are here. */
export const KeptPurchase = z.object({
  /** Below zero; where a sale's number is wanted, this stands for it. */
  sale: z.int().negative(),
  name: z.string(),
  path: z.string(),
  /** When it was bought, milliseconds since 1970. */
  created: z.number(),
})
export type KeptPurchase = z.infer<typeof KeptPurchase>

/** What can be done with a purchase's files, by what they are and as its licence has it. */
export const BoughtUses = z.object({
  /** On the host's machine. */
  folder: z.string(),
  /** Whether `showFolder` opens it there. */ shows: z.boolean(),
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
  kind: z.enum(dataKinds),
  /** Null where nobody says any more what it is. */
  licence: DataLicence.nullable(),
  ways: z.array(
    z.object({
      way: z.enum(boughtWays),
      /** Those of its files that can be read so; none where it is not for that. */
      files: z.array(z.string()),
      /** Why the licence rules it out, or null. */
      limit: z.enum(licenceLimits).nullable(),
    }),
  ),
})
export type BoughtUses = z.infer<typeof BoughtUses>

export const DataOverview = z.object({
  datasets: z.array(DatasetRow),
  collections: z.array(CollectionRow),
  /** What is being worked on, in items and bytes. */
  tasks: z.array(
    z.object({
      name: z.string(),
      step: z.enum(['importing', 'collecting', 'reading', 'cleaning', 'writing']),
      items: z.int(),
    }),
  ),
  /** Why an import that was cut off could not go on. */
  failed: FailedTask.nullable(),
  sealing: z.object({ name: z.string(), bytes: z.number(), of: z.number() }).nullable(),
  /** Sealed packages on their way here. */
  coming: z.array(z.object({ asset: z.int(), version: z.int(), bytes: z.number(), of: z.number() })),
  /** Releases, and what became of each on the chain. */
  releases: z.array(z.object({ release: Release, asset: AssetRow.nullable() })),
  sold: z.array(SoldSale),
  bought: z.array(BoughtSale),
  kept: z.array(KeptPurchase),
  node: z
    .object({
      status: StorageStatus,
      roots: z.array(StoredRoot),
      /** Why nobody is given anything at present. */ resting: z.enum(['paused', 'schedule', 'metered']).nullable(),
    })
    .nullable(),
})
export type DataOverview = z.infer<typeof DataOverview>

/** Curating, sealing, selling and buying data. Nothing leaves the machine before an asset is listed. */
export const dataContract = {
  overview: oc.output(DataOverview),
  watch: oc.output(eventIterator(DataOverview)),
  /**
   * Reads an upload of `training.putData`; null is the sample that Hearth ships.
   * @throws AMBIGUOUS_DATES, UNKNOWN_TEXT, and the upload is kept for another try
   */
  create: oc
    .input(
      z.object({
        name: z.string().trim().min(1).max(120),
        upload: z.uuid().nullable(),
        format: z.enum(importFormats).nullable(),
        dateOrder: z.enum(dateOrders).nullable(),
        /** Where the clock stood by which times without a zone were written; null reads them as UTC, and says so. */
        zone: TimeZone.nullable().default(null),
        country: z.string().regex(/^[A-Z]{2}$/),
      }),
    )
    .output(DatasetRow),
  choose: oc.input(z.object({ id: z.uuid(), choices: CurationChoices })).output(DatasetRow),
  remove: oc.input(Id).output(z.object({})),
  entities: oc.input(Id).output(z.object({ entities: z.array(EntityRow), total: z.int() })),
  items: oc
    .input(z.object({ id: z.uuid(), cleaned: z.boolean(), offset: z.int().nonnegative(), query: z.string().max(200) }))
    .output(z.object({ rows: z.array(Item), more: z.boolean() })),
  changes: oc
    .input(z.object({ id: z.uuid(), offset: z.int().nonnegative() }))
    .output(z.object({ rows: z.array(ChangeRow), more: z.boolean() })),
  /** Writes what is left of a dataset as Parquet or JSONL, with splits and a card. */
  export: oc.input(z.object({ id: z.uuid(), request: ExportOptions })).output(
    z.object({
      /** On the host's machine. */ folder: z.string(),
      splits: SplitSizes,
      files: z.array(z.object({ path: z.string(), bytes: z.number() })),
    }),
  ),
  exportedFile: oc
    .input(z.object({ id: z.uuid(), path: z.string().max(200), offset: z.int().nonnegative() }))
    .output(FilePiece),
  /** Seals a dataset; `publishData` puts it on the chain. @param asset whose next version it is */
  seal: oc
    .input(z.object({ dataset: z.uuid(), terms: ReleaseTerms, asset: z.int().min(1).nullable() }))
    .output(Release),
  /** Takes pictures and recordings of an upload of `training.putData`, and of the archives in it. */
  collect: oc.input(z.object({ name: z.string().trim().min(1).max(120), upload: z.uuid() })).output(CollectionRow),
  chooseMedia: oc.input(z.object({ id: z.uuid(), choices: CollectionChoices })).output(CollectionRow),
  removeCollection: oc.input(Id).output(z.object({})),
  gallery: oc
    .input(
      z.object({ id: z.uuid(), order: GalleryOrder, offset: z.int().nonnegative(), limit: z.int().min(1).max(100) }),
    )
    .output(z.object({ rows: z.array(GalleryItem), more: z.boolean() })),
  /** A piece of a file as it was brought. */
  collectionFile: oc.input(z.object({ id: z.uuid(), item: Sha256, offset: z.int().nonnegative() })).output(FilePiece),
  sealCollection: oc
    .input(z.object({ collection: z.uuid(), terms: ReleaseTerms, asset: z.int().min(1).nullable() }))
    .output(Release),
  /** Seals an adapter that was trained here. */
  sealAdapter: oc
    .input(z.object({ run: z.uuid(), terms: ReleaseTerms, asset: z.int().min(1).nullable() }))
    .output(Release),
  /** Seals a model that avatars speak with, as it is; buyers hold it to its SHA-256. */
  sealModel: oc
    .input(z.object({ model: z.string().max(200), terms: ReleaseTerms, asset: z.int().min(1).nullable() }))
    .output(Release),
  /** Seals a release of an earlier Hearth in the form that is sold now; the new one takes its place. */
  sealAgain: oc.input(Id).output(Release),
  removeRelease: oc.input(Id).output(z.object({})),
  /** The rows of an own asset where its lot has drawn, which everybody will see. @throws LOT_NOT_DRAWN */
  draw: oc.input(Asset).output(DrawnRows.nullable()),
  offers: oc.output(z.array(OfferedAsset)),
  asset: oc.input(Asset).output(OfferedAsset),
  /** What a seller shows; held to the draw. @throws PROOF_FAILED, PEER_UNREACHABLE */
  preview: oc.input(Asset).output(DrawnRows.nullable()),
  /**
   * Brings a sealed package here and holds it to the chain, which comes before paying; `buyAsset` does it by itself.
   * @throws PROOF_FAILED, FILE_DAMAGED, PEER_UNREACHABLE, NOT_ENOUGH_DISK, ABORTED, PAUSED
   */
  obtain: oc.input(z.object({ asset: z.int().min(1), version: z.int().min(1) })).output(z.object({})),
  requests: oc.output(z.array(z.object({ request: RequestRow, brief: RequestBrief.nullable(), mine: z.boolean() }))),
  /** Keeps what a request says; its hash is what `openRequest` names. */
  prepareRequest: oc
    .input(z.object({ title: z.string().trim().min(1).max(120), text: z.string().max(4000) }))
    .output(z.object({ brief: Hash })),
  /** Files of a purchase, and pieces of them. */
  files: oc.input(z.object({ sale: Purchase })).output(z.array(z.object({ path: z.string(), bytes: z.number() }))),
  readFile: oc
    .input(z.object({ sale: Purchase, path: z.string().max(1024), offset: z.int().nonnegative() }))
    .output(FilePiece),
  uses: oc.input(z.object({ sale: Purchase })).output(BoughtUses),
  /**
   * Hands a bought file to whatever reads uploads of `training.putData`, without a copy where the disk can do so.
   * @throws LICENCE_FORBIDS, MESSAGE_TOO_LARGE, NOT_FOUND
   */
  handOver: oc
    .input(z.object({ sale: Purchase, path: z.string().max(1024), way: z.enum(boughtWays) }))
    .output(z.object({ upload: z.uuid() })),
  /** Shows a purchase's folder among the files of the host's machine. @throws BAD_INPUT without a desktop */
  showFolder: oc.input(z.object({ sale: Purchase })).output(z.object({})),
  /** Stops giving something to others, and frees its room. */
  unseed: oc.input(z.object({ cid: z.string().max(200) })).output(z.object({})),
}
