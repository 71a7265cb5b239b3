import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { HearthError } from '../../../../common/errors/index.ts'
import { CompletionRequest, EmbeddingRequest, parseRequest } from './openai-request.ts'
import { failureOf } from './openai.ts'

const MOST_BYTES = 4 * 2 ** 20

export interface Answers {
  models(): Promise<object>
  /** Sends the pieces of a stream, or gives the whole answer. */
  complete(request: CompletionRequest, signal: AbortSignal, send: (event: object) => void): Promise<object | null>
  embed(texts: readonly string[]): Promise<{ readonly model: string; readonly vectors: readonly (readonly number[])[] }>
}

/**
 * OpenAI's API on loopback. Whoever speaks must name this machine and show the token, and must be no web page: a page
 * always sends its origin, and none is let in.
 */
export class LocalServer {
  readonly #answers: Answers
  readonly #token: () => string
  readonly #http: Server
  readonly #onFailure: (error: unknown) => void

  constructor(answers: Answers, token: () => string, onFailure: (error: unknown) => void) {
    this.#answers = answers
    this.#token = token
    this.#onFailure = onFailure
    this.#http = createServer((request, response) => void this.#answer(request, response))
  }

  /** @returns the port, which is another than the wanted one only where that was 0 */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => this.#http.once('error', reject).listen(port, '127.0.0.1', resolve))
    return (this.#http.address() as { port: number }).port
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body))
    const refuse = (status: number, message: string): void =>
      reply(status, { error: { message, type: 'invalid_request_error', param: null, code: null } })
    if (!this.#namesUs(request)) return refuse(421, 'this address is not served here')
    if (request.headers.origin !== undefined) return refuse(403, 'web pages are not answered')
    if (!this.#isToken(request.headers.authorization))
      return refuse(401, 'the token of Hearth is missing or wrong; see Avatar, Models')
    const abort = new AbortController()
    response.on('close', () => abort.abort())
    try {
      switch (`${request.method} ${(request.url ?? '').split('?')[0]}`) {
        case 'GET /v1/models':
          return reply(200, await this.#answers.models())
        case 'POST /v1/embeddings':
          return reply(200, await this.#embed(parseRequest(EmbeddingRequest, await bodyOf(request))))
        case 'POST /v1/chat/completions': {
          const wanted = parseRequest(CompletionRequest, await bodyOf(request))
          const whole = await this.#answers.complete(wanted, abort.signal, (event) => {
            if (!response.headersSent)
              response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
            response.write(`data: ${JSON.stringify(event)}\n\n`)
          })
          if (whole) return reply(200, whole)
          return void response.end('data: [DONE]\n\n')
        }
        default:
          return refuse(404, 'there is no such place; /v1/models, /v1/chat/completions and /v1/embeddings are answered')
      }
    } catch (error) {
      if (abort.signal.aborted) return
      const { status, body } = failureOf(error)
      if (status >= 500) this.#onFailure(error)
      if (response.headersSent) response.end(`data: ${JSON.stringify(body)}\n\n`)
      else reply(status, body)
    }
  }

  async #embed({ model: wanted, input, encoding_format: format, dimensions }: EmbeddingRequest): Promise<object> {
    const { model, vectors } = await this.#answers.embed(typeof input === 'string' ? [input] : input)
    // Vectors of one model mean nothing beside those of another.
    if (wanted != null && wanted !== model)
      throw new HearthError('NOT_FOUND', `embeddings here are those of “${model}”`, { param: 'model' })
    const width = vectors[0]?.length ?? 0
    if (dimensions != null && dimensions !== width)
      throw new HearthError('BAD_INPUT', `embeddings of “${model}” have ${width} numbers`, { param: 'dimensions' })
    const shown = (vector: readonly number[]) =>
      format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector
    return {
      object: 'list',
      model,
      data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: shown(vector) })),
      usage: { prompt_tokens: 0, total_tokens: 0 },
    }
  }

  #namesUs({ headers: { host } }: IncomingMessage): boolean {
    const { port } = this.#http.address() as { port: number }
    return host === `127.0.0.1:${port}` || host === `localhost:${port}`
  }

  #isToken(header: string | undefined): boolean {
    const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${this.#token()}`)]
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request) {
    bytes += (piece as Buffer).length
    // The rest is read all the same: who still writes would not hear the answer.
    if (bytes <= MOST_BYTES) pieces.push(piece as Buffer)
  }
  if (bytes > MOST_BYTES) throw new HearthError('BAD_INPUT', `a request may have ${MOST_BYTES} bytes`)
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch (error) {
    throw new HearthError('BAD_INPUT', 'the request is no JSON', {}, { cause: error })
  }
}
