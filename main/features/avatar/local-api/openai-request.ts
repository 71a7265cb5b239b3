import * as z from 'zod'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Sampling, Turn } from '../../../../common/children/llm.ts'

/**
 * What of OpenAI's API is understood (https://platform.openai.com/docs/api-reference/chat/create). A field that asks
 * for something else is refused, and so is one that nobody here has heard of: a program that asked for a schema, for
 * probabilities or for tools must not take an answer for one that has them.
 */

/** A field that may only have values in which it asks for nothing. */
const only = <T extends z.ZodType>(neutral: T, why: string) =>
  z
    .unknown()
    .refine((given) => given === undefined || given === null || neutral.safeParse(given).success, why)
    .optional()
const none = (why: string) => only(z.array(z.unknown()).max(0), why)

const Part = z.strictObject({ type: z.literal('text', 'only text is understood'), text: z.string() })
const Text = z.union([z.string(), z.array(Part).transform((parts) => parts.map(({ text }) => text).join(''))])
const name = z.string().max(300).nullish()

const Message = z.discriminatedUnion(
  'role',
  [
    z.strictObject({ role: z.enum(['system', 'developer', 'user']), content: Text, name }),
    z.strictObject({
      role: z.literal('assistant'),
      /** Null where the message was only a refusal or a call. */
      content: Text.nullish().transform((content) => content ?? ''),
      name,
      refusal: z.string().nullish(),
      annotations: z.array(z.unknown()).nullish(),
      audio: only(z.never(), 'sound is not understood'),
      tool_calls: none('calls of tools are not understood'),
      function_call: only(z.never(), 'calls of functions are not understood'),
    }),
  ],
  { error: 'roles are system, developer, user and assistant' },
)

export const CompletionRequest = z
  .strictObject({
    model: z.string().min(1).max(300),
    messages: z.array(Message).min(1).max(1000),
    stream: z.boolean().nullish(),
    stream_options: z
      .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
      .nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().gt(0).max(1).nullish(),
    max_tokens: z.int().min(1).nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    seed: z.int().nullish(),
    stop: z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).max(8)]).nullish(),
    n: only(z.literal(1), 'one answer is given at a time'),
    response_format: only(z.strictObject({ type: z.literal('text') }), 'answers are text; no schema is kept to'),
    tools: none('there are no tools here'),
    tool_choice: only(z.enum(['none', 'auto']), 'there are no tools here'),
    parallel_tool_calls: z.boolean().nullish(),
    functions: none('there are no functions here'),
    function_call: only(z.enum(['none', 'auto']), 'there are no functions here'),
    logprobs: only(z.literal(false), 'probabilities of tokens are not given'),
    top_logprobs: only(z.literal(0), 'probabilities of tokens are not given'),
    frequency_penalty: only(z.literal(0), 'there are no penalties'),
    presence_penalty: only(z.literal(0), 'there are no penalties'),
    logit_bias: only(z.strictObject({}), 'tokens are not weighed'),
    modalities: only(z.tuple([z.literal('text')]), 'answers are text'),
    audio: only(z.never(), 'answers are text'),
    prediction: only(z.never(), 'predictions are not used'),
    reasoning_effort: only(z.literal('none'), 'models think as they do'),
    verbosity: only(z.literal('medium'), 'models are as brief as they are'),
    web_search_options: only(z.never(), 'nothing is looked up in the web'),
    // These are about OpenAI's own servers and change nothing in an answer.
    metadata: z.unknown().optional(),
    store: z.unknown().optional(),
    user: z.unknown().optional(),
    safety_identifier: z.unknown().optional(),
    service_tier: z.unknown().optional(),
    prompt_cache_key: z.unknown().optional(),
    prompt_cache_retention: z.unknown().optional(),
  })
  .refine(({ stream, stream_options: options }) => stream || !options, {
    path: ['stream_options'],
    message: 'only a stream has options of streams',
  })
  .refine(({ max_tokens: a, max_completion_tokens: b }) => a == null || b == null || a === b, {
    path: ['max_tokens'],
    message: 'says another number than max_completion_tokens',
  })
export type CompletionRequest = z.infer<typeof CompletionRequest>

export const EmbeddingRequest = z.strictObject({
  model: z.string().max(300).nullish(),
  input: z.union([z.string().min(1).max(100_000), z.array(z.string().min(1).max(100_000)).min(1).max(1000)], {
    error: 'a text, or a list of texts; no lists of tokens',
  }),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).nullish(),
  user: z.unknown().optional(),
})

export type EmbeddingRequest = z.infer<typeof EmbeddingRequest>

/** @throws HearthError BAD_INPUT with the first field that is not understood as `param` */
export function parseRequest<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const unknown = first?.code === 'unrecognized_keys' ? first.keys.slice(0, 1) : []
  const param = [...(first?.path ?? []), ...unknown].join('.')
  throw new HearthError('BAD_INPUT', z.prettifyError(parsed.error).replaceAll('\n', ' '), { param })
}

export const turnsOf = ({ messages }: CompletionRequest): Turn[] =>
  messages.map(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, content }))
export const samplingOf = (
  { temperature, top_p: topP, max_tokens: most, max_completion_tokens: mostToo, seed, stop }: CompletionRequest,
  defaults: Sampling,
): Sampling => ({
  maxTokens: mostToo ?? most ?? defaults.maxTokens,
  temperature: temperature ?? defaults.temperature,
  topP: topP ?? defaults.topP,
  seed: seed == null ? null : seed >>> 0,
  stop: stop === null || stop === undefined ? [] : typeof stop === 'string' ? [stop] : stop,
})
