import { request } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Written } from '../../../../common/children/llm.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { Completions } from './completions.ts'
import { LocalServer } from './local-server.ts'

const written: Written = { reason: 'end', promptTokens: 9, keptTokens: 4, writtenTokens: 3, firstMs: 1, restMs: 1 }
const item = { number: 1, id: 'm1', source: 1, ts: 5, author: 'Ada', text: 'I moved to Lisbon', session: null }
const ada = {
  id: 1,
  name: 'Ada',
  picture: null,
  rules: 'Be short.',
  greeting: '',
  model: null,
  remembers: true,
  style: null,
  styleScale: 1,
}
let server: LocalServer
let base: string
let asked: object[]
let stopped: Promise<void>

/** An avatar that says the same always; a model that waits until nobody listens. */
const chats: ConstructorParameters<typeof Completions>[0]['chats'] = {
  avatars: () => Promise.resolve([ada]),
  async *ask(question, signal) {
    asked.push(question)
    if ('model' in question) {
      if (question.model === 'broken') throw new Error('a secret path')
      if (question.model !== 'slow')
        throw new HearthError('NOT_FOUND', 'this model is not here any more; choose another')
      yield { text: 'one ' }
      await (stopped = new Promise((resolve) => signal!.addEventListener('abort', () => resolve())))
      return { ...written, reason: 'stopped' }
    }
    yield { notes: [{ item, mine: true, around: [item], score: 1 }], turns: [] }
    yield { text: 'I live in ' }
    yield { text: 'Lisbon. [1]' }
    return written
  },
}

beforeEach(async () => {
  asked = []
  const completions = new Completions({
    chats,
    models: { overview: () => Promise.resolve({ models: [], chosen: '', taking: null, unfinished: [] }) },
  })
  server = new LocalServer(
    {
      models: () => completions.models(),
      complete: (wanted, signal, send) =>
        completions.complete(
          wanted,
          { maxTokens: 99, temperature: 0.3, topP: 0.9, seed: null, stop: [] },
          signal,
          send,
        ),
      embed: (texts) => Promise.resolve({ model: 'm', vectors: texts.map(() => [0.6, 0.8]) }),
    },
    () => 'right',
    () => {},
  )
  base = `http://127.0.0.1:${await server.listen(0)}`
})
afterEach(() => server.close())

const bearer = { authorization: 'Bearer right' }
const post = (path: string, body: unknown, headers: Record<string, string> = bearer) =>
  fetch(`${base}${path}`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
const question = {
  model: 'avatar/Ada',
  messages: [
    { role: 'system', content: 'In English.' },
    { role: 'user', content: [{ type: 'text', text: 'Where do you live?' }] },
  ],
}

test('an avatar answers with its sources, whole or in pieces', async () => {
  const whole = (await (await post('/v1/chat/completions', { ...question, temperature: 0 })).json()) as Record<
    string,
    unknown
  >
  expect(whole).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: 'I live in Lisbon. [1]' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
    citations: [{ number: 1, id: 'm1', text: 'I moved to Lisbon' }],
  })
  expect(asked).toMatchObject([
    {
      avatar: { rules: 'Be short.\nIn English.' },
      history: [],
      text: 'Where do you live?',
      sampling: { temperature: 0, topP: 0.9, maxTokens: 99 },
    },
  ])
  const streamed = await post('/v1/chat/completions', {
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  })
  expect(streamed.headers.get('content-type')).toBe('text/event-stream')
  const events = (await streamed.text())
    .trim()
    .split('\n\n')
    .map((line) => line.slice('data: '.length))
  expect(events.at(-1)).toBe('[DONE]')
  const pieces = events.slice(0, -1).map(
    (event) =>
      JSON.parse(event) as {
        choices: { delta: { content?: string; role?: string }; finish_reason: string | null }[]
        usage?: object
      },
  )
  expect(pieces.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('I live in Lisbon. [1]')
  expect(pieces[0]!.choices[0]!.delta.role).toBe('assistant')
  expect(pieces.at(-2)!.choices[0]!.finish_reason).toBe('stop')
  expect(pieces.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 12 } })
})

test('models, avatars and embeddings are listed as OpenAI does', async () => {
  expect(await (await fetch(`${base}/v1/models`, { headers: bearer })).json()).toMatchObject({
    object: 'list',
    data: [{ id: 'avatar/Ada', object: 'model' }],
  })
  expect(await (await post('/v1/embeddings', { input: ['a', 'b'] })).json()).toMatchObject({
    object: 'list',
    data: [{ index: 0, embedding: [0.6, 0.8] }, { index: 1 }],
  })
  const { data } = (await (await post('/v1/embeddings', { input: 'a', encoding_format: 'base64' })).json()) as {
    data: { embedding: string }[]
  }
  expect([...new Float32Array(new Uint8Array(Buffer.from(data[0]!.embedding, 'base64')).buffer)]).toEqual([
    Math.fround(0.6),
    Math.fround(0.8),
  ])
})

