import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { timeOf, type RawItem, type Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Chat = z.object({
  channel: z.object({ id: z.string().optional(), name: z.string().nullish() }),
  messages: z.array(
    z.object({
      id: z.string(),
      type: z.string().optional(),
      timestamp: z.string(),
      content: z.string(),
      author: z.object({ name: z.string(), nickname: z.string().nullish(), isBot: z.boolean().optional() }),
    }),
  ),
})
/** A person's own data package holds only what that person wrote. */
const Own = z.array(z.object({ ID: z.union([z.string(), z.number()]), Timestamp: z.string(), Contents: z.string() }))

/** DiscordChatExporter's JSON, and messages.json of Discord's own data package. */
export const discord: JsonExport = {
  format: 'discord',
  name: 'Discord',
  looksLike: (value) =>
    (isObject(value) && isObject(value.channel) && Array.isArray(value.messages)) ||
    (Array.isArray(value) && isObject(value[0]) && 'Contents' in value[0] && 'Timestamp' in value[0]),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const own = Own.safeParse(value)
    if (own.success) {
      for (const { ID, Timestamp, Contents } of own.data)
        yield {
          id: String(ID),
          ...timeOf(Timestamp.replace(' ', 'T').replace(/(\d)$/, '$1Z')),
          author: 'me',
          text: Contents,
          session: file,
        }
      return
    }
    const chat = Chat.safeParse(value)
    if (!chat.success) throw new HearthError('DATASET_BROKEN', `${file} is no export of Discord`, { file })
    for (const { id, type, timestamp, content, author } of chat.data.messages) {
      if (author.isBot || (type !== undefined && type !== 'Default' && type !== 'Reply')) skip('notices of the app')
      else
        yield {
          id,
          ...timeOf(timestamp),
          author: author.nickname ?? author.name,
          text: content,
          session: chat.data.channel.name ?? file,
        }
    }
  },
}
