import { Template } from '@huggingface/jinja'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { listed } from '../../../common/strict-reader.ts'
import { inSteps } from '../../templates/bounded.ts'
import type { Message } from './samples.ts'

/** Templates by name; one alone is the default. */
export type ChatTemplates = ReadonlyMap<string, string>
export const DEFAULT_TEMPLATE = 'default'
const TOOL_TEMPLATE = 'tool_use'

/** Templates that a person may choose for a model that has none, with the tokens that they need. */
const known: Readonly<Record<string, { readonly template: string; readonly tokens: readonly string[] }>> = {
  chatml: {
    template:
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' " +
      "+ '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    tokens: ['<|im_start|>', '<|im_end|>'],
  },
  plain: {
    template:
      "{% for message in messages %}{{ message['role'] | capitalize + ': ' + message['content'] }}" +
      "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{{ '\n\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}",
    tokens: [],
  },
}

/** A part of a rendered chat that the assistant writes, in UTF-16 units. */
export interface AnswerSpan {
  readonly from: number
  readonly to: number
  readonly learnt: boolean
}

export interface RenderedChat {
  readonly text: string
  readonly answers: readonly AnswerSpan[]
}

/** Marks where a template's own `generation` blocks begin and end; characters that no text has. */
const [BEGIN, END] = ['\u{F8F1}', '\u{F8F2}']
/** JavaScript trims this mark as a blank, which Jinja does not; another character stands for it meanwhile. */
const [BYTE_ORDER_MARK, STAND_IN] = ['\u{FEFF}', '\u{F8F3}']

/** A copy of a chat with one character for another in all its texts. */
const replaced = (value: unknown, from: string, to: string): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(from, to))

/** How a model's chats are written. */
export class ChatTemplate {
  readonly #templates: ChatTemplates
  readonly #chosen: string | null
  readonly #specials: Readonly<Record<string, string>>
  readonly #compiled = new Map<string, Template>()

  /**
   * @param chosen the name of one of the model's templates or of a known one; null for what the model says itself
   * @param specials texts of special tokens, `bos_token` and so on
   * @throws HearthError BAD_INPUT for a name that nothing has, MODEL_UNSUPPORTED where the model lacks its tokens
   */
  constructor(
    templates: ChatTemplates,
    chosen: string | null,
    specials: Readonly<Record<string, string>>,
    hasToken: (token: string) => boolean,
  ) {
    this.#templates = templates
    this.#specials = specials
    this.#chosen = chosen === null ? null : this.#named(chosen, hasToken)
  }

  /** The template that a person chose; null where the model's own are used. */
  get chosen(): string | null {
    return this.#chosen
  }

