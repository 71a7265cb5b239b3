import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { dateOrders, importFormats } from '../model/data-names.ts'
import { factStates } from '../model/fact-state.ts'
import { Embedding } from '../model/embedder.ts'
import { Avatar, AvatarOptions, Chat, ChatMessage, MessageText, ShownMessage } from '../model/chat.ts'
import { Style, StyleScale, Reply } from '../model/style.ts'
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
import { TimeZone } from '../model/values.ts'

/** The file of the memory, in each call: a child that was started again knows nothing of the calls before. */
const At = z.object({ memory: z.string() })
export const ArchiveCounts = z.object({ items: z.int(), facts: z.int() })
export type ArchiveCounts = z.infer<typeof ArchiveCounts>
const Progress = z.object({ step: z.enum(['reading', 'indexing']), items: z.int() })

export const ImportOptions = z.object({
  name: z.string().trim().min(1).max(200),
  file: z.string(),
  format: z.enum(importFormats).nullable(),
  dateOrder: z.enum(dateOrders).nullable(),
  /** Where the clock stood by which times without a zone were written; null reads them as UTC, and says so. */
  zone: TimeZone.nullish(),
  label: z.enum(memoryLabels),
})
export type ImportOptions = z.infer<typeof ImportOptions>
export const Query = z.object({
  id: z.string().max(200),
  query: z.string().min(1).max(2000),
  /** What an embedding model makes of it, where there is one. */ embedding: Embedding.nullable(),
})
export type Query = z.infer<typeof Query>

/** A message that may answer a question, with those around it in their order. */
export const Evidence = z.object({
  item: MemoryItem,
  /** Whether somebody wrote it who was said to be "me". */ mine: z.boolean(),
  around: z.array(MemoryItem),
  /** Between 0 and 1. */ score: z.number(),
})
export type Evidence = z.infer<typeof Evidence>

