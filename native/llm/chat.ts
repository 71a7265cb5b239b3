import { basename } from 'node:path'
import {
  JinjaTemplateChatWrapper,
  LlamaChat,
  LlamaCompletion,
  type ChatHistoryItem,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp'
import type { EngineOptions, Sampling, Turn, Written } from '../../common/children/llm.ts'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { inTurn } from '../../main/core/in-turn.ts'
import { inSteps } from '../templates/bounded.ts'
import { llama } from './llama.ts'
import { readKept } from './states.ts'

interface Loaded {
  readonly key: string
  /** Of the weights alone: another context or style needs no other. */
  readonly weights: string
  readonly model: LlamaModel
  readonly context: LlamaContext
  readonly chat: LlamaChat
  readonly sequence: LlamaContextSequence
  readonly contextSize: number
}

let held: Loaded | null = null
/** A model has one context, and two that write at once would take each other's cores. */
const oneAtATime = inTurn()

const weightsOf = ({ modelHash, gpu }: EngineOptions): string => JSON.stringify([modelHash, gpu])
const keyOf = ({ modelHash, gpu, contextSize, adapter, template }: EngineOptions): string =>
  JSON.stringify([modelHash, gpu, contextSize, adapter, template])

async function release(): Promise<void> {
  const model = held?.model
  held = null
  await model?.dispose()
}

/** Holds a model with a context; threads may change from call to call. */
async function hold(options: EngineOptions): Promise<Loaded> {
  const engine = await llama(options.gpu, options.threads)
  engine.maxThreads = options.threads
  const key = keyOf(options)
  if (held?.key === key) return held
  const weights = weightsOf(options)
  let model = held?.weights === weights ? held.model : undefined
  if (model) await held!.context.dispose()
  else await release()
  held = null
  try {
    model ??= await engine.loadModel({ modelPath: options.model, ...(options.gpu ? {} : { gpuLayers: 0 }) })
    const context = await model.createContext({
      contextSize: options.contextSize,
      threads: options.threads,
      ...(options.adapter
        ? { lora: { adapters: [{ filePath: options.adapter.file, scale: options.adapter.scale }] } }
        : {}),
    })
    const sequence = context.getSequence()
    held = {
      key,
      weights,
      model,
      context,
      sequence,
      chat: inSteps(
        () =>
          new LlamaChat({
            contextSequence: sequence,
            ...(options.template === undefined
              ? {}
              : { chatWrapper: new JinjaTemplateChatWrapper({ template: options.template }) }),
          }),
      ),
      contextSize: context.contextSize,
    }
    return held
  } catch (error) {
    await model?.dispose()
    if (/memory|VRAM/i.test(messageOf(error)))
      throw new HearthError(
        'MEMORY_FULL',
        `${basename(options.model)} does not fit into the memory that is free; close something, or choose a ` +
          `smaller model or context`,
        {},
        { cause: error },
      )
    throw new HearthError(
      'MODEL_BROKEN',
      `${basename(options.model)} cannot be loaded: ${messageOf(error)}`,
      { file: basename(options.model) },
      { cause: error },
    )
  }
}

/**
 * What the model's own template makes of a conversation. Texts become text: control tokens that somebody wrote into one
 * stay letters.
 */
function tokensOf({ chat, model }: Loaded, turns: readonly Turn[]): Token[] {
  const { contextText } = written(() =>
    chat.chatWrapper.generateContextState({ chatHistory: [...historyOf(turns), { type: 'model', response: [] }] }),
  )
  return contextText.tokenize(model.tokenizer)
}

/** What a model's template writes. @throws HearthError MODEL_BROKEN where it fails */
function written<T>(work: () => T): T {
  try {
    return inSteps(work)
  } catch (error) {
    throw new HearthError('MODEL_BROKEN', `the model cannot be spoken with: ${messageOf(error)}`, {}, { cause: error })
  }
}

const historyOf = (turns: readonly Turn[]): ChatHistoryItem[] =>
  turns.map(({ role, content }) =>
    role === 'system'
      ? { type: 'system', text: content }
      : role === 'user'
        ? { type: 'user', text: content }
        : { type: 'model', response: [content] },
  )

/** The tokens that a conversation begins with whatever is asked: what two questions have in common. */
function stableTokens(loaded: Loaded, turns: readonly Turn[]): Token[] {
  const [system] = turns
  if (system?.role !== 'system') return []
  const [a, b] = ['a', 'b'].map((content) => tokensOf(loaded, [system, { role: 'user', content }])) as [
    Token[],
    Token[],
  ]
  const different = a.findIndex((token, i) => token !== b[i])
  return a.slice(0, Math.max(0, different))
}

export const loadModel = (options: EngineOptions): Promise<{ milliseconds: number; contextSize: number }> =>
  oneAtATime(async () => {
    const begun = performance.now()
    const { contextSize } = await hold(options)
    return { milliseconds: performance.now() - begun, contextSize }
  })

export const unloadModel = (): Promise<Record<never, never>> => oneAtATime(async () => (await release(), {}))

export const countTokens = (options: EngineOptions, turns: readonly Turn[]): Promise<{ tokens: number }> =>
  oneAtATime(async () => ({ tokens: tokensOf(await hold(options), turns).length }))

/** Writes the next answer, in pieces. @throws HearthError CONTEXT_FULL where the conversation leaves no room for one */
export const writeAnswer = (
  options: EngineOptions,
  turns: readonly Turn[],
  sampling: Sampling,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ text: string }, Written> => inPieces((tell) => write(options, turns, sampling, tell, signal))

/** Goes on with a text, in pieces. @throws HearthError CONTEXT_FULL where the text leaves no room */
export const continueText = (
  options: EngineOptions,
  text: string,
  sampling: Sampling,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ text: string }, Written> => inPieces((tell) => goOn(options, text, sampling, tell, signal))

/** What is written, as it comes. */
async function* inPieces(
  writer: (tell: (piece: string) => void) => Promise<Written>,
): AsyncGenerator<{ text: string }, Written> {
  let [text, wake] = ['', (): void => {}]
  const tell = (piece: string): void => {
    text += piece
    wake()
  }
  let writing = true
  const work = oneAtATime(() => writer(tell)).finally(() => {
    writing = false
    wake()
  })
  // A failure is thrown by the return below.
  work.catch(() => {})
  while (writing) {
    await new Promise<void>((resolve) => {
      wake = resolve
      if (text !== '' || !writing) resolve()
    })
    const piece = text
    text = ''
    if (piece !== '') yield { text: piece }
  }
  return work
}

async function write(
  options: EngineOptions,
  turns: readonly Turn[],
  sampling: Sampling,
  tell: (piece: string) => void,
  signal: AbortSignal | undefined,
): Promise<Written> {
  const loaded = await hold(options)
  const { sequence, chat } = loaded
  const tokens = tokensOf(loaded, turns)
  const maxTokens = Math.min(sampling.maxTokens, roomAfter(loaded, tokens, 'the conversation'))
  if (sequence.nextTokenIndex === 0) await readKept(sequence, stableTokens(loaded, turns), options)
  return timed(loaded, tokens, tell, (each) =>
    chat.generateResponse(historyOf(turns), {
      ...choices(sampling, signal),
      onTextChunk: each,
      maxTokens,
      // What it thinks before it speaks is nothing that an avatar says.
      budgets: { thoughtTokens: 0 },
    }),
  )
}

async function goOn(
  options: EngineOptions,
  text: string,
  sampling: Sampling,
  tell: (piece: string) => void,
  signal: AbortSignal | undefined,
): Promise<Written> {
  const loaded = await hold(options)
  // Nothing in it becomes a control token.
  const tokens = loaded.model.tokenize(text)
  const maxTokens = Math.min(sampling.maxTokens, roomAfter(loaded, tokens, 'the text'))
  const completion = new LlamaCompletion({ contextSequence: loaded.sequence })
  return timed(loaded, tokens, tell, (each) =>
    completion.generateCompletionWithMeta(tokens, {
      ...choices(sampling, signal),
      onTextChunk: each,
      maxTokens,
      // What a text repeats, its model may repeat.
      repeatPenalty: false,
    }),
  )
}

/** How many tokens can come after these. */
function roomAfter({ contextSize }: Loaded, { length }: readonly Token[], what: string): number {
  const room = contextSize - length - 1
  if (room < 1)
    throw new HearthError('CONTEXT_FULL', `${what} takes ${length} tokens, and the model’s context has ${contextSize}`)
  return room
}

const choices = ({ temperature, topP, seed, stop }: Sampling, signal: AbortSignal | undefined) => ({
  ...(signal ? { signal } : {}),
  stopOnAbortSignal: true,
  temperature,
  topP,
  ...(seed === null ? {} : { seed }),
  customStopTriggers: stop,
})

/** Tells what is written, and how long that took. */
async function timed(
  { sequence }: Loaded,
  tokens: Token[],
  tell: (piece: string) => void,
  generate: (each: (text: string) => void) => Promise<{ readonly metadata: { readonly stopReason: string } }>,
): Promise<Written> {
  const keptTokens = sequence.compareContextTokens(tokens).firstDifferentIndex
  const [begun, before] = [performance.now(), sequence.tokenMeter.getState()]
  let first: number | null = null
  const {
    metadata: { stopReason },
  } = await generate((text) => {
    first ??= performance.now()
    tell(text)
  })
  const ended = performance.now()
  return {
    reason: stopReason === 'abort' ? 'stopped' : stopReason === 'maxTokens' ? 'length' : 'end',
    promptTokens: tokens.length,
    keptTokens: Math.min(keptTokens, tokens.length),
    writtenTokens: sequence.tokenMeter.diff(before).usedOutputTokens,
    firstMs: (first ?? ended) - begun,
    restMs: ended - (first ?? ended),
  }
}
