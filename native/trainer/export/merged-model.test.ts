import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writeRandomModel } from '../../../test/support/tiny-models.ts'
import { smallTokenizers, writeTokenizer } from '../../../test/support/tokenizers.ts'
import { TextTokenizer } from '../data/tokenizer.ts'
import { tokenizerFilesOf } from '../data/tokenizer-files.ts'
import { GgufFile } from '../formats/gguf.ts'
import { encodeSafetensors } from '../formats/safetensors.ts'
import { fixture as llama } from '../models/llama/fixture.ts'
import { merge, toGguf } from '../service.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-export-'))
afterAll(() => rm(root, { recursive: true }))

/** A model folder with a tokenizer, and other files beside it. */
async function made(
  name: string,
  tokenizer: string,
  config: Record<string, unknown> = {},
  files: Record<string, string> = {},
): Promise<string> {
  const folder = join(root, name)
  await writeRandomModel(folder, { ...llama.config, vocab_size: 512 })
  await writeTokenizer(folder, tokenizer, config)
  await mkdir(join(folder, 'additional_chat_templates'), { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  return folder
}

async function asGguf(base: string): Promise<GgufFile> {
  const out = `${base}.gguf`
  await toGguf(base, out)
  const file = await GgufFile.open(out)
  await file.close()
  return file
}

/** A LoRA of nothing: B is 0. */
async function emptyAdapter(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const config = { peft_type: 'LORA', r: 2, lora_alpha: 2, target_modules: ['q_proj'], task_type: 'CAUSAL_LM' }
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(config))
  const tensors = [0, 1].flatMap((layer) => {
    const at = `base_model.model.model.layers.${layer}.self_attn.q_proj`
    return [
      { name: `${at}.lora_A.weight`, shape: [2, 64], data: new Float32Array(128) },
      { name: `${at}.lora_B.weight`, shape: [64, 2], data: new Float32Array(128) },
    ]
  })
  await writeFile(join(folder, 'adapter_model.safetensors'), encodeSafetensors(tensors))
  return folder
}

describe('what is exported', () => {
  test('keeps the templates and tokens of the base, in a folder as in a GGUF file', async () => {
    const base = await made(
      'templates',
      'llama3',
      { chat_template: null, bos_token: { __type: 'AddedToken', content: '<|begin_of_text|>' } },
      { 'chat_template.jinja': 'F', 'additional_chat_templates/rag.jinja': 'R' },
    )
    const { metadata } = await asGguf(base)
    const vocab = await TextTokenizer.open(base)
    expect(Object.fromEntries([...metadata].filter(([key]) => !/tokens$|token_type|merges/.test(key)))).toMatchObject({
      'tokenizer.ggml.pre': 'llama-bpe',
      'tokenizer.ggml.bos_token_id': vocab.encode('<|begin_of_text|>')[0],
      'tokenizer.ggml.eos_token_id': vocab.endOfText,
      'tokenizer.ggml.add_bos_token': true,
      'tokenizer.ggml.add_eos_token': false,
      'tokenizer.chat_template': 'F',
      'tokenizer.chat_templates': ['rag'],
      'tokenizer.chat_template.rag': 'R',
    })
    const merged = join(root, 'merged')
    await merge(base, await emptyAdapter(join(root, 'adapter')), merged, 'safetensors')
    expect(await tokenizerFilesOf(merged)).toEqual(await tokenizerFilesOf(base))
    const fromGguf = await tokenizerFilesOf(`${base}.gguf`)
    expect(Object.fromEntries(fromGguf.templates)).toEqual({ default: 'F', rag: 'R' })
  })

  test('has the template that the adapter was trained with, where it brings one', async () => {
    const base = await made('untold', 'gpt2-chatml', { chat_template: null })
    const adapter = await emptyAdapter(join(root, 'told'))
    await writeFile(join(adapter, 'chat_template.jinja'), 'A')
    await merge(base, adapter, join(root, 'told-folder'), 'safetensors')
    await merge(base, adapter, join(root, 'told.gguf'), 'gguf-f16')
    for (const written of ['told-folder', 'told.gguf'])
      expect(Object.fromEntries((await tokenizerFilesOf(join(root, written))).templates)).toEqual({ default: 'A' })
    await merge(join(root, 'told.gguf'), adapter, join(root, 'told-again'), 'safetensors')
    expect((await tokenizerFilesOf(join(root, 'told-again'))).templates.get('default')).toBe('A')
  })

  test.each(['gpt2-chatml', 'llama3', 'qwen2-nfc'])('has the tokens of %s in GGUF too', async (name) => {
    const base = await made(`same-${name}`, name)
    await asGguf(base)
    const [folder, file] = [await TextTokenizer.open(base), await TextTokenizer.open(`${base}.gguf`)]
    for (const text of smallTokenizers.texts.map((item) => item.normalize('NFC')))
      expect(file.encodeText(text), text).toEqual(folder.encodeText(text))
    for (const chat of smallTokenizers.chats.slice(0, 1)) expect(file.encodeChat(chat)).toEqual(folder.encodeChat(chat))
  })

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['says it adds none', { add_bos_token: false }, { 'tokenizer.ggml.add_bos_token': false }],
    ['says it ends texts', { add_eos_token: true }, { 'tokenizer.ggml.add_eos_token': true }],
    ['has none to add', { add_bos_token: true, bos_token: null }, { 'tokenizer.ggml.add_bos_token': false }],
  ])('believes the config that %s, as llama.cpp’s converter does', async (name, config, right) => {
    const { metadata } = await asGguf(await made(name, 'qwen2-nfc', config))
    expect(Object.fromEntries(metadata)).toMatchObject(right)
  })

  test.each([
    ['a SentencePiece tokenizer', 'metaspace-first'],
    ['a blank before every text', 'gpt2-prefix-space'],
  ])('is refused for %s, which GGUF would not hold', async (_, name) => {
    const base = await made(`refused-${name}`, name)
    await expect(toGguf(base, `${base}.gguf`)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' })
    expect(JSON.parse(await readFile(join(base, 'config.json'), 'utf8'))).toMatchObject({ vocab_size: 512 })
  })
})