/** What a person remembers: items of imports, and finding them again. Nothing here speaks to a network. */
export const memoryContract = {
  /**
   * Reads a file into the memory; what is there already is not taken twice, so an import that was cut off may be
   * repeated.
   * @throws AMBIGUOUS_DATES, UNKNOWN_TEXT, DATASET_BROKEN, with nothing left behind; DISK_FULL, with what was read kept
   */
  import: oc.input(At.extend(ImportOptions.shape)).output(eventIterator(Progress, MemorySource)),
  sources: oc.input(At).output(z.array(MemorySource)),
  label: oc.input(At.extend({ source: z.int(), label: z.enum(memoryLabels) })).output(MemorySource),
  /** Forgets a source and all that came from it. @throws NOT_FOUND */
  remove: oc.input(At.extend({ source: z.int() })).output(eventIterator(Progress, z.object({ items: z.int() }))),
  participants: oc.input(At).output(z.array(Participant)),
  setMe: oc.input(At.extend({ author: z.string(), me: z.boolean() })).output(z.object({})),
  /** The best places for each query, best first. */
  search: oc
    .input(At.extend({ queries: z.array(Query).max(1000), k: z.int().min(1).max(200) }))
    .output(z.array(z.object({ id: z.string(), results: z.array(MemoryHit) }))),
  /** Messages newest first. @param before only those from before this time, milliseconds since 1970 */
  items: oc
    .input(
      At.extend({
        source: z.int().nullable(),
        before: z.number().nullable(),
        offset: z.int().nonnegative(),
        limit: z.int().min(1).max(200),
      }),
    )
    .output(z.array(MemoryItem)),
  /** Messages by their numbers; those that were forgotten are left out. */
  itemsOf: oc.input(At.extend({ numbers: z.array(z.int()).max(200) })).output(z.array(MemoryItem)),
  /** A message and those around it, in their order. @throws NOT_FOUND */
  around: oc.input(At.extend({ item: z.int(), reach: z.int().min(0).max(50) })).output(z.array(MemoryItem)),
  facts: oc
    .input(At.extend({ state: z.enum(factStates), offset: z.int().nonnegative(), limit: z.int().min(1).max(200) }))
    .output(z.object({ facts: z.array(Fact), total: z.int() })),
  /** Looks for facts in what this person wrote; they wait for a decision. */
  proposeFacts: oc.input(At).output(eventIterator(Progress, z.object({ proposed: z.int() }))),
  addFact: oc.input(At.extend({ text: FactText, item: z.int() })).output(Fact),
  decideFact: oc.input(At.extend({ fact: z.int(), event: z.enum(['keep', 'reject']) })).output(Fact),
  editFact: oc
    .input(At.extend({ fact: z.int(), text: FactText, from: z.number().nullable(), to: z.number().nullable() }))
    .output(Fact),
  mergeFacts: oc.input(At.extend({ into: z.int(), other: z.int() })).output(Fact),
  /** Takes the last change of a fact back. */
  undoFact: oc.input(At).output(z.object({ undone: z.boolean() })),
  biography: oc.input(At).output(Biography),
  /** @param text nothing deletes it */
  setBiography: oc.input(At.extend({ text: Biography.shape.text })).output(Biography),
  /** What could be written of the kept facts, in their order; nothing is saved. */
  draftBiography: oc.input(At).output(Biography.pick({ text: true })),
  /** Sorts what is remembered by what it is about, and by month. */
  sortTopics: oc.input(At).output(eventIterator(Progress, z.object({}))),
  /** What was sorted last; `current` where nothing came or went since. */
  topics: oc.input(At).output(z.object({ topics: z.array(Topic), months: z.array(Month), current: z.boolean() })),
  topicItems: oc
    .input(At.extend({ topic: z.int(), offset: z.int().nonnegative(), limit: z.int().min(1).max(200) }))
    .output(z.array(MemoryItem)),
  /** What may answer a question, best first, each with what stands around it. */
  recall: oc
    .input(At.extend({ query: Query.shape.query, embedding: Query.shape.embedding, k: z.int().min(1).max(50) }))
    .output(z.array(Evidence)),
  /**
   * Messages without an embedding by this model, from a number on, and what each is taken of. Embeddings by another
   * model are dropped.
   */
  unembedded: oc
    .input(At.extend({ model: Embedding.shape.model, after: z.int().nonnegative(), limit: z.int().min(1).max(256) }))
    .output(
      z.object({ waiting: z.array(z.object({ number: z.int(), text: z.string() })), done: z.int(), left: z.int() }),
    ),
  /** @param more whether others will follow soon; searches take them in from time to time, and behind the last */
  keepEmbeddings: oc
    .input(
      At.extend({
        model: Embedding.shape.model,
        more: z.boolean(),
        found: z.array(z.object({ number: z.int(), embedding: Embedding.shape.embedding })).max(256),
      }),
    )
    .output(z.object({})),
  forgetEmbeddings: oc.input(At).output(z.object({})),
  /** The embeddings of what texts mean by the lexicon, each of length 1. */
  embed: oc.input(z.object({ texts: z.array(z.string().max(100_000)).max(1000) })).output(z.array(z.array(z.number()))),
  avatars: oc.input(At).output(z.array(Avatar)),
  addAvatar: oc.input(At.extend({ options: AvatarOptions })).output(Avatar),
  changeAvatar: oc.input(At.extend({ avatar: z.int(), options: AvatarOptions })).output(Avatar),
  removeAvatar: oc.input(At.extend({ avatar: z.int() })).output(z.object({})),
  setStyle: oc.input(At.extend({ avatar: z.int(), style: z.int().nullable(), scale: StyleScale })).output(Avatar),
  styles: oc.input(At).output(z.array(Style)),
  /** Takes an adapter from a file into the memory. */
  addStyle: oc
    .input(At.extend({ file: z.string(), style: Style.pick({ name: true, model: true, base: true, figures: true }) }))
    .output(Style),
  /** Avatars that spoke in it speak as their model does. */
  removeStyle: oc.input(At.extend({ style: z.int() })).output(z.object({})),
  /** Writes an adapter where an engine can read it, unless it lies there. @throws NOT_FOUND */
  writeStyle: oc.input(At.extend({ style: z.int(), file: z.string() })).output(z.object({})),
  /**
   * What "me" answered others, the latest first, without what tells personal data.
   * @param before only those before this item
   */
  replies: oc
    .input(At.extend({ before: z.int().nullable(), limit: z.int().min(1).max(500) }))
    .output(z.object({ replies: z.array(Reply), /** Where to go on; null at the end. */ next: z.int().nullable() })),
  /** What others wrote, the latest first. */
  othersWrote: oc.input(At.extend({ limit: z.int().min(1).max(5000) })).output(z.array(z.string())),
  chats: oc.input(At.extend({ text: z.string().max(200), limit: z.int().min(1).max(500) })).output(z.array(Chat)),
  addChat: oc.input(At.extend({ avatar: z.int() })).output(Chat),
  renameChat: oc.input(At.extend({ chat: z.int(), title: Chat.shape.title })).output(z.object({})),
  removeChat: oc.input(At.extend({ chat: z.int() })).output(z.object({})),
  /** A chat with the branch of it that is shown. @throws NOT_FOUND */
  chat: oc.input(At.extend({ chat: z.int() })).output(z.object({ chat: Chat, messages: z.array(ShownMessage) })),
  addMessage: oc
    .input(
      At.extend({
        chat: z.int(),
        parent: z.int().nullable(),
        role: ChatMessage.shape.role,
        text: MessageText.or(z.literal('')),
        state: ChatMessage.shape.state,
      }),
    )
    .output(ChatMessage),
  changeMessage: oc
    .input(
      At.extend({
        message: z.int(),
        change: ChatMessage.pick({ text: true, state: true, problem: true, notes: true, facts: true }),
      }),
    )
    .output(ChatMessage),
  /** Shows the branch of the message before or after this one at its place. */
  turnTo: oc.input(At.extend({ message: z.int(), step: z.union([z.literal(1), z.literal(-1)]) })).output(z.object({})),
  /** Ends what was being written when the program ended. */
  stopWriting: oc.input(At).output(z.object({})),
  /** All memories and facts in one file, sealed with a passphrase. @throws WEAK_PASSPHRASE */
  writeArchive: oc
    .input(At.extend({ out: z.string(), passphrase: z.string() }))
    .output(eventIterator(Progress, ArchiveCounts)),
  /**
   * @throws BAD_INPUT where something is remembered already or an avatar lives, WRONG_PASSPHRASE, FILE_DAMAGED, with
   * nothing taken
   */
  readArchive: oc
    .input(At.extend({ file: z.string(), passphrase: z.string() }))
    .output(eventIterator(Progress, ArchiveCounts)),
}
