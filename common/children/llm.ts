import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { ModelFacts } from '../model/chat-model.ts'

/** What a model runs with, in each call: a child that was started again knows nothing of the calls before. */
export const EngineOptions = z.object({
  /** A GGUF file, and what identifies its bytes: a state is only ever loaded into the model that made it. */
  model: z.string(),
  modelHash: z.string(),
  gpu: z.boolean(),
  threads: z.int().min(1),
  contextSize: z.int().min(128).max(131_072),
  /** A LoRA of this very base, and how strongly it speaks. */
  adapter: z.object({ file: z.string(), hash: z.string(), scale: z.number().min(0).max(2) }).nullable(),
  /** Where the state of a prompt's stable part is kept; null keeps none. */
  states: z.string().nullable(),
  /** How chats are written, as a Jinja template; as the model says itself without. */
  template: z.string().max(200_000).optional(),
})
export type EngineOptions = z.infer<typeof EngineOptions>

export const Turn = z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })
export type Turn = z.infer<typeof Turn>

export const Sampling = z.object({
  maxTokens: z.int().min(1),
  temperature: z.number().min(0).max(2),
  topP: z.number().gt(0).max(1),
  seed: z.int().nonnegative().nullable(),
  stop: z.array(z.string().min(1).max(200)).max(8),
})
export type Sampling = z.infer<typeof Sampling>

export const Written = z.object({
  /** It was done, ran out of room, or was told to stop. */
  reason: z.enum(['end', 'length', 'stopped']),
  promptTokens: z.int(),
  /** Of those, what needed no reading: the model had them from before. */
  keptTokens: z.int(),
  writtenTokens: z.int(),
  /** Until the first token, and for the rest, in milliseconds. */
  firstMs: z.number(),
  restMs: z.number(),
})
export type Written = z.infer<typeof Written>

/** llama.cpp. One model is held at a time; calls wait for one another. */
export const llmContract = {
  /** Tokens a second of the benchmark's chat model, reading a prompt and writing, one pair a repetition. */
  bench: oc
    .input(
      z.object({ folder: z.string(), threads: z.int().min(1), gpu: z.boolean(), repetitions: z.int().min(1).max(9) }),
    )
    .output(eventIterator(z.object({ prompt: z.number(), decode: z.number() }), z.object({}))),
  /** What a model's header says; the weights are not read. @throws MODEL_BROKEN, MODEL_UNSUPPORTED */
  inspect: oc.input(z.object({ file: z.string() })).output(ModelFacts),
  /** Loads a model where another or none is held. */
  load: oc.input(EngineOptions).output(z.object({ milliseconds: z.number(), contextSize: z.int() })),
  /** How many tokens a conversation takes, with all that the model's template adds. */
  count: oc.input(EngineOptions.extend({ turns: z.array(Turn).min(1) })).output(z.object({ tokens: z.int() })),
  /** Writes the next answer, piece by piece. An abort stops it within a token. @throws CONTEXT_FULL */
  chat: oc
    .input(EngineOptions.extend({ turns: z.array(Turn).min(1), sampling: Sampling }))
    .output(eventIterator(z.object({ text: z.string() }), Written)),
  /** Goes on with a text, piece by piece, as a model that knows of no chats does. @throws CONTEXT_FULL */
  complete: oc
    .input(EngineOptions.extend({ text: z.string().min(1).max(100_000), sampling: Sampling }))
    .output(eventIterator(z.object({ text: z.string() }), Written)),
  /** Lets go of the model and its memory. */
  unload: oc.output(z.object({})),
}
