import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import type { RawItem, Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Chat = z.object({
  title: z.string().nullish(),
  thread_path: z.string().optional(),
  participants: z.array(z.object({ name: z.string() })),
  messages: z.array(
    z.object({ sender_name: z.string().optional(), timestamp_ms: z.number(), content: z.string().optional() }),
  ),
})

/** Meta writes the bytes of UTF-8 as if each were a letter of Latin-1. Text that is not such is left as it is. */
function mended(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text
  const bytes = Buffer.from(text, 'latin1')
  const decoded = bytes.toString('utf8')
  return decoded.includes('\ufffd') ? text : decoded
}

/** message_1.json of Facebook's Messenger and of Instagram; the newest message stands first there. */
export const meta: JsonExport = {
  format: 'meta',
  name: 'Messenger or Instagram',
  looksLike: (value) => isObject(value) && Array.isArray(value.participants) && Array.isArray(value.messages),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const parsed = Chat.safeParse(value)
    if (!parsed.success)
      throw new HearthError('DATASET_BROKEN', `${file} is no export of Messenger or Instagram`, { file })
    const session = mended(parsed.data.title ?? parsed.data.thread_path ?? file)
    for (const { sender_name, timestamp_ms, content } of parsed.data.messages.toReversed()) {
      if (content === undefined) skip('media that the export left out')
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
