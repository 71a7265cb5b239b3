import { createORPCClient, ORPCError, type ClientContext, type ClientLink } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import type { Api } from '../../common/api/index.ts'
import { useConnection } from './connection.ts'

type Link = ClientLink<ClientContext>

/** In the desktop app's window; in a browser without it. */
export const isDesktopApp = location.protocol === 'app:'

const TOKEN_KEY = 'hearth.token'
let current: Promise<Link> | undefined

/** The token comes once in the address, is wiped from it, and is kept for reloads of this tab alone. */
function takeToken(): string | null {
  const fromUrl = new URLSearchParams(location.hash.slice(1)).get('token')
  if (fromUrl) {
    sessionStorage.setItem(TOKEN_KEY, fromUrl)
    history.replaceState(null, '', `${location.pathname}#/`)
  }
  return sessionStorage.getItem(TOKEN_KEY)
}

function lost(): void {
  current = undefined
  useConnection.getState().set('reconnecting')
}

async function overSocket(token: string): Promise<Link> {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/rpc`, ['hearth.v1', `token.${token}`])
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('HOST_GONE'))
  })
  socket.addEventListener('close', lost)
  return new SocketLink({ websocket: socket })
}

async function overPort(): Promise<Link> {
  const port = await new Promise<MessagePort>((resolve) => {
    const take = (event: MessageEvent): void => {
      if (event.source !== window || event.data !== 'hearth:port') return
      removeEventListener('message', take)
      resolve(event.ports[0]!)
    }
    addEventListener('message', take)
    postMessage('hearth:connect', location.origin)
  })
  port.addEventListener('close', lost)
  const link = new PortLink({ port })
  port.start()
  return link
}

const token = takeToken()
const open = (): Promise<Link> =>
  isDesktopApp ? overPort() : token ? overSocket(token) : Promise.reject(new ORPCError('HOST_GONE'))

/** One client for the life of the window; the line below it is opened again when it breaks. */
const link: Link = {
  async call(path, input, options) {
    current ??= open()
    const attempt = current
    try {
      const line = await attempt
      useConnection.getState().set('open')
      return await line.call(path, input, options)
    } catch (error) {
      if (current === attempt && (error as Error).message === 'HOST_GONE') lost()
      if ((error as Error).name === 'AbortError' && !options.signal?.aborted) throw new ORPCError('HOST_GONE')
      throw error
    }
  },
}

export const api: Api = createORPCClient(link)
export const query = createTanstackQueryUtils(api)
/** Whether this page was opened with the address that Hearth printed. */
export const hasKey = isDesktopApp || token !== null
