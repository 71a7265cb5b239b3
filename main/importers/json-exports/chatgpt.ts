import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { timeOf, type RawItem, type Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Message = z.object({
  id: z.string(),
  author: z.object({ role: z.string() }),
  create_time: z.number().nullish(),
  content: z.object({ parts: z.array(z.unknown()).optional() }),
})
const Export = z.array(
  z.object({ title: z.string().nullish(), mapping: z.record(z.string(), z.object({ message: z.unknown() })) }),
)

/** ChatGPT's conversations.json. */
export const chatGpt: JsonExport = {
  format: 'chatgpt',
  name: 'ChatGPT',
  looksLike: (value) => Array.isArray(value) && (value.length === 0 || (isObject(value[0]) && 'mapping' in value[0])),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const parsed = Export.safeParse(value)
    if (!parsed.success)
      throw new HearthError('DATASET_BROKEN', `${file} is no export of ChatGPT (conversations.json)`, { file })
    for (const { title, mapping } of parsed.data) {
      const messages = Object.values(mapping).flatMap(({ message }) => {
        const found = Message.safeParse(message)
        return found.success ? [found.data] : []
      })
      for (const { id, author, create_time, content } of messages.toSorted(
        (a, b) => (a.create_time ?? 0) - (b.create_time ?? 0),
      )) {
        const text = (content.parts ?? []).filter((part) => typeof part === 'string').join('\n')
        if (author.role === 'system' || author.role === 'tool') skip('messages of the system')
        else yield { id, ts: timeOf(create_time), author: author.role, text, session: title ?? file }
      }
    }
  },
}
