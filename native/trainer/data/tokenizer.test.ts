import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { smallTokenizers, writeTokenizer } from '../../../test/support/tokenizers.ts'
import { TextTokenizer } from './tokenizer.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-tokenizers-'))
afterAll(() => rm(root, { recursive: true }))
const { chats, texts, tokenizers } = smallTokenizers
const opened = async (name: string) => TextTokenizer.open(await writeTokenizer(join(root, name), name))

describe.each(Object.entries(tokenizers))('the tokenizer %s', (name, made) => {
  test.each(chats.map((chat, i) => [i, chat] as const))(
    'reads chat %i whole, and learns of it what the assistant writes, as transformers does',
    async (i, chat) => {
      const { ids, answer } = (await opened(name)).encodeChat(chat)
      expect(ids).toEqual(made.chats[i]?.ids)
      expect(answer.map((is) => (is ? '1' : '0')).join('')).toBe(made.chats[i]?.mask)
    },
  )

  test('begins and ends texts as transformers does, with one end', async () => {
    const tokenizer = await opened(name)
    const end = tokenizer.endOfText
    for (const [i, text] of texts.entries()) {
      const ids = made.texts[i] ?? []
      expect(tokenizer.encodeText(text), text).toEqual(ids.at(-1) === end ? ids : [...ids, end])
    }
  })

  test('reads a prompt with its completion as one text, and learns the completion with its end', async () => {
    const tokenizer = await opened(name)
    const { ids, answer } = tokenizer.encodeCompletion('the grey', ' heron dry')
    expect(ids).toEqual(tokenizer.encodeText('the grey heron dry'))
    const learnt = ids.filter((_, i) => answer[i])
    expect(tokenizer.decode(learnt).trim()).toBe('heron dry')
    expect(learnt.at(-1)).toBe(tokenizer.endOfText)
  })
})

test('a tokenizer that loses parts of a text is refused for chats, because answers cannot be found', async () => {
  const lossy = { type: 'Split', pattern: { String: ' ' }, behavior: 'Removed', invert: false }
  const folder = join(root, 'lossy')
  await writeTokenizer(folder, 'gpt2-chatml')
  const json = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as Record<string, unknown>
  const pre = { type: 'Sequence', pretokenizers: [lossy, json['pre_tokenizer']] }
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...json, pre_tokenizer: pre }))
  const tokenizer = await TextTokenizer.open(folder)
  expect(() => tokenizer.encodeChat(chats[0] ?? [])).toThrow(/does not give back the text/)
})
