import { HearthError } from '../../../../common/errors/index.ts'
import type { Written } from '../../../../common/children/llm.ts'

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
        param: known ? (error.details.param ?? null) : null,
        code: known ? error.code.toLowerCase() : 'internal',
      },
    },
  }
}
