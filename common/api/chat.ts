import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Avatar, AvatarOptions, Chat, ChatMessage, MessageText, Moment, ShownMessage } from '../model/chat.ts'
import { MemoryItem } from '../model/memory.ts'

const Done = z.object({})
/** What is going on in a chat: its branch is read anew when `changes` grows; what is being written comes with it. */
export const ChatPulse = z.object({
  changes: z.int(),
  writing: z.object({ message: z.int(), text: z.string() }).nullable(),
})
export type ChatPulse = z.infer<typeof ChatPulse>

/** Avatars, and conversations with them. Nothing of it leaves the machine. */
export const chatContract = {
  avatars: oc.output(z.array(Avatar)),
  addAvatar: oc.input(AvatarOptions).output(Avatar),
  changeAvatar: oc.input(z.object({ avatar: z.int(), options: AvatarOptions })).output(Avatar),
  /** With all chats with it. */
  removeAvatar: oc.input(z.object({ avatar: z.int() })).output(Done),
  /** An avatar from a character card V1 to V3, JSON or PNG. @throws FILE_DAMAGED */
  readCard: oc.input(z.object({ file: z.base64().max(12_000_000) })).output(AvatarOptions),
  /** An avatar as a character card V3, JSON. */
  writeCard: oc.input(z.object({ avatar: z.int() })).output(z.object({ json: z.string() })),
  /** Brings in the memories of somebody made up, and makes an avatar of them. */
  trySample: oc.output(Avatar),
  /** The latest first; with a text, those in which it stands. */
  list: oc.input(z.object({ text: z.string().max(200) })).output(z.array(Chat)),
  add: oc.input(z.object({ avatar: z.int() })).output(Chat),
  rename: oc.input(z.object({ chat: z.int(), title: z.string().trim().min(1).max(200) })).output(Done),
  remove: oc.input(z.object({ chat: z.int() })).output(Done),
  /** @throws NOT_FOUND */
  get: oc.input(z.object({ chat: z.int() })).output(z.object({ chat: Chat, messages: z.array(ShownMessage) })),
  watch: oc.input(z.object({ chat: z.int().nullable() })).output(eventIterator(ChatPulse)),
  /** Says something below a message, and has it answered. @param parent null begins the chat anew */
  send: oc.input(z.object({ chat: z.int(), parent: z.int().nullable(), text: MessageText })).output(ChatMessage),
  /** Has a question answered once more. */
  regenerate: oc.input(z.object({ chat: z.int(), question: z.int() })).output(ChatMessage),
  /** What was written so far stays. */
  stop: oc.input(z.object({ chat: z.int() })).output(Done),
  /** Shows the branch of the message before or after this one at its place. */
  turnTo: oc.input(z.object({ message: z.int(), step: z.union([z.literal(1), z.literal(-1)]) })).output(Done),
  /** Messages of the memory by their numbers; those that were forgotten are left out. */
  notes: oc.input(z.object({ numbers: z.array(z.int()).max(50) })).output(z.array(MemoryItem)),
  /** The same, each among those around it. */
  moments: oc.input(z.object({ numbers: z.array(z.int()).max(10) })).output(z.array(Moment)),
}
