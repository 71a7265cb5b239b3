import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { timeOf, type RawItem, type Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Part = z.object({ type: z.string(), text: z.string().optional() })
const Message = z.object({
  uuid: z.string().min(1),
  sender: z.string(),
  created_at: z.string().nullish(),
  text: z.string().nullish(),
  content: z.array(z.unknown()).optional(),
})
const Export = z.array(z.object({ name: z.string().nullish(), chat_messages: z.array(z.unknown()) }))

/** Claude's conversations.json. */
export const claude: JsonExport = {
  format: 'claude',
  name: 'Claude',
  looksLike: (value) => Array.isArray(value) && isObject(value[0]) && 'chat_messages' in value[0],
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const parsed = Export.safeParse(value)
    if (!parsed.success)
      throw new HearthError('DATASET_BROKEN', `${file} is no export of Claude (conversations.json)`, { file })
    for (const { name, chat_messages } of parsed.data) {
      for (const given of chat_messages) {
        const message = Message.safeParse(given)
        if (!message.success) {
          skip('messages that cannot be read')
          continue
        }
        const { uuid, sender, created_at, text, content } = message.data
        // Newer exports keep tools and thoughts beside what was said; older ones have the text alone.
        const said = (content ?? [])
          .flatMap((part) => Part.safeParse(part).data ?? [])
          .flatMap((part) => (part.type === 'text' && part.text ? [part.text] : []))
        yield {
          id: uuid,
          ...timeOf(created_at),
          author: sender === 'human' ? 'user' : sender,
          text: said.length > 0 ? said.join('\n') : (text ?? ''),
          session: name || file,
        }
      }
    }
  },
}
