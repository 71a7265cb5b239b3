import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { Tokenizer } from '@huggingface/tokenizers'
import * as z from 'zod'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { GgufFile } from '../formats/gguf.ts'
import { tokenizerJsonOf, type TokenizerFiles } from '../formats/gguf-tokenizer-json.ts'
import type { Message } from './samples.ts'

const special = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]).nullish()
const TokenizerConfig = z.looseObject({
  bos_token: special,
  eos_token: special,
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
})

/** ChatML, for models without a chat template. */
const chatML =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' " +
  "+ '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

/** tokenizer.json and tokenizer_config.json of a base model, from its folder or its GGUF file. */
export const tokenizerFilesOf = async (
  base: string,
): Promise<{ readonly tokenizer: unknown; readonly config: unknown }> =>
  (await stat(base)).isDirectory() ? readFolder(base) : readGguf(base)

async function readFolder(folder: string): Promise<{ tokenizer: unknown; config: unknown }> {
  const json = async (name: string): Promise<unknown> => {
    try {
      return JSON.parse(await readFile(join(folder, name), 'utf8'))
    } catch (error) {
      if (name === 'tokenizer_config.json' && (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
      throw new HearthError(
        'MODEL_BROKEN',
        `${name} cannot be read: ${messageOf(error)}`,
        { file: name },
        { cause: error },
      )
    }
  }
  return { tokenizer: await json('tokenizer.json'), config: await json('tokenizer_config.json') }
}

async function readGguf(path: string): Promise<TokenizerFiles> {
  const file = await GgufFile.open(path)
  await file.close()
  return tokenizerJsonOf(file)
}

/** A model's tokenizer with its chat template. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer
  readonly #template: Template
  readonly #specials: { readonly bos_token: string; readonly eos_token: string }
  /** The token that ends a text; null where the model has none. */
  readonly endOfText: number | null

  private constructor(tokenizer: Tokenizer, config: z.infer<typeof TokenizerConfig>) {
    this.#tokenizer = tokenizer
    const template =
      typeof config.chat_template === 'string'
        ? config.chat_template
        : config.chat_template?.find(({ name }) => name === 'default')?.template
    this.#template = new Template(template ?? chatML)
    this.#specials = { bos_token: config.bos_token ?? '', eos_token: config.eos_token ?? '' }
    this.endOfText = config.eos_token ? (tokenizer.token_to_id(config.eos_token) ?? null) : null
  }

  /** The tokenizer of a base model: of its folder, or inside its GGUF file. */
  static async open(base: string): Promise<TextTokenizer> {
    const { tokenizer, config } = await tokenizerFilesOf(base)
    try {
      const parsed = TokenizerConfig.parse(config)
      return new TextTokenizer(new Tokenizer(z.record(z.string(), z.unknown()).parse(tokenizer), parsed), parsed)
    } catch (error) {
      throw new HearthError(
        'MODEL_BROKEN',
        `the tokenizer cannot be used: ${messageOf(error)}`,
        { file: basename(base) },
        { cause: error },
      )
    }
  }

  /** Refuses a tokenizer with tokens outside the model's vocabulary. */
  assertFits(vocabulary: number): void {
    let largest = 0
    for (const id of this.#tokenizer.get_vocab(true).values()) largest = Math.max(largest, id)
    if (largest >= vocabulary)
      throw new HearthError(
        'MODEL_BROKEN',
        `tokenizer.json does not belong to the model: it has token ${largest}, the model has ${vocabulary} tokens`,
        { file: 'tokenizer.json' },
      )
  }

  encode(text: string): number[] {
    return this.#tokenizer.encode(text, { add_special_tokens: false }).ids
  }

  /** One or two texts with the special tokens that the model expects; `types` tells which text a token is from. */
  encodeForClassification(text: string, pair: string | null): { ids: number[]; types: number[] } {
    const { ids, token_type_ids: types } = this.#tokenizer.encode(text, {
      text_pair: pair,
      add_special_tokens: true,
      return_token_type_ids: true,
    })
    return { ids, types: types ?? ids.map(() => 0) }
  }

  decode(ids: number[]): string {
    return this.#tokenizer.decode(ids, { skip_special_tokens: true })
  }

  /** Tokens of a chat; `answer` marks those of the assistant's answers to learn. */
  encodeChat(messages: readonly Message[]): { ids: number[]; answer: boolean[] } {
    const ids: number[] = []
    const answer: boolean[] = []
    let written = ''
    const append = (text: string, isAnswer: boolean) => {
      for (const id of text ? this.encode(text) : []) {
        ids.push(id)
        answer.push(isAnswer)
      }
    }
    for (const [i, message] of messages.entries()) {
      if (message.role !== 'assistant') continue
      const prompt = this.#render(messages.slice(0, i), true)
      const whole = this.#render(messages.slice(0, i + 1), false)
      // Templates that rewrite earlier messages cannot be split into questions and answers.
      if (!prompt.startsWith(written) || !whole.startsWith(prompt))
        throw new HearthError(
          'MODEL_UNSUPPORTED',
          'the model’s chat template rewrites earlier messages, so answers cannot be separated from questions',
          { file: 'tokenizer_config.json' },
        )
      append(prompt.slice(written.length), false)
      append(whole.slice(prompt.length), message.weight !== 0)
      written = whole
    }
    return { ids, answer }
  }

  #render(messages: readonly Message[], prompt: boolean): string {
    try {
      return this.#template.render({ messages, add_generation_prompt: prompt, ...this.#specials })
    } catch (error) {
      throw new HearthError(
        'MODEL_BROKEN',
        `the chat template fails: ${messageOf(error)}`,
        { file: 'tokenizer_config.json' },
        { cause: error },
      )
    }
  }
}
