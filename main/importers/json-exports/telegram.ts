import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { StrictReader } from '../../../common/strict-reader.ts'
import { timeOf, type RawItem, type Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Text = z.union([z.string(), z.array(z.union([z.string(), z.object({ text: z.string() })]))])
const Message = z.object({
  id: z.number(),
  type: z.string(),
  date_unixtime: z.string().optional(),
  date: z.string().optional(),
  from: z.string().nullish(),
  from_id: z.union([z.string(), z.number()]).nullish(),
  text: Text,
})
const Chat = z.object({ name: z.string().nullish(), id: z.number().optional(), messages: z.array(z.unknown()) })
const Chats = z.object({ list: z.array(Chat) })
/** Names of a stranger’s that are said one by one. */
const MOST_NAMED = 20
const Export = z.union([z.object({ chats: Chats.optional(), left_chats: Chats.optional() }), Chat])

function* messagesOf(chat: z.infer<typeof Chat>, file: string, skip: Skip): Generator<RawItem> {
  const session = chat.name ?? String(chat.id ?? file)
  for (const entry of chat.messages) {
    const message = Message.safeParse(entry)
    if (isObject(entry) && entry.type === 'service') skip('notices of the app')
    else if (!message.success || !isObject(entry)) skip('messages that cannot be read')
    else if (message.data.type !== 'message') skip('notices of the app')
    // A channel's or a friend's words, which came from elsewhere: there is no saying by whom and when.
    else if ('forwarded_from' in entry || 'forwarded_from_id' in entry || 'saved_from' in entry) skip('words of others')
    else {
      const { id, date_unixtime, date, from, from_id, text } = message.data
      const said =
        typeof text === 'string' ? text : text.map((part) => (typeof part === 'string' ? part : part.text)).join('')
      if (said === '') skip('media that the export left out')
      else
        yield {
          id: `${chat.id ?? session}/${id}`,
          ...timeOf(date_unixtime ?? date),
          author: from ?? (from_id ? String(from_id) : null),
          text: said,
          session,
        }
    }
  }
}

/** Telegram Desktop, one chat or all of them. */
export const telegram: JsonExport = {
  format: 'telegram',
  name: 'Telegram',
  looksLike: (value) =>
    isObject(value) &&
    ((isObject(value.chats) && Array.isArray(value.chats.list)) ||
      (isObject(value.left_chats) && Array.isArray(value.left_chats.list)) ||
      (Array.isArray(value.messages) && 'id' in value && !('participants' in value) && !('channel' in value))),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const one = Chat.safeParse(value)
    const parsed = one.success ? one : Export.safeParse(value)
    if (!parsed.success || !isObject(value))
      throw new HearthError('DATASET_BROKEN', `${file} is no export of Telegram`, { file })
    if ('messages' in parsed.data) {
      yield* messagesOf(parsed.data, file, skip)
      return
    }
    const parts = StrictReader.ofObject(value)
    parts.pass(['about', 'chats', 'left_chats'])
    for (const [at, name] of parts.unread.entries())
      skip(at < MOST_NAMED ? `the part “${name.slice(0, 100)}” of the archive` : 'more parts of the archive')
    for (const chats of [parsed.data.chats, parsed.data.left_chats])
      for (const chat of chats?.list ?? []) yield* messagesOf(chat, file, skip)
  },
}
