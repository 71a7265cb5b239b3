import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { messageOf } from '../../../../common/errors/index.ts'
import { isToken, parseCommand, type HookPort } from './hook-port.ts'

const MOST_BYTES = 4096
const SLOW_MS = 5_000

/** `GET /state`, `POST /pause` and `POST /resume`, with `Authorization: Bearer <token>`. Web pages are sent away. */
export class HttpHook {
  readonly #server: Server
  readonly #port: HookPort

  constructor(port: HookPort) {
    this.#port = port
    this.#server = createServer(
      { requestTimeout: SLOW_MS, headersTimeout: SLOW_MS },
      (request, response) => void this.#serve(request, response),
    )
    this.#server.maxConnections = 16
  }

  /** @throws the system's error where the port is taken */
  listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => this.#server.once('error', reject).listen(port, host, resolve))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body: object): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
        .end(`${JSON.stringify(body)}\n`)
    try {
      if (request.headers.origin !== undefined) return answer(403, { error: 'web pages are not answered' })
      const [, shown = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? []
      if (!isToken(shown, this.#port.token)) return answer(401, { error: 'show the token: Authorization: Bearer …' })
      if (request.method === 'GET' && request.url === '/state') return answer(200, this.#port.state())
      if (request.method !== 'POST' || (request.url !== '/pause' && request.url !== '/resume'))
        return answer(404, { error: 'there are GET /state, POST /pause and POST /resume' })
      const body = await read(request)
      this.#port.obey(parseCommand({ ...body, command: request.url.slice(1) }))
      answer(200, this.#port.state())
    } catch (error) {
      answer(400, { error: messageOf(error) })
    }
  }
}

async function read(request: IncomingMessage): Promise<object> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > MOST_BYTES) throw new Error('the command is too long')
  }
  const value: unknown = text.trim() === '' ? {} : JSON.parse(text)
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Error('the body is a JSON object, or empty')
  return value
}
