import * as z from 'zod'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Sampling, Turn, Written } from '../../../../common/children/llm.ts'

/**
 * What of OpenAI's API is understood (https://platform.openai.com/docs/api-reference/chat); other fields are let pass.
 */
const Part = z.object({ type: z.literal('text'), text: z.string() })
const Content = z.union([z.string(), z.array(Part).transform((parts) => parts.map(({ text }) => text).join(''))])
export const CompletionRequest = z.object({
  model: z.string().min(1).max(300),
  messages: z
    .array(z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: Content }))
    .min(1)
    .max(1000),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  seed: z.int().nonnegative().nullish(),
  stop: z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).max(8)]).nullish(),
  n: z.literal(1).nullish(),
})
export type CompletionRequest = z.infer<typeof CompletionRequest>
export const EmbeddingRequest = z.object({
  model: z.string().max(300).nullish(),
  input: z.union([z.string().max(100_000), z.array(z.string().max(100_000)).min(1).max(1000)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
})

export const turnsOf = ({ messages }: CompletionRequest): Turn[] =>
  messages.map(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, content }))
export const samplingOf = (
  { temperature, top_p: topP, max_tokens: most, max_completion_tokens: mostToo, seed, stop }: CompletionRequest,
  defaults: Sampling,
): Sampling => ({
  maxTokens: mostToo ?? most ?? defaults.maxTokens,
  temperature: temperature ?? defaults.temperature,
  topP: topP ?? defaults.topP,
  seed: seed ?? null,
  stop: stop === null || stop === undefined ? [] : typeof stop === 'string' ? [stop] : stop,
})

/** The message that an answer was taken from; not of OpenAI's. */
export interface Citation {
  readonly number: number
  readonly id: string
  readonly author: string | null
  readonly ts: number | null
  readonly text: string
}

export const usageOf = ({ promptTokens, keptTokens, writtenTokens }: Written) => ({
  prompt_tokens: promptTokens,
  completion_tokens: writtenTokens,
  total_tokens: promptTokens + writtenTokens,
  prompt_tokens_details: { cached_tokens: keptTokens },
})
const finishOf = ({ reason }: Written): 'stop' | 'length' => (reason === 'length' ? 'length' : 'stop')

interface Head {
  readonly id: string
  readonly created: number
  readonly model: string
}
export const wholeAnswer = (head: Head, content: string, written: Written, citations: readonly Citation[]) => ({
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content, refusal: null },
      logprobs: null,
      finish_reason: finishOf(written),
    },
  ],
  usage: usageOf(written),
  citations,
})
export const piece = (head: Head, delta: { readonly role?: 'assistant'; readonly content?: string }) => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
})
export const lastPiece = (head: Head, written: Written, citations: readonly Citation[]) => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: finishOf(written) }],
  citations,
})
export const usagePiece = (head: Head, written: Written) => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [],
  usage: usageOf(written),
})

const statuses: Partial<Record<string, number>> = {
  BAD_INPUT: 400,
  CONTEXT_FULL: 400,
  NOT_FOUND: 404,
  MODEL_QUARANTINED: 409,
  MEMORY_FULL: 503,
  ENGINE_GONE: 503,
  ENGINE_BROKEN: 503,
}
/** A failure in OpenAI's words; one that nobody expected says no more than that. */
export function failureOf(error: unknown): { readonly status: number; readonly body: object } {
  const known = error instanceof HearthError
  const status = known ? (statuses[error.code] ?? 500) : 500
  return {
    status,
    body: {
      error: {
        message: known ? error.message : 'something went wrong; the log of Hearth says what',
        type: status < 500 ? 'invalid_request_error' : 'server_error',
        param: null,
        code: known ? error.code.toLowerCase() : 'internal',
      },
    },
  }
}
