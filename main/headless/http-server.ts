import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { CallContext } from '../core/call-context.ts'
import { isSameSecret } from '../core/same-secret.ts'
import { contentSecurityPolicy, contentTypes } from '../core/web-policy.ts'
import type { Host } from '../host/create-host.ts'

const MAX_MESSAGE_BYTES = 40 * 1024 * 1024
const SUBPROTOCOL = 'hearth.v1'

/**
 * Serves the window's bundle and the RPC on loopback. Whoever speaks must name this host, come from this origin and
 * show the token, so neither a web page nor a rebound name gets in.
 */
export class HeadlessServer {
  readonly #root: string
  readonly #token: string
  readonly #handler: RPCHandler<CallContext>
  readonly #http: Server
  readonly #sockets = new WebSocketServer({
    noServer: true,
    /* As for a child’s port: an abort must not overtake its own request. */ allowSynchronousEvents: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  #origin = ''

  /** @param token that of a host that crashed, so that its windows find the next one; else a fresh one */
  constructor(host: Host, root: string, token = randomBytes(24).toString('base64url')) {
    this.#root = root
    this.#token = token
    this.#handler = new RPCHandler(host.router)
    this.#http = createServer((request, response) => void this.#serve(request, response))
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  get origin(): string {
    return this.#origin
  }

  get token(): string {
    return this.#token
  }

  /** The address to open once; the window takes the token out of it at once. */
  get url(): string {
    return `${this.#origin}/#token=${this.#token}`
  }

  /** @param port the port wanted, or 0 for any; @param preferred one to try first where any will do */
  async listen(port: number, preferred = 0): Promise<void> {
    if (port === 0 && preferred !== 0) await this.#bind(preferred).catch(() => this.#bind(0))
    else await this.#bind(port)
    this.#origin = `http://127.0.0.1:${(this.#http.address() as { port: number }).port}`
  }

  #bind(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject)
      this.#http.listen(port, '127.0.0.1', () => {
        this.#http.off('error', reject)
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#namesUs(request)) return void response.writeHead(421).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
    const file = this.#fileFor(request.url ?? '/')
    const type = file && contentTypes[extname(file)]
    if (!type) return void response.writeHead(404).end()
    try {
      const body = await readFile(file)
      const headers = {
        'content-type': type,
        'content-security-policy': contentSecurityPolicy("'self'"),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
      }
      response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body)
    } catch {
      response.writeHead(404).end()
    }
  }

  #fileFor(url: string): string | null {
    try {
      const path = decodeURIComponent(new URL(url, this.#origin).pathname)
      const file = normalize(join(this.#root, path === '/' ? 'index.html' : path))
      return file.startsWith(this.#root + sep) && !file.includes('\0') ? file : null
    } catch {
      return null
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((item) => item.trim())
    const token = offered.find((item) => item.startsWith('token.'))?.slice('token.'.length) ?? ''
    const { origin } = request.headers
    // The command line has no origin; a page always has one.
    if (
      request.url !== '/rpc' ||
      !this.#namesUs(request) ||
      (origin !== undefined && origin !== this.#origin) ||
      !isSameSecret(token, this.#token)
    ) {
      return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
    }
    this.#sockets.handleUpgrade(
      request,
      socket,
      head,
      (ws: WebSocket) => void this.#handler.upgrade(ws, { context: { local: true } }),
    )
  }

  #namesUs(request: IncomingMessage): boolean {
    return request.headers.host === this.#origin.slice('http://'.length)
  }
}
