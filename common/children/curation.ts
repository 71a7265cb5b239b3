import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { CollectionChoices, CollectionRow, GalleryItem, GalleryOrder, MediaReport } from '../model/collection.ts'
import { dateOrders, importFormats } from '../model/data-names.ts'
import { CurationChoices, ExportOptions, SplitSizes } from '../model/dataset.ts'
import { Item } from '../model/item.ts'
import { PersonalKind, QualityReport } from '../model/quality.ts'
import { TimeZone } from '../model/values.ts'

const Progress = z.object({ items: z.int() })
const Counts = z.record(z.string(), z.int())

export const EntityRow = z.object({
  id: z.string(),
  kind: PersonalKind,
  text: z.string(),
  count: z.int(),
  example: z.string(),
})
export const ChangeRow = z.object({
  before: z.string(),
  after: z.string(),
  author: z.string().nullable(),
  /** In how many items; an earlier version wrote a line for each. */
  count: z.int().min(1).default(1),
})

/** Reading, judging and cleaning what a person brings. Files are the owner's own; nothing here speaks to a network. */
export const curationContract = {
  /**
   * Reads an export into JSONL of items.
   * @throws AMBIGUOUS_DATES, UNKNOWN_TEXT, DATASET_BROKEN, with nothing left behind
   */
  import: oc
    .input(
      z.object({
        file: z.string(),
        out: z.string(),
        format: z.enum(importFormats).nullable(),
        dateOrder: z.enum(dateOrders).nullable(),
        /** Where the clock stood by which times without a zone were written; null reads them as UTC, and says so. */
        zone: TimeZone.nullable().default(null),
      }),
    )
    .output(eventIterator(Progress, z.object({ items: z.int(), skipped: Counts }))),
  report: oc
    .input(z.object({ file: z.string(), country: z.string().length(2) }))
    .output(eventIterator(Progress, QualityReport)),
  entities: oc
    .input(
      z.object({ file: z.string(), country: z.string().length(2), hide: z.array(z.string()), most: z.int().max(5000) }),
    )
    .output(eventIterator(Progress, z.object({ entities: z.array(EntityRow), total: z.int() }))),
  /** Filters and redacts; what was changed goes into a file of its own, line by line. */
  clean: oc
    .input(z.object({ file: z.string(), out: z.string(), changes: z.string(), choices: CurationChoices }))
    .output(eventIterator(Progress, z.object({ items: z.int(), changed: z.int(), counts: Counts, dropped: Counts }))),
  items: oc
    .input(
      z.object({
        file: z.string(),
        offset: z.int().nonnegative(),
        limit: z.int().max(200),
        query: z.string().max(200),
      }),
    )
    .output(z.object({ rows: z.array(Item), more: z.boolean() })),
  changes: oc
    .input(z.object({ file: z.string(), offset: z.int().nonnegative(), limit: z.int().max(200) }))
    .output(z.object({ rows: z.array(ChangeRow), more: z.boolean() })),
  /**
   * Writes items as a folder that Hugging Face's `load_dataset` opens.
   * @throws BAD_INPUT where `out` is there already
   */
  export: oc
    .input(z.object({ file: z.string(), report: QualityReport, request: ExportOptions, out: z.string() }))
    .output(eventIterator(Progress, z.object({ splits: SplitSizes }))),
  /**
   * Takes pictures and recordings, from files, folders and archives, into a folder that is empty.
   * @throws DATASET_BROKEN, DISK_FULL
   */
  collect: oc
    .input(z.object({ paths: z.array(z.string()).min(1), folder: z.string() }))
    .output(eventIterator(Progress, z.object({ items: z.int(), skipped: Counts, broken: z.array(z.string()) }))),
  judge: oc
    .input(z.object({ folder: z.string(), choices: CollectionChoices }))
    .output(CollectionRow.pick({ report: true, hidden: true, leaving: true })),
  gallery: oc
    .input(
      z.object({
        folder: z.string(),
        choices: CollectionChoices,
        order: GalleryOrder,
        offset: z.int().nonnegative(),
        limit: z.int().max(200),
      }),
    )
    .output(z.object({ rows: z.array(GalleryItem), more: z.boolean() })),
  /** Writes the files that leave, freed of what they say beside their contents, and a row each. */
  package: oc
    .input(z.object({ folder: z.string(), choices: CollectionChoices, out: z.string(), rows: z.string() }))
    .output(eventIterator(Progress, z.object({ items: z.int(), report: MediaReport, broken: z.array(z.string()) }))),
  /** Holds opened files to their rows and their report. @throws FILE_DAMAGED */
  checkMedia: oc
    .input(z.object({ folder: z.string(), rows: z.string(), report: MediaReport.nullable() }))
    .output(eventIterator(Progress, z.object({}))),
  /** How many rows a file of JSON lines has. */
  count: oc.input(z.object({ file: z.string() })).output(z.object({ count: z.int() })),
}
