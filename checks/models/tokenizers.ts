import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { HearthError } from '../../common/errors/index.ts'
import { TextTokenizer } from '../../native/trainer/data/tokenizer.ts'
import type { Group, Row } from './row.ts'

const script = fileURLToPath(new URL('../reference/tokenizer_cases.py', import.meta.url))
const [SEED, CHATS] = ['7', '40']
const Reference = z.object({
  chats: z.array(z.array(z.object({ role: z.string(), content: z.string() }))),
  texts: z.array(z.string()),
  tokenizers: z.record(
    z.string(),
    z.object({
      chats: z.array(z.object({ ids: z.array(z.int()), mask: z.string() })),
      texts: z.array(z.array(z.int())),
    }),
  ),
})
type Reference = z.infer<typeof Reference>

/** What differs between a tokenizer here and transformers'; null where nothing does. @throws HearthError */
function difference(tokenizer: TextTokenizer, { chats, texts }: Reference, right: Reference['tokenizers'][string]) {
  const end = tokenizer.endOfText
  for (const [i, text] of texts.entries()) {
    const ids = right.texts[i] ?? []
    const ended = end === null || ids.at(-1) === end ? ids : [...ids, end]
    if (tokenizer.encodeText(text).join() !== ended.join()) return `other tokens of the text ${JSON.stringify(text)}`
  }
  for (const [i, chat] of chats.entries()) {
    const { ids, answer } = tokenizer.encodeChat(chat)
    const wanted = right.chats[i]
    if (ids.join() !== wanted?.ids.join()) return `other tokens of the chat ${JSON.stringify(chat)}`
    if (answer.map(Number).join('') !== wanted.mask) return `other tokens are learnt of ${JSON.stringify(chat)}`
  }
  return null
}

/** Texts and chats of random pieces, by tokenizers of every kind, against transformers. */
export const tokenizers: Group = {
  name: 'tokenizers',
  packages: ['transformers', 'tokenizers'],
  async rows(python, folder) {
    const made = spawnSync(python, [script, folder, SEED, CHATS], { encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (made.status !== 0) throw new Error(made.stderr.slice(-2000))
    const reference = Reference.parse(JSON.parse(made.stdout))
    const rows: Row[] = []
    for (const [name, right] of Object.entries(reference.tokenizers)) {
      const row = { name, difference: null, lossDifference: null }
      try {
        const words = difference(await TextTokenizer.open(join(folder, name)), reference, right)
        rows.push({ ...row, outcome: words === null ? 'equal' : 'SILENT', words: words ?? '' })
      } catch (error) {
        if (!(error instanceof HearthError)) throw error
        rows.push({ ...row, outcome: 'refused', words: error.message })
      }
    }
    return rows
  },
}