test('whoever has no token, is a web page or names another host is turned away', async () => {
  expect((await fetch(`${base}/v1/models`)).status).toBe(401)
  expect((await fetch(`${base}/v1/models`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
  expect((await fetch(`${base}/v1/models`, { headers: { ...bearer, origin: 'http://evil.example' } })).status).toBe(403)
  const rebound = await new Promise<number>((resolve, reject) =>
    request(
      `${base}/v1/models`,
      { headers: { ...bearer, host: 'evil.example' } },
      (response) => (response.resume(), resolve(response.statusCode!)),
    )
      .on('error', reject)
      .end(),
  )
  expect(rebound).toBe(421)
  expect(asked).toEqual([])
})

test('what cannot be answered says why, and nothing of the inside', async () => {
  for (const [body, status, why] of [
    ['{', 400, /no JSON/],
    [{ model: 'avatar/Ada', messages: [] }, 400, /messages/],
    [{ ...question, model: 'avatar/Eve' }, 404, /no avatar called Eve/],
    [{ ...question, model: 'gone' }, 404, /not here/],
    [{ ...question, n: 2 }, 400, /n/],
    [{ ...question, messages: [{ role: 'assistant', content: 'hi' }] }, 400, /user/],
    ['x'.repeat(5 * 2 ** 20), 400, /bytes/],
  ] as const) {
    const response = await post('/v1/chat/completions', body)
    expect(response.status).toBe(status)
    expect(((await response.json()) as { error: { message: string } }).error.message).toMatch(why)
  }
  const broken = await post('/v1/chat/completions', { ...question, model: 'broken' })
  expect([broken.status, await broken.text()]).toEqual([500, expect.not.stringContaining('secret')])
  expect((await post('/v1/other', {})).status).toBe(404)
})

test.each<[string, object, string]>([
  [
    'a schema',
    { response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: {} } } },
    'response_format',
  ],
  ['JSON', { response_format: { type: 'json_object' } }, 'response_format'],
  ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
  ['a tool that must be called', { tool_choice: 'required' }, 'tool_choice'],
  ['one certain tool', { tool_choice: { type: 'function', function: { name: 'f' } } }, 'tool_choice'],
  ['functions', { functions: [{ name: 'f' }] }, 'functions'],
  ['probabilities', { logprobs: true }, 'logprobs'],
  ['more probabilities', { top_logprobs: 3 }, 'top_logprobs'],
  ['a penalty', { frequency_penalty: 0.5 }, 'frequency_penalty'],
  ['another penalty', { presence_penalty: -1 }, 'presence_penalty'],
  ['weighed tokens', { logit_bias: { '50256': -100 } }, 'logit_bias'],
  ['sound', { modalities: ['text', 'audio'] }, 'modalities'],
  ['options of a stream without one', { stream_options: { include_usage: true } }, 'stream_options'],
  ['two limits', { max_tokens: 5, max_completion_tokens: 6 }, 'max_tokens'],
  ['a search', { web_search_options: {} }, 'web_search_options'],
  ['reasoning', { reasoning_effort: 'high' }, 'reasoning_effort'],
  ['a field of tomorrow', { of_tomorrow: 1 }, 'of_tomorrow'],
  ['another server’s field', { top_k: 3 }, 'top_k'],
  [
    'a picture',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    'messages.0.content',
  ],
  ['an answer of a tool', { messages: [{ role: 'tool', content: '1', tool_call_id: 'a' }] }, 'messages.0.role'],
  ['a call', { messages: [{ role: 'assistant', content: null, tool_calls: [{ id: 'a' }] }] }, 'messages.0.tool_calls'],
])('%s is refused, never passed over', async (_what, field, param) => {
  const response = await post('/v1/chat/completions', { ...question, ...field })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param, code: 'bad_input' } })
  expect(asked).toEqual([])
})

test('fields that ask for nothing are let pass, and so are answers that come back', async () => {
  const response = await post('/v1/chat/completions', {
    ...question,
    messages: [
      { role: 'user', content: 'Hello', name: 'ben' },
      { role: 'assistant', content: null, refusal: null, annotations: [], tool_calls: null, function_call: null },
      ...question.messages,
    ],
    n: 1,
    response_format: { type: 'text' },
    tools: [],
    tool_choice: 'none',
    logprobs: false,
    top_logprobs: null,
    frequency_penalty: 0,
    presence_penalty: 0,
    logit_bias: {},
    modalities: ['text'],
    stream: false,
    user: 'ben',
    metadata: { a: 'b' },
    store: false,
  })
  expect(response.status).toBe(200)
  expect(asked).toMatchObject([{ history: [{ content: 'Hello' }, { role: 'assistant', content: '' }] }])
})

test('embeddings are those of the model here, whole, or none', async () => {
  for (const [body, status, why] of [
    [{ input: 'a', model: 'text-embedding-3-small' }, 404, /those of “m”/],
    [{ input: 'a', dimensions: 256 }, 400, /2 numbers/],
    [{ input: [[1, 2, 3]] }, 400, /no lists of tokens/],
    [{ input: '' }, 400, /input/],
    [{ input: 'a', truncate: true }, 400, /truncate/],
  ] as const) {
    const response = await post('/v1/embeddings', body)
    expect(response.status).toBe(status)
    expect(((await response.json()) as { error: { message: string } }).error.message).toMatch(why)
  }
  expect((await post('/v1/embeddings', { input: 'a', model: 'm', dimensions: 2, user: 'ben' })).status).toBe(200)
})

test('an answer that nobody listens to any more is stopped', async () => {
  const abort = new AbortController()
  const response = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    headers: bearer,
    body: JSON.stringify({ ...question, model: 'slow', stream: true }),
    signal: abort.signal,
  })
  await response.body!.getReader().read()
  abort.abort()
  await stopped
})
