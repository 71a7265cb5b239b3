import * as z from 'zod'
import { factStates } from './fact-state.ts'
import { dateOrders, importFormats } from './data-names.ts'
import { longestBiography, memoryLabels } from './memory-names.ts'

/** Where memories come from: one import of a file. */
export const MemorySource = z.object({
  id: z.int(),
  name: z.string().max(200),
  file: z.string(),
  format: z.enum(importFormats).nullable(),
  dateOrder: z.enum(dateOrders).nullable(),
  label: z.enum(memoryLabels),
  /**
   * `reading` until all of it was read and can be searched; what was cut off in `reading` or `forgetting` goes on from
   * there.
   */
  state: z.enum(['reading', 'ready', 'forgetting']),
  created: z.number(),
  /** Items that came with it, and those that were here already from another source. */
  items: z.int(),
  known: z.int(),
  skipped: z.record(z.string(), z.int()),
  /** The first and last time that it speaks of, milliseconds since 1970. */
  from: z.number().nullable(),
  to: z.number().nullable(),
})
export type MemorySource = z.infer<typeof MemorySource>

/** Somebody who wrote something. */
export const Participant = z.object({ author: z.string(), items: z.int(), me: z.boolean() })
export type Participant = z.infer<typeof Participant>

/** One message as the memory keeps it. */
export const MemoryItem = z.object({
  /** Its number in this memory. */
  number: z.int(),
  /** Its id in the source that it came from. */
  id: z.string(),
  source: z.int(),
  ts: z.number().nullable(),
  author: z.string().nullable(),
  text: z.string(),
  session: z.string().nullable(),
})
export type MemoryItem = z.infer<typeof MemoryItem>

export const FactText = z.string().trim().min(1).max(1000)
/** Something that is true of somebody, for a time, and where that stands. Times are milliseconds since 1970. */
export const Fact = z.object({
  id: z.int(),
  text: FactText,
  state: z.enum(factStates),
  /** From when and until when it holds, as far as that is known. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** The messages that say so; never none. */
  items: z.array(MemoryItem).min(1),
})
export type Fact = z.infer<typeof Fact>

/** What somebody's life was, in their words, put before their avatar in each conversation. */
export const Biography = z.object({
  text: z.string().trim().max(longestBiography),
  /** Whether facts that it may have been written of were forgotten since. */ outdated: z.boolean(),
})
export type Biography = z.infer<typeof Biography>

/** What many messages are about. Times are milliseconds since 1970. */
export const Topic = z.object({
  id: z.int(),
  /** The words that tell it, the most telling first. */ words: z.array(z.string()),
  items: z.int(),
  from: z.number().nullable(),
  to: z.number().nullable(),
})
export type Topic = z.infer<typeof Topic>

/** How much was said in a month, and what of. */
export const Month = z.object({ month: z.string().regex(/^\d{4,}-\d{2}$/), items: z.int(), words: z.array(z.string()) })
export type Month = z.infer<typeof Month>

/** A place in the memory that may answer a query: a message with those around it. */
export const MemoryHit = z.object({
  /** The number of the message that was found. */
  item: z.int(),
  /** The ids that the import gave: the message that was found, then those around it. */
  itemIds: z.array(z.string()).min(1),
  /** Between 0 and 1; only compares within one memory. */
  score: z.number(),
  snippet: z.string(),
  /** Milliseconds since 1970. */
  ts: z.number().nullable(),
})
export type MemoryHit = z.infer<typeof MemoryHit>
