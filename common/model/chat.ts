import * as z from 'zod'
import { MemoryItem } from './memory.ts'
import { StyleScale } from './style.ts'

/** Somebody to talk to: a name and a manner over the memories of this person. */
export const Avatar = z.object({
  id: z.int(),
  name: z.string().trim().min(1).max(80),
  /** A small picture as a data URL, or null. */
  picture: z
    .string()
    .max(200_000)
    .regex(/^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=]+$/)
    .nullable(),
  /** How they write and what they hold to. */
  rules: z.string().max(4000),
  /** What they say first in a new chat; empty for nothing. */
  greeting: z.string().max(2000),
  /** The id of the model that they speak with; null for the one that is chosen for all. */
  model: z.string().max(200).nullable(),
  /** Whether they answer from memories, or speak freely as a character does. */
  remembers: z.boolean(),
  /** The style that they speak in, where their model is the one that it was learnt on, and how strongly. */
  style: z.int().nullable().default(null),
  styleScale: StyleScale.default(1),
})
export type Avatar = z.infer<typeof Avatar>
/** What is asked for by hand; a style is chosen apart from it. */
export const AvatarOptions = Avatar.omit({ id: true, style: true, styleScale: true })
export type AvatarOptions = z.infer<typeof AvatarOptions>

export const Chat = z.object({
  id: z.int(),
  avatar: z.int(),
  title: z.string().max(200),
  created: z.number(),
  updated: z.number(),
})
export type Chat = z.infer<typeof Chat>

export const MessageText = z.string().trim().min(1).max(20_000)
/** What an answer was written with. Counts are of tokens, times in milliseconds. */
export const AnswerFacts = z.object({
  model: z.string(),
  /** How many weights the model has; null in answers of before they were kept. */
  parameters: z.number().nullable().default(null),
  promptTokens: z.int(),
  keptTokens: z.int(),
  writtenTokens: z.int(),
  contextSize: z.int(),
  firstMs: z.number(),
  restMs: z.number(),
})
export type AnswerFacts = z.infer<typeof AnswerFacts>

/**
 * Models of fewer weights name a wrong memory, or none, too often for their word to stand alone (`npm run
 * eval:answers`).
 */
const FEWEST_TRUSTED = 1e9
/** Whether an answer is by a model so small that what memory has on the question is shown in any case. */
export const isWeak = (facts: Pick<AnswerFacts, 'parameters'> | null): boolean =>
  facts?.parameters != null && facts.parameters < FEWEST_TRUSTED
/** So many places of the memory are shown where an answer may be wrong. */
export const CLOSEST = 3

/**
 * One node of a chat's tree. What follows an edited question, or stands beside an answer that was asked for again, is
 * another branch.
 */
export const ChatMessage = z.object({
  id: z.int(),
  chat: z.int(),
  parent: z.int().nullable(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  created: z.number(),
  /**
   * `writing` until it is whole; `stopped` by the person or an end of the program, which keeps what was written;
   * `failed` says why in `problem`.
   */
  state: z.enum(['writing', 'whole', 'stopped', 'failed']),
  problem: z.string().nullable(),
  /**
   * The numbers of the messages that were given to the model as notes 1, 2, 3 …; those that were forgotten since are
   * null.
   */
  notes: z.array(z.int().nullable()),
  facts: AnswerFacts.nullable(),
})
export type ChatMessage = z.infer<typeof ChatMessage>

/** A message of the memory among those around it, in their order. */
export const Moment = z.object({ item: z.int(), around: z.array(MemoryItem) })
export type Moment = z.infer<typeof Moment>

/** A message on the branch that is shown, among those at its place. */
export const ShownMessage = ChatMessage.extend({ place: z.int(), places: z.int() })
export type ShownMessage = z.infer<typeof ShownMessage>
