import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { timeOf, type RawItem, type Skip } from '../raw-item.ts'
import { isObject, type JsonExport } from './export-format.ts'

const Message = z.object({
  id: z.string(),
  author: z.object({ role: z.string() }),
  create_time: z.number().nullish(),
  content: z.object({
    content_type: z.string().optional(),
    parts: z.array(z.unknown()).optional(),
    text: z.string().nullish(),
  }),
  /** To whom it goes: a tool, or all who read. */
  recipient: z.string().nullish(),
  metadata: z.object({ is_visually_hidden_from_conversation: z.boolean().nullish() }).nullish(),
})
type Message = z.infer<typeof Message>
const Node = z.object({
  message: z.unknown(),
  parent: z.string().nullish(),
  children: z.array(z.string()).optional(),
})
type Node = z.infer<typeof Node>
const Export = z.array(
  z.object({
    title: z.string().nullish(),
    current_node: z.string().nullish(),
    mapping: z.record(z.string(), Node),
  }),
)
const Part = z.object({ content_type: z.string(), text: z.string().nullish() })

/** Where no node names its parent, as in very old exports: their times tell the order. */
const byTime = (mapping: Readonly<Record<string, Node>>): string[] => {
  const timeOfNode = (id: string): number => Message.safeParse(mapping[id]?.message).data?.create_time ?? 0
  return Object.keys(mapping).toSorted((a, b) => timeOfNode(a) - timeOfNode(b))
}

/**
 * The nodes of a conversation as it is shown, from its first message to the last: an answer that was asked for anew, or
 * a question that was changed, leaves another branch behind.
 */
function shown(mapping: Readonly<Record<string, Node>>, current: string | null | undefined): Set<string> {
  let last = current && mapping[current] ? current : null
  const linked = Object.values(mapping).some(({ parent }) => parent && mapping[parent])
  if (!linked && last === null) return new Set(byTime(mapping))
  // Where the export does not say, the branch that was begun last is the one on the screen.
  if (last === null) {
    const seen = new Set<string>()
    last = Object.keys(mapping).find((id) => !mapping[id]?.parent || !mapping[mapping[id].parent ?? '']) ?? null
    for (let next = last; next && mapping[next] && !seen.has(next); next = mapping[next]?.children?.at(-1) ?? null) {
      seen.add(next)
      last = next
    }
  }
  const path: string[] = []
  const seen = new Set<string>()
  for (let id: string | null = last; id && mapping[id] && !seen.has(id); id = mapping[id]?.parent ?? null) {
    seen.add(id)
    path.push(id)
  }
  return new Set(path.toReversed())
}

/** What a person wrote or spoke, or was answered; null where it is a tool's or the system's. */
function textOf({ author, content, recipient, metadata }: Message, skip: Skip): string | null {
  const kind = content.content_type ?? 'text'
  if (author.role !== 'user' && author.role !== 'assistant') return null
  if (metadata?.is_visually_hidden_from_conversation || (recipient && recipient !== 'all')) return null
  if (kind === 'code') return content.text ?? null
  if (kind !== 'text' && kind !== 'multimodal_text') return null
  const texts: string[] = []
  for (const part of content.parts ?? []) {
    const known = typeof part === 'string' ? null : Part.safeParse(part).data
    if (typeof part === 'string') texts.push(part)
    else if (known?.content_type === 'audio_transcription') texts.push(known.text ?? '')
    // The sound of what is written out beside it is no loss.
    else if (!/audio/.test(known?.content_type ?? '')) skip('media that the export left out')
  }
  return texts.filter((text) => text !== '').join('\n')
}

/** ChatGPT's conversations.json. */
export const chatGpt: JsonExport = {
  format: 'chatgpt',
  name: 'ChatGPT',
  looksLike: (value) => Array.isArray(value) && (value.length === 0 || (isObject(value[0]) && 'mapping' in value[0])),
  *read(value: unknown, file: string, skip: Skip): Generator<RawItem> {
    const parsed = Export.safeParse(value)
    if (!parsed.success)
      throw new HearthError('DATASET_BROKEN', `${file} is no export of ChatGPT (conversations.json)`, { file })
    for (const { title, current_node, mapping } of parsed.data) {
      const path = shown(mapping, current_node)
      for (const [id, { message }] of Object.entries(mapping)) if (message && !path.has(id)) skip('branches not taken')
      for (const node of path) {
        const message = mapping[node]?.message
        if (message === null || message === undefined) continue
        const known = Message.safeParse(message)
        const text = known.success ? textOf(known.data, skip) : null
        if (!known.success) skip('messages that cannot be read')
        else if (text === null) skip('messages of the system')
        else {
          const { id, author, create_time } = known.data
          yield { id, ...timeOf(create_time), author: author.role, text, session: title ?? file }
        }
      }
    }
  },
}
