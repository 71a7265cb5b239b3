import type { MessagePortMain } from 'electron'
import type { HostSocketInfo } from '../core/host-socket-info.ts'
import type { Log } from '../core/log/log.ts'
import { dialHost } from '../host/dial-host.ts'

/** Joins the ports of windows to the host's socket, each by a line of its own. */
export class WindowLines {
  readonly #log: Log
  #host: HostSocketInfo | null = null
  #waiting: MessagePortMain[] = []

  constructor(log: Log) {
    this.#log = log
  }

  /** Joins a window's port; it waits where the host is still starting. */
  add(port: MessagePortMain): void {
    if (this.#host) void this.#join(port, this.#host)
    else this.#waiting.push(port)
  }

  opened(host: HostSocketInfo): void {
    this.#host = host
    for (const port of this.#waiting.splice(0)) this.add(port)
  }

  /** The host is gone; lines that were open close by themselves. */
  closed(): void {
    this.#host = null
  }

  async #join(port: MessagePortMain, host: HostSocketInfo): Promise<void> {
    let left = false
    port.once('close', () => (left = true))
    try {
      const socket = await dialHost(host)
      if (left) return socket?.close()
      // The host has just died: the next one is waited for.
      if (!socket) {
        if (this.#host === host) this.#host = null
        return this.add(port)
      }
      socket.on('error', () => socket.terminate())
      socket.on('message', (data: Buffer, isBinary) => port.postMessage(isBinary ? data : data.toString()))
      socket.once('close', () => port.close())
      port.once('close', () => socket.close())
      port.on('message', ({ data }) => {
        // Whatever a window was made to send, it ends its own line at most.
        if (typeof data === 'string' || data instanceof Uint8Array) socket.send(data)
        else port.close()
      })
      port.start()
    } catch (error) {
      this.#log.error('a window was not joined to the host', { error })
      port.close()
    }
  }
}
