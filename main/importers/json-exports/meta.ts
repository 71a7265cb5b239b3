import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import type { RawItem, Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Chat = z.object({
  title: z.string().nullish(),
  thread_path: z.string().optional(),
  participants: z.array(z.object({ name: z.string() })),
  messages: z.array(
    z.object({
      sender_name: z.string().optional(),
      timestamp_ms: z.number(),
      content: z.string().optional(),
      is_unsent: z.boolean().optional(),
      call_duration: z.number().optional(),
      type: z.string().optional(),
    }),
  ),
})
/** What Messenger's own download of encrypted chats holds; its letters are as they were written. */
const Encrypted = z.object({
  threadName: z.string().nullish(),
  participants: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  messages: z.array(
    z.object({
      senderName: z.string().nullish(),
      timestamp: z.number(),
      text: z.string().nullish(),
      type: z.string().nullish(),
      isUnsent: z.boolean().nullish(),
    }),
  ),
})

/** Meta writes the bytes of UTF-8 as if each were a letter of Latin-1. Text that is not such is left as it is. */
function mended(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text
  const bytes = Buffer.from(text, 'latin1')
  const decoded = bytes.toString('utf8')
  return decoded.includes('\ufffd') ? text : decoded
}

/** Kinds of messages that nobody wrote: calls, and who joined or left. */
const NOTICES: ReadonlySet<string> = new Set(['Call', 'Subscribe', 'Unsubscribe', 'call', 'placeholder', 'admin'])

function* encrypted({ threadName, messages }: z.infer<typeof Encrypted>, file: string, skip: Skip): Generator<RawItem> {
  for (const { senderName, timestamp, text, type, isUnsent } of messages.toSorted(
    (a, b) => a.timestamp - b.timestamp,
  )) {
    if (isUnsent) skip('deleted messages')
    else if (NOTICES.has(type ?? '')) skip('notices of the app')
    else if (!text) skip('media that the export left out')
    else yield { ts: timestamp, author: senderName ?? null, text, session: threadName ?? file }
  }
}

/** message_1.json of Facebook's Messenger and of Instagram; the newest message stands first there. */
export const meta: JsonExport = {
  format: 'meta',
  name: 'Messenger or Instagram',
  looksLike: (value) => isObject(value) && Array.isArray(value.participants) && Array.isArray(value.messages),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const parsed = Chat.safeParse(value)
    if (!parsed.success) {
      const other = Encrypted.safeParse(value)
      if (!other.success)
        throw new HearthError('DATASET_BROKEN', `${file} is no export of Messenger or Instagram`, { file })
      yield* encrypted(other.data, file, skip)
      return
    }
    const session = mended(parsed.data.title ?? parsed.data.thread_path ?? file)
    for (const message of parsed.data.messages.toReversed()) {
      const { sender_name, timestamp_ms, content, is_unsent, call_duration, type } = message
      if (is_unsent) skip('deleted messages')
      else if (call_duration !== undefined || NOTICES.has(type ?? '')) skip('notices of the app')
      else if (content === undefined) skip('media that the export left out')
      else
        yield {
          ts: timestamp_ms,
          author: sender_name === undefined ? null : mended(sender_name),
          text: mended(content),
          session,
        }
    }
  },
}
