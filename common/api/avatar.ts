import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { ArchiveCounts } from '../children/memory.ts'
import { FailedTask } from '../model/job-saying.ts'
import { dateOrders, importFormats } from '../model/data-names.ts'
import { factStates } from '../model/fact-state.ts'
import {
  Biography,
  Fact,
  FactText,
  MemoryHit,
  MemoryItem,
  MemorySource,
  Month,
  Participant,
  Topic,
} from '../model/memory.ts'
import { memoryLabels } from '../model/memory-names.ts'
import { FilePiece, TimeZone } from '../model/values.ts'

export const AvatarOverview = z.object({
  /** Why what is remembered cannot be read, or null. */
  problem: z.string().nullable(),
  /** Why an import that was cut off could not go on, or null. */
  failed: FailedTask.nullable(),
  sources: z.array(MemorySource),
  people: z.array(Participant),
  /** Grows with each change of facts, topics or sources. */
  changes: z.int(),
  /** What is being worked on, in items. */
  tasks: z.array(
    z.object({
      name: z.string(),
      step: z.enum(['reading', 'indexing', 'forgetting', 'proposing', 'sorting', 'sealing']),
      items: z.int(),
    }),
  ),
})
export type AvatarOverview = z.infer<typeof AvatarOverview>

/** What a person remembers: bringing it in, and finding it again. Nothing of it leaves the machine. */
export const avatarContract = {
  overview: oc.output(AvatarOverview),
  watch: oc.output(eventIterator(AvatarOverview)),
  /**
   * Reads an upload of `training.putData`.
   * @throws AMBIGUOUS_DATES, UNKNOWN_TEXT, and the upload is kept for another try
   */
  import: oc
    .input(
      z.object({
        name: z.string().trim().min(1).max(200),
        upload: z.uuid(),
        format: z.enum(importFormats).nullable(),
        dateOrder: z.enum(dateOrders).nullable(),
        /** Where the clock stood by which times without a zone were written; null reads them as UTC, and says so. */
        zone: TimeZone.nullable().default(null),
        label: z.enum(memoryLabels),
      }),
    )
    .output(MemorySource),
  label: oc.input(z.object({ source: z.int(), label: z.enum(memoryLabels) })).output(z.object({})),
  /** Forgets a source and all that only it brought. */
  remove: oc.input(z.object({ source: z.int() })).output(z.object({ items: z.int() })),
  setMe: oc.input(z.object({ author: z.string().max(500), me: z.boolean() })).output(z.object({})),
  search: oc
    .input(z.object({ query: z.string().trim().min(1).max(2000), k: z.int().min(1).max(200) }))
    .output(z.array(MemoryHit)),
  /** Messages newest first. @param before only those from before this time, milliseconds since 1970 */
  items: oc
    .input(z.object({ source: z.int().nullable(), before: z.number().nullable(), offset: z.int().nonnegative() }))
    .output(z.array(MemoryItem)),
  /** A message and those around it. @throws NOT_FOUND */
  around: oc.input(z.object({ item: z.int() })).output(z.array(MemoryItem)),
  /**
   * What is remembered by what it is about, and by month. Where anything came or went since, it is sorted anew
   * meanwhile, and the overview tells.
   */
  topics: oc.output(z.object({ topics: z.array(Topic), months: z.array(Month), current: z.boolean() })),
  /** Messages of a topic, the most typical first. */
  topicItems: oc.input(z.object({ topic: z.int(), offset: z.int().nonnegative() })).output(z.array(MemoryItem)),
  biography: oc.output(Biography),
  /** @param text nothing deletes it */
  setBiography: oc.input(Biography.pick({ text: true })).output(Biography),
  /** What could be written of the kept facts, in their order; nothing is saved. */
  draftBiography: oc.output(Biography.pick({ text: true })),
  facts: oc
    .input(z.object({ state: z.enum(factStates), offset: z.int().nonnegative() }))
    .output(z.object({ facts: z.array(Fact), total: z.int() })),
  /** Looks for facts in what this person wrote; they wait for a decision. */
  proposeFacts: oc.output(z.object({ proposed: z.int() })),
  /** @param item number of the message that says so */
  addFact: oc.input(z.object({ text: FactText, item: z.int() })).output(Fact),
  decideFact: oc.input(z.object({ fact: z.int(), event: z.enum(['keep', 'reject']) })).output(Fact),
  editFact: oc
    .input(z.object({ fact: z.int(), text: FactText, from: z.number().nullable(), to: z.number().nullable() }))
    .output(Fact),
  mergeFacts: oc.input(z.object({ into: z.int(), other: z.int() })).output(Fact),
  /** Takes the last change of a fact back. */
  undoFact: oc.output(z.object({ undone: z.boolean() })),
  /** Seals all of it into one file that the host keeps for `takeSelf`. @throws WEAK_PASSPHRASE */
  exportArchive: oc.input(z.object({ passphrase: z.string().max(1000) })).output(ArchiveCounts),
  /** A piece of the sealed file; it is deleted once its last piece was taken. @throws NOT_FOUND */
  readArchivePiece: oc.input(z.object({ offset: z.int().nonnegative() })).output(FilePiece),
  /**
   * Brings an upload of `training.putData` in where nothing is remembered.
   * @throws BAD_INPUT, WRONG_PASSPHRASE, FILE_DAMAGED, with nothing taken
   */
  importArchive: oc.input(z.object({ upload: z.uuid(), passphrase: z.string().max(1000) })).output(ArchiveCounts),
}
