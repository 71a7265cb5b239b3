import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { HearthError } from '../../common/errors/index.ts'
import { ChatTemplate } from '../../native/trainer/data/chat-template.ts'
import { tokenizerFilesOf } from '../../native/trainer/data/tokenizer-files.ts'
import type { Group, Row } from './row.ts'

const script = fileURLToPath(new URL('../reference/template_cases.py', import.meta.url))
const Reference = z.object({
  chats: z.array(
    z.object({
      messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
      tools: z.array(z.unknown()).nullable(),
    }),
  ),
  folders: z.record(z.string(), z.array(z.string().nullable())),
})
type Chat = z.infer<typeof Reference>['chats'][number]

async function written(folder: string, { messages, tools }: Chat): Promise<string> {
  const { config, templates } = await tokenizerFilesOf(folder)
  const specials = { bos_token: config.bos_token ?? '', eos_token: config.eos_token ?? '' }
  return new ChatTemplate(templates, null, specials, () => true).render(messages, tools).text
}

/** Chats by the template that a folder has in one form or another, against transformers. */
export const templates: Group = {
  name: 'templates',
  packages: ['transformers'],
  async rows(python, folder) {
    const made = spawnSync(python, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    if (made.status !== 0) throw new Error(made.stderr.slice(-2000))
    const { chats, folders } = Reference.parse(JSON.parse(made.stdout))
    const rows: Row[] = []
    for (const [name, texts] of Object.entries(folders)) {
      for (const [i, chat] of chats.entries()) {
        const row = { name: `${name}, chat ${i}`, difference: null, lossDifference: null }
        try {
          const text = await written(join(folder, name), chat)
          const equal = text === texts[i]
          const words = equal ? '' : `${JSON.stringify(text)} instead of ${JSON.stringify(texts[i])}`
          rows.push({ ...row, outcome: equal ? 'equal' : 'SILENT', words })
        } catch (error) {
          if (!(error instanceof HearthError)) throw error
          rows.push({ ...row, outcome: 'refused', words: error.message })
        }
      }
    }
    return rows
  },
}
