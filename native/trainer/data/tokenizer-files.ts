import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { GgufFile } from '../formats/gguf.ts'
import { tokenizerJsonOf } from '../formats/gguf-tokenizer-json.ts'
import { DEFAULT_TEMPLATE, type ChatTemplates } from './chat-template.ts'

/** Tokens are written as text, or as objects with their properties. */
const token = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]).nullish()
const TokenizerConfig = z.looseObject({
  bos_token: token,
  eos_token: token,
  unk_token: token,
  pad_token: token,
  add_bos_token: z.boolean().nullish(),
  add_eos_token: z.boolean().nullish(),
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
})
export type TokenizerConfig = z.infer<typeof TokenizerConfig>

/** What a base model says of its tokenizer. */
export interface TokenizerFiles {
  /** Content of tokenizer.json. */
  readonly tokenizer: Readonly<Record<string, unknown>>
  readonly config: TokenizerConfig
  readonly templates: ChatTemplates
}

/** Template files, which go before the templates in tokenizer_config.json. */
export const TEMPLATE_FILE = 'chat_template.jinja'
export const TEMPLATE_FOLDER = 'additional_chat_templates'
const SPECIAL_TOKENS = ['bos_token', 'eos_token', 'unk_token', 'pad_token'] as const

/** The tokenizer of a base model, from its folder or its GGUF file. @throws HearthError MODEL_BROKEN */
export async function tokenizerFilesOf(base: string): Promise<TokenizerFiles> {
  if ((await stat(base)).isDirectory()) return readFolder(base)
  const file = await GgufFile.open(base)
  await file.close()
  const { tokenizer, config } = tokenizerJsonOf(file)
  return { tokenizer, ...readConfig(config, new Map()) }
}

async function readFolder(folder: string): Promise<TokenizerFiles> {
  const tokenizer = z.record(z.string(), z.unknown()).safeParse(await readJson(folder, 'tokenizer.json', false))
  if (!tokenizer.success) throw unreadable('tokenizer.json', 'it must be an object')
  const config = z.looseObject({}).safeParse(await readJson(folder, 'tokenizer_config.json', true))
  if (!config.success) throw unreadable('tokenizer_config.json', 'it must be an object')
  // Older folders name the special tokens in a file of their own, and transformers believes it.
  const older = z.looseObject({}).safeParse(await readJson(folder, 'special_tokens_map.json', true)).data ?? {}
  const values = { ...config.data }
  if (!('added_tokens_decoder' in values))
    for (const name of SPECIAL_TOKENS) if (older[name] != null) values[name] = older[name]
  return { tokenizer: tokenizer.data, ...readConfig(values, await templateFiles(folder)) }
}

function readConfig(values: unknown, files: ChatTemplates): { config: TokenizerConfig; templates: ChatTemplates } {
  const parsed = TokenizerConfig.safeParse(values)
  if (!parsed.success) throw unreadable('tokenizer_config.json', z.prettifyError(parsed.error))
  const { chat_template: own } = parsed.data
  const named = typeof own === 'string' ? [{ name: DEFAULT_TEMPLATE, template: own }] : (own ?? [])
  const templates = files.size > 0 ? files : new Map(named.map(({ name, template }) => [name, template]))
  return { config: parsed.data, templates }
}

async function templateFiles(folder: string): Promise<ChatTemplates> {
  const templates = new Map<string, string>()
  const text = await readText(folder, TEMPLATE_FILE)
  if (text !== null) templates.set(DEFAULT_TEMPLATE, text)
  const others = await readdir(join(folder, TEMPLATE_FOLDER)).catch(() => [])
  for (const name of others.filter((file) => file.endsWith('.jinja')).toSorted()) {
    const other = await readText(folder, join(TEMPLATE_FOLDER, name))
    if (other !== null) templates.set(name.slice(0, -'.jinja'.length), other)
  }
  return templates
}

const unreadable = (file: string, why: string, cause?: unknown) =>
  new HearthError('MODEL_BROKEN', `${file} cannot be read: ${why}`, { file }, { cause })

async function readText(folder: string, name: string): Promise<string | null> {
  return readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unreadable(name, error.message, error)
  })
}

async function readJson(folder: string, name: string, optional: boolean): Promise<unknown> {
  const text = await readText(folder, name)
  if (text === null && optional) return {}
  if (text === null) throw unreadable(name, 'it is not there')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(name, messageOf(error), error)
  }
}
