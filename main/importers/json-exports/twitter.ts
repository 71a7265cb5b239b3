import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import type { RawItem, Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Tweets = z.array(
  z.object({ tweet: z.object({ id_str: z.string(), created_at: z.string(), full_text: z.string() }) }),
)
const Direct = z.array(
  z.object({
    dmConversation: z.object({
      conversationId: z.string(),
      messages: z.array(
        z.object({
          messageCreate: z
            .object({ id: z.string(), senderId: z.string(), text: z.string(), createdAt: z.string() })
            .optional(),
        }),
      ),
    }),
  }),
)

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
/** X writes these letters as HTML does, once: whoever wrote `&lt;` gets it back as such. */
const asWritten = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity)

/** tweets.js and direct-messages.js of X's archive, without the assignment that stands before the JSON. */
export const twitter: JsonExport = {
  format: 'twitter',
  name: 'X (Twitter)',
  looksLike: (value) =>
    Array.isArray(value) && isObject(value[0]) && ('tweet' in value[0] || 'dmConversation' in value[0]),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const tweets = Tweets.safeParse(value)
    if (tweets.success) {
      for (const { tweet } of tweets.data) {
        if (tweet.full_text.startsWith('RT @')) skip('words of others')
        // "Wed Oct 10 20:19:24 +0000 2018": one order only.
        else
          yield {
            id: tweet.id_str,
            ts: Date.parse(tweet.created_at) || null,
            author: 'me',
            text: asWritten(tweet.full_text),
            session: file,
          }
      }
      return
    }
    const direct = Direct.safeParse(value)
    if (!direct.success) throw new HearthError('DATASET_BROKEN', `${file} is no archive of X`, { file })
    for (const { dmConversation } of direct.data) {
      for (const { messageCreate } of dmConversation.messages.toReversed()) {
        if (messageCreate)
          yield {
            id: messageCreate.id,
            ts: Date.parse(messageCreate.createdAt) || null,
            author: messageCreate.senderId,
            text: asWritten(messageCreate.text),
            session: dmConversation.conversationId,
          }
        else skip('notices of the app')
      }
    }
  },
}
