import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createVerifiedFetchWithHelia, type VerifiedFetch } from '@helia/verified-fetch'
import { HearthError, messageOf } from '../../../common/errors/index.ts'

type Helia = Parameters<typeof createVerifiedFetchWithHelia>[0]
const ROUTE = /^\/(ipfs|ipns)\/([A-Za-z0-9]{10,120})((?:\/[^?#]*)?)$/
const passedOn = ['range', 'accept', 'if-none-match'] as const
/** `?format=` says what a header would (trustless gateway specification, 3.2). */
const formats: Readonly<Record<string, string>> = {
  raw: 'application/vnd.ipld.raw',
  car: 'application/vnd.ipld.car',
  'ipns-record': 'application/vnd.ipfs.ipns-record',
}
const passedBack = [
  'content-type',
  'content-length',
  'content-range',
  'accept-ranges',
  'etag',
  'content-disposition',
  'x-ipfs-path',
  'x-content-type-options',
  'cache-control',
] as const

/**
 * What is kept here, over HTTP on this machine alone (https://specs.ipfs.tech/http-gateways/): files with ranges, raw
 * blocks, CAR, IPNS names. Without the token nothing is answered, and no other name than this machine's own is a host:
 * a page that a browser shows cannot reach it by rebinding a name of its own.
 */
export class Gateway {
  readonly #server: Server
  readonly #fetch: VerifiedFetch
  readonly url: string

  private constructor(server: Server, fetch: VerifiedFetch, url: string) {
    this.#server = server
    this.#fetch = fetch
    this.url = url
  }

  /** @throws HearthError BAD_INPUT where the port is taken */
  static async start(helia: Helia, port: number, token: string): Promise<Gateway> {
    const fetch = await createVerifiedFetchWithHelia(helia)
    const server = createServer((request, response) => void answer(fetch, token, request, response))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(new HearthError('BAD_INPUT', `the gateway cannot listen on port ${port}: ${messageOf(error)}`)),
      )
      server.listen(port, '127.0.0.1', resolve)
    })
    return new Gateway(server, fetch, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await this.#fetch.stop()
  }
}

async function answer(
  fetch: VerifiedFetch,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, words: string): void =>
    void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${words}\n`)
  try {
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? ''))
      return refuse(421, 'this gateway answers to 127.0.0.1 alone')
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (!allowed(token, request.headers.authorization?.replace(/^Bearer /, '') ?? url.searchParams.get('token') ?? ''))
      return refuse(401, 'the token is missing: Authorization: Bearer …')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'GET and HEAD only')
    const [, scheme, name, path] = ROUTE.exec(url.pathname) ?? []
    if (!scheme) return refuse(404, '/ipfs/CID or /ipns/NAME')
    const format = url.searchParams.get('format')
    const headers = new Headers(
      passedOn.flatMap((header) => (request.headers[header] ? [[header, String(request.headers[header])]] : [])) as [
        string,
        string,
      ][],
    )
    if (format !== null) {
      if (!formats[format]) return refuse(400, `format is one of ${Object.keys(formats).join(', ')}`)
      headers.set('accept', formats[format])
    }
    const stop = new AbortController()
    response.once('close', () => stop.abort())
    const found = await fetch(`${scheme}://${name}${path}`, { method: request.method, headers, signal: stop.signal })
    response.writeHead(found.status, {
      ...Object.fromEntries(
        passedBack.flatMap((header) => (found.headers.get(header) ? [[header, found.headers.get(header)!]] : [])),
      ),
      'access-control-allow-origin': 'null',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
    })
    if (found.body && request.method === 'GET')
      await pipeline(Readable.fromWeb(found.body as Parameters<typeof Readable.fromWeb>[0]), response)
    else response.end()
  } catch (error) {
    if (!response.headersSent) refuse(504, messageOf(error))
    else response.destroy()
  }
}

function allowed(token: string, given: string): boolean {
  const [a, b] = [Buffer.from(token), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
