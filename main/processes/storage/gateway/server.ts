import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { answer } from './answer.ts'
import type { GatewaySource } from './blocks.ts'
import { HttpError } from './http-error.ts'

/** Each holds a few blocks in memory. */
const MOST_AT_ONCE = 32
const MOST_CONNECTIONS = 128
/** A client that takes nothing for so long is let go. */
const STALL_MS = 120_000

/**
 * What is kept here, over HTTP on this machine alone (https://specs.ipfs.tech/http-gateways/): files with ranges,
 * folders, raw blocks, CAR, IPNS and DNSLink names. Without the token nothing is answered, and no other name than this
 * machine's own is a host: a page that a browser shows cannot reach it by rebinding a name of its own.
 */
export class Gateway {
  readonly #server: Server
  readonly url: string

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  /** @throws HearthError BAD_INPUT where the port is taken */
  static async start(source: GatewaySource, port: number, token: string): Promise<Gateway> {
    let running = 0
    const server = createServer((request, response) => {
      running++
      void respond(source, token, running > MOST_AT_ONCE, request, response).finally(() => running--)
    })
    server.maxConnections = MOST_CONNECTIONS
    server.setTimeout(STALL_MS)
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(new HearthError('BAD_INPUT', `the gateway cannot listen on port ${port}: ${messageOf(error)}`)),
      )
      server.listen(port, '127.0.0.1', resolve)
    })
    return new Gateway(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

async function respond(
  source: GatewaySource,
  token: string,
  busy: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // What strangers wrote is shown as a document without an origin or scripts, and no page may read it: the origin null
  // is that of every sandboxed frame.
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('content-security-policy', 'sandbox')
  response.setHeader('referrer-policy', 'no-referrer')
  try {
    letIn(token, request)
    if (busy) throw new HttpError(503, `${MOST_AT_ONCE} requests are answered already`, { 'retry-after': '1' })
    await answer(source, request, response)
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    const { status, words, headers } =
      error instanceof HttpError
        ? { status: error.status, words: error.message, headers: error.headers }
        : { status: 502, words: messageOf(error), headers: {} }
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`)
  }
}

/** @throws HttpError 401, 405, 421 */
function letIn(token: string, { method, headers }: IncomingMessage): void {
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? ''))
    throw new HttpError(421, 'this gateway answers to 127.0.0.1 alone')
  // A token in an address would stand in histories, in logs, and in what links say of where they stood.
  const given = headers.authorization?.replace(/^Bearer /, '') ?? ''
  const [a, b] = [Buffer.from(token), Buffer.from(given)]
  if (a.length !== b.length || !timingSafeEqual(a, b))
    throw new HttpError(401, 'the token is missing: Authorization: Bearer …')
  if (method !== 'GET' && method !== 'HEAD') throw new HttpError(405, 'GET and HEAD only', { allow: 'GET, HEAD' })
}
