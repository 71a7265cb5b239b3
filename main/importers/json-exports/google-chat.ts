import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { timeOf, type RawItem, type Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Message = z.object({
  creator: z.object({ name: z.string().nullish(), email: z.string().nullish() }).optional(),
  created_date: z.string().nullish(),
  text: z.string().nullish(),
  topic_id: z.string().nullish(),
  message_id: z.string().min(1).nullish(),
})
const Export = z.object({ messages: z.array(z.unknown()) })

/** Google Chat, from Google Takeout (messages.json). */
export const googleChat: JsonExport = {
  format: 'google-chat',
  name: 'Google Chat',
  looksLike: (value) =>
    isObject(value) &&
    Array.isArray(value.messages) &&
    isObject(value.messages[0]) &&
    'creator' in value.messages[0] &&
    'created_date' in value.messages[0],
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const parsed = Export.safeParse(value)
    if (!parsed.success)
      throw new HearthError('DATASET_BROKEN', `${file} is no export of Google Chat (messages.json)`, { file })
    for (const given of parsed.data.messages) {
      const message = Message.safeParse(given)
      if (!message.success || !message.data.text) {
        skip(message.success ? 'media that the export left out' : 'messages that cannot be read')
        continue
      }
      const { creator, created_date, text, topic_id, message_id } = message.data
      yield {
        ...(message_id ? { id: message_id } : {}),
        ...timeOf(created_date),
        author: creator?.name ?? creator?.email ?? null,
        text,
        session: topic_id ?? file,
      }
    }
  },
}
