import { basename } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { textEndsOf, type TextEnds } from '../formats/post-processor.ts'
import { ChatTemplate, type AnswerSpan } from './chat-template.ts'
import { splittingAsWritten } from './pre-tokenizer.ts'
import type { Message } from './samples.ts'
import { TokenAligner } from './token-aligner.ts'
import { tokenizerFilesOf, type TokenizerFiles } from './tokenizer-files.ts'

/** Tokens of a text, and which of them are to be learnt. */
export interface MarkedTokens {
  readonly ids: number[]
  readonly answer: boolean[]
}

/** A model's tokenizer with its chat template. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer
  readonly #template: ChatTemplate
  readonly #aligner: TokenAligner
  readonly #ends: TextEnds
  /** The token that ends a text; null where the model has none. */
  readonly endOfText: number | null

  private constructor(files: TokenizerFiles, template: string | null) {
    const { tokenizer: json, config, templates } = files
    // As transformers 5: where there is a tokenizer.json, `add_bos_token` of the config says nothing.
    this.#ends = textEndsOf(json['post_processor'])
    this.#tokenizer = new Tokenizer({ ...json, pre_tokenizer: splittingAsWritten(json['pre_tokenizer']) }, config)
    this.#aligner = new TokenAligner(json)
    const specials = Object.fromEntries(
      (['bos_token', 'eos_token', 'unk_token', 'pad_token'] as const).map((name) => [name, config[name] ?? '']),
    )
    this.#template = new ChatTemplate(
      templates,
      template,
      specials,
      (token) => this.#tokenizer.token_to_id(token) !== undefined,
    )
    this.endOfText = config.eos_token ? (this.#tokenizer.token_to_id(config.eos_token) ?? null) : null
  }

  /**
   * The tokenizer of a base model: of its folder, or inside its GGUF file. @param template the chat template that a
   * person chose by its name; null for the model's own
   */
  static async open(base: string, template: string | null = null): Promise<TextTokenizer> {
    const files = await tokenizerFilesOf(base)
    try {
      return new TextTokenizer(files, template)
    } catch (error) {
      if (error instanceof HearthError) throw error
      throw new HearthError(
        'MODEL_BROKEN',
        `the tokenizer cannot be used: ${messageOf(error)}`,
        { file: basename(base) },
        { cause: error },
      )
    }
  }

  /** The chat template that a person chose, for whoever uses what is trained with it; null for the model's own. */
  get chosenTemplate(): string | null {
    return this.#template.chosen
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

  /** A text with the special tokens that the tokenizer puts around it, and the token that ends a text. */
  encodeText(text: string): number[] {
    return this.#ended(this.#tokenizer.encode(text, { add_special_tokens: true }).ids)
  }

  /** The same for a prompt with its completion, which are one text: only the completion is learnt. */
  encodeCompletion(prompt: string, completion: string): MarkedTokens {
    const text = prompt + completion
    const whole = this.#marked(text, [{ from: prompt.length, to: text.length, learnt: true }])
    const [before, after] = [this.#idsOf(this.#ends.before), this.#idsOf(this.#ends.after)]
    const ids = this.#ended([...before, ...whole.ids, ...after])
    const answer = [...before.map(() => false), ...whole.answer]
    return { ids, answer: [...answer, ...ids.slice(answer.length).map(() => true)] }
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

  /** Tokens as they are written, special ones too. */
  spell(ids: number[]): string {
    return this.#tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false })
  }

  /** Tokens of a chat, written whole by the model's template; `answer` marks those of the answers to learn. */
  encodeChat(messages: readonly Message[], tools: readonly unknown[] | null = null): MarkedTokens {
    if (!messages.some(({ role }) => role === 'assistant')) return { ids: [], answer: [] }
    const { text, answers } = this.#template.render(messages, tools)
    return this.#marked(text, answers)
  }

  /** A token is of the answers where any of its characters is. */
  #marked(text: string, answers: readonly AnswerSpan[]): MarkedTokens {
    const { ids, tokens } = this.#tokenizer.encode(text, { add_special_tokens: false })
    const learnt = answers.filter((answer) => answer.learnt)
    const spans = this.#aligner.align(text, tokens)
    return { ids, answer: spans.map(({ from, to }) => learnt.some((span) => from < span.to && to > span.from)) }
  }

  #idsOf(tokens: readonly string[]): number[] {
    return tokens.flatMap((token) => this.#tokenizer.token_to_id(token) ?? [])
  }

  #ended(ids: number[]): number[] {
    return this.endOfText === null || ids.at(-1) === this.endOfText ? ids : [...ids, this.endOfText]
  }
}