  #named(name: string, hasToken: (token: string) => boolean): string {
    const own = this.#templates.get(name)
    if (own !== undefined) return own
    const common = Object.hasOwn(known, name) ? known[name] : undefined
    if (!common)
      throw new HearthError('BAD_INPUT', `there is no chat template “${name.slice(0, 100)}”: ${this.#choices()}`)
    const missing = common.tokens.filter((token) => !hasToken(token))
    if (missing.length > 0)
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        `the chat template ${name} needs tokens that the model does not have: ${missing.join(', ')}`,
        { template: name },
      )
    return common.template
  }

  #choices(): string {
    const own = this.#templates.size > 0 ? `the model has ${listed([...this.#templates.keys()])}; ` : ''
    return `${own}every model can be given ${Object.keys(known).join(' or ')}`
  }

  /** As transformers chooses: a template for tools where there are any, else the default one. */
  #source(tools: boolean): string {
    const source =
      this.#chosen ?? (tools ? this.#templates.get(TOOL_TEMPLATE) : undefined) ?? this.#templates.get(DEFAULT_TEMPLATE)
    if (source !== undefined) return source
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      (this.#templates.size === 0
        ? 'the model has no chat template, so nothing says how it reads a chat; '
        : 'the model has several chat templates and none of them is the default; ') +
        `choose one for this data (--template): ${this.#choices()}`,
      { choose: 'template' },
    )
  }

  /** A chat up to its last answer. @throws HearthError where the template cannot tell answers from the rest */
  render(chat: readonly Message[], tools: readonly unknown[] | null): RenderedChat {
    const messages = chat.slice(0, chat.findLastIndex(({ role }) => role === 'assistant') + 1)
    const source = this.#source(tools !== null)
    const marked = withMarks(source)
    const write = (part: readonly Message[], prompt = false) => this.#write(marked ?? source, part, tools, prompt)
    this.#assertNothingLeftOut(messages, write)
    return marked === null ? byPrefixes(messages, write) : byMarks(messages, write(messages))
  }

  /** Refuses a template that passes over what tools said or what was asked of them. */
  #assertNothingLeftOut(messages: readonly Message[], write: (part: readonly Message[]) => string): void {
    const special = messages.findIndex(
      ({ role, tool_calls: calls }) => !['system', 'user', 'assistant'].includes(role) || (calls?.length ?? 0) > 0,
    )
    const message = messages[special]
    if (!message) return
    const { tool_calls: calls, ...plain } = message
    const without = calls?.length
      ? messages.with(special, { ...plain, content: plain.content ?? '' })
      : messages.toSpliced(special, 1)
    if (!message.content && !calls?.length) return
    if (write(messages) === write(without))
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        `the chat template leaves out ${calls?.length ? 'calls of tools' : `messages of the role ${message.role}`}`,
        { role: message.role },
      )
  }

  #write(source: string, messages: readonly Message[], tools: readonly unknown[] | null, prompt: boolean): string {
    try {
      let template = this.#compiled.get(source)
      if (!template) this.#compiled.set(source, (template = new Template(source)))
      const plain = messages.map((message) =>
        Object.fromEntries(Object.entries(message).filter(([key]) => key !== 'weight')),
      )
      const marked = JSON.stringify(plain).includes(BYTE_ORDER_MARK)
      const rendered = template
      const values = {
        messages: marked ? replaced(plain, BYTE_ORDER_MARK, STAND_IN) : plain,
        tools,
        documents: null,
        add_generation_prompt: prompt,
        ...this.#specials,
      }
      const written = inSteps(() => rendered.render(values))
      return marked ? written.replaceAll(STAND_IN, BYTE_ORDER_MARK) : written
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

/** A template with its `generation` blocks as marks in the text; null where it has none. Blanks go as Jinja has it. */
function withMarks(source: string): string | null {
  const blanksGone = source.replace(/^[ \t]*(\{[#%-])/gm, '$1').replace(/([#%-]\})\n/g, '$1')
  let [marked, from, isOpen] = ['', 0, false]
  for (const match of blanksGone.matchAll(/\{%(-?)[ \t\n]*(end)?generation[ \t\n]*(-?)%\}/g)) {
    const [tag, left, end, right] = match
    const before = blanksGone.slice(from, match.index)
    const text = isOpen ? before.trimStart() : before
    marked += `${left ? text.trimEnd() : text}{{ '${end ? END : BEGIN}' }}`
    from = match.index + tag.length
    isOpen = right !== ''
  }
  const rest = blanksGone.slice(from)
  return from === 0 ? null : marked + (isOpen ? rest.trimStart() : rest)
}

/** Where the template says itself what the assistant writes. */
function byMarks(messages: readonly Message[], written: string): RenderedChat {
  if (JSON.stringify(messages).includes(BEGIN) || JSON.stringify(messages).includes(END))
    throw new HearthError('DATASET_BROKEN', 'a chat has characters of the private use area that stand for answers')
  const spoken = messages.filter(({ role }) => role === 'assistant')
  const answers: AnswerSpan[] = []
  let text = ''
  let from: number | null = null
  for (const piece of written.split(/([\u{F8F1}\u{F8F2}])/u)) {
    if (piece === BEGIN) from = text.length
    else if (piece === END && from !== null) {
      answers.push({ from, to: text.length, learnt: spoken[answers.length]?.weight !== 0 })
      from = null
    } else text += piece
  }
  if (answers.length !== spoken.length && spoken.some(({ weight }) => weight === 0))
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `the chat template marks ${answers.length} answers of ${spoken.length}, so one that is not learnt cannot be told`,
    )
  return { text, answers }
}

/** Where it does not: an answer is what its message adds to the prompt for it. */
function byPrefixes(
  messages: readonly Message[],
  write: (part: readonly Message[], prompt?: boolean) => string,
): RenderedChat {
  const text = write(messages)
  const answers: AnswerSpan[] = []
  for (const [i, message] of messages.entries()) {
    if (message.role !== 'assistant') continue
    const prompt = write(messages.slice(0, i), true)
    const answered = i + 1 === messages.length ? text : write(messages.slice(0, i + 1))
    if (!answered.startsWith(prompt) || !text.startsWith(answered))
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        'the model’s chat template rewrites earlier messages, so answers cannot be separated from questions',
        { file: 'tokenizer_config.json' },
      )
    answers.push({ from: prompt.length, to: answered.length, learnt: message.weight !== 0 })
  }
  return { text, answers }
}
