import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const Fixture = z.object({
  chats: z.array(z.array(z.object({ role: z.string(), content: z.string() }))),
  texts: z.array(z.string()),
  vocabularies: z.array(z.object({ vocab: z.array(z.string()), merges: z.array(z.string()) })),
  tokenizers: z.record(
    z.string(),
    z.object({
      vocabulary: z.int(),
      tokenizer: z.looseObject({ model: z.looseObject({}) }),
      config: z.looseObject({ eos_token: z.string() }),
      chats: z.array(z.object({ ids: z.array(z.int()), mask: z.string() })),
      texts: z.array(z.array(z.int())),
    }),
  ),
})

/** Small tokenizers of every kind, and what transformers 5.24.0 (tokenizers 0.23.3) makes of chats and texts. */
export const smallTokenizers = Fixture.parse(
  JSON.parse(await readFile(new URL('../../native/trainer/data/fixtures/tokenizers.json', import.meta.url), 'utf8')),
)

/** Writes one of them as the files of a folder. @param more keys of tokenizer_config.json, instead of its own */
export async function writeTokenizer(
  folder: string,
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const made = smallTokenizers.tokenizers[name]
  const { vocab, merges } = smallTokenizers.vocabularies[made?.vocabulary ?? -1] ?? {}
  if (!made || !vocab || !merges) throw new Error(`there is no tokenizer ${name}`)
  const model = { ...made.tokenizer.model, vocab: Object.fromEntries(vocab.map((token, id) => [token, id])), merges }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...made.tokenizer, model }))
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ ...made.config, ...more }))
  return folder
}
