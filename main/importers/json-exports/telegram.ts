import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { timeOf, type RawItem, type Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Text = z.union([z.string(), z.array(z.union([z.string(), z.object({ text: z.string() })]))])
const Message = z.object({
  id: z.number(),
  type: z.string(),
  date_unixtime: z.string().optional(),
  date: z.string().optional(),
  from: z.string().nullish(),
  text: Text,
})
const Chat = z.object({ name: z.string().nullish(), id: z.number().optional(), messages: z.array(z.unknown()) })
const Export = z.union([z.object({ chats: z.object({ list: z.array(Chat) }) }), Chat])

/** Telegram Desktop, one chat or all of them. */
export const telegram: JsonExport = {
  format: 'telegram',
  name: 'Telegram',
  looksLike: (value) =>
    isObject(value) &&
    ('chats' in value ||
      (Array.isArray(value.messages) && 'id' in value && !('participants' in value) && !('channel' in value))),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const parsed = Export.safeParse(value)
    if (!parsed.success) throw new HearthError('DATASET_BROKEN', `${file} is no export of Telegram`, { file })
    for (const chat of 'chats' in parsed.data ? parsed.data.chats.list : [parsed.data]) {
      for (const entry of chat.messages) {
        const message = Message.safeParse(entry)
        if (!message.success || message.data.type !== 'message') {
          skip('notices of the app')
          continue
        }
        const { id, date_unixtime, date, from, text } = message.data
        const session = chat.name ?? String(chat.id ?? file)
        yield {
          id: `${chat.id ?? session}/${id}`,
          ts: timeOf(date_unixtime ?? date),
          author: from ?? null,
          text:
            typeof text === 'string'
              ? text
              : text.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
          session,
        }
      }
    }
  },
}
