import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import type { CallContext } from '../core/call-context.ts'
import { writeFileAtomic } from '../core/files.ts'
import { readHostSocketInfo, type HostSocketInfo } from '../core/host-socket-info.ts'
import { dataPaths } from '../core/paths.ts'
import { isSameSecret } from '../core/same-secret.ts'
import type { Host } from './create-host.ts'
import { version } from './version.ts'

/** Systems allow 104 bytes or more for the path of a socket. */
const LONGEST_PATH = 100
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024

/**
 * Lets command lines and the desktop's windows, of the same account, use a running host, over a socket in its data folder. The socket and the token
 * are readable by their owner alone; another version is refused before it can ask anything.
 */
export class HostSocket {
  readonly #info: string
  #address = ''
  readonly #token = randomBytes(24).toString('base64url')
  readonly #handler: RPCHandler<CallContext>
  readonly #http: Server
  #ending = false
  readonly #sockets = new WebSocketServer({
    noServer: true,
    // An abort must not overtake its own request.
    allowSynchronousEvents: false,
    maxPayload: MAX_MESSAGE_BYTES,
  })

  private constructor(host: Host, info: string) {
    this.#info = info
    this.#handler = new RPCHandler(host.router)
    this.#http = createServer((_, response) => void response.writeHead(404).end())
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** Opens the socket of a data folder, in the place of one that a killed host left. The folder's lock is held. */
  static async open(host: Host, dataRoot: string): Promise<HostSocket> {
    const root = resolve(dataRoot)
    const info = dataPaths(root).hostSocket
    await removeStale(root, info)
    const socket = new HostSocket(host, info)
    try {
      // A folder on a disk of another system, or of a network, may hold no sockets.
      await socket.#listen(addressFor(root)).catch(() => socket.#listen(addressElsewhere()))
      await writeFileAtomic(info, JSON.stringify(socket.info))
    } catch (error) {
      await socket.close()
      throw error
    }
    return socket
  }

  get info(): HostSocketInfo {
    return { address: this.#address, token: this.#token }
  }

  /** How many command lines use the host. */
  get clients(): number {
    return this.#sockets.clients.size
  }

  /** Lets no more command lines in and waits until those that are here have finished. */
  async drain(): Promise<void> {
    this.#ending = true
    await rm(this.#info, { force: true })
    await Promise.all([...this.#sockets.clients].map((socket) => new Promise((done) => socket.once('close', done))))
  }

  async close(): Promise<void> {
    await rm(this.#info, { force: true })
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#http.closeAllConnections()
    await new Promise((done) => this.#http.close(done))
    if (this.#address) await removeAddress(this.#address, dirname(this.#info))
  }

  async #listen(address: string): Promise<void> {
    this.#address = address
    await new Promise<void>((done, reject) => {
      this.#http.once('error', reject)
      // The file of the socket is made within `listen`, so at no moment can another account open it.
      const mask = process.umask(0o177)
      try {
        this.#http.listen(address, () => done())
      } finally {
        process.umask(mask)
      }
    })
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A client that breaks off ends its own connection, not the host.
    socket.on('error', () => socket.destroy())
    if (this.#ending) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n')
    if (!isSameSecret(request.headers.authorization ?? '', `Bearer ${this.#token}`))
      return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
    if (request.headers['hearth-version'] !== version)
      return void socket.end(`HTTP/1.1 426 Upgrade Required\r\nhearth-version: ${version}\r\nconnection: close\r\n\r\n`)
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate())
      void this.#handler.upgrade(ws, { context: { local: true } })
    })
  }
}

function addressFor(root: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\hearth-${randomBytes(16).toString('hex')}`
  const own = join(root, 'host.sock')
  return Buffer.byteLength(own) <= LONGEST_PATH ? own : addressElsewhere()
}

/** A socket in a new folder of its owner (0700), where paths are short. */
function addressElsewhere(): string {
  const candidates = [process.env.XDG_RUNTIME_DIR, tmpdir(), '/tmp'].filter((path) => path !== undefined)
  const short = candidates.find((path) => path && Buffer.byteLength(path) <= LONGEST_PATH / 2) ?? '/tmp'
  return join(mkdtempSync(join(short, 'hearth-')), 'host.sock')
}

async function removeStale(root: string, info: string): Promise<void> {
  const left = readHostSocketInfo(info)
  await rm(info, { force: true })
  if (left) await removeAddress(left.address, root)
  // A host that was killed before it wrote the address leaves the socket alone.
  await removeAddress(join(root, 'host.sock'), root)
}

async function removeAddress(address: string, root: string): Promise<void> {
  if (process.platform === 'win32') return
  await rm(address, { force: true })
  if (dirname(address) !== root) await rmdir(dirname(address)).catch(() => {})
}
