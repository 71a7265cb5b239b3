import { createORPCClient, ORPCError, type ClientContext, type ClientLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { WebSocket } from 'ws'
import type { Api } from '../../common/api/index.ts'
import { HearthError, isErrorCode } from '../../common/errors/index.ts'
import type { HostSocketInfo } from '../core/host-socket-info.ts'
import type { Port } from '../core/processes/spawner.ts'
import { eachStep } from '../core/streams.ts'
import { dialHost } from '../host/dial-host.ts'
import type { HostInfo } from './host-info.ts'

/** Calls after which something may be on its way to the network. */
const sending: ReadonlySet<string> = new Set(['wallet.confirm', 'wallet.faucet', 'earn.start'])

export interface Connection {
  readonly api: Api
  /** The same host, whose calls end when the signal aborts. */
  readonly until: (signal: AbortSignal) => Api
  readonly close: () => void
  readonly closed: Promise<void>
}

/** A client of a running host, over its WebSocket on loopback. @throws HearthError HOST_GONE when it does not answer */
export async function connect({ origin, token }: Pick<HostInfo, 'origin' | 'token'>): Promise<Connection> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, ['hearth.v1', `token.${token}`])
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', (error) => reject(new HearthError('HOST_GONE', `the host does not answer: ${error.message}`)))
  })
  return connectionOver(socket)
}

/**
 * A client of the host that listens on a data folder's socket; null where none does, as after a host that was killed.
 * @throws HearthError DATA_IN_USE when the host is another version of Hearth
 */
export async function join(info: HostSocketInfo): Promise<Connection | null> {
  const socket = await dialHost(info)
  return socket && connectionOver(socket)
}

function connectionOver(socket: WebSocket): Connection {
  const begun = new Set<string>()
  const answered = new Set<string>()
  socket.on('error', () => {})
  const closed = new Promise<void>((done) => socket.once('close', () => done()))
  const link = new RPCLink<ClientContext>({ port: portOf(socket) })
  const calls = (signal?: AbortSignal): ClientLink<ClientContext> => ({
    call: async (path, input, options) => {
      const name = path.join('.')
      const fail = (error: unknown): never => {
        const done = whatWasDone(begun, answered)
        if (signal?.aborted) throw new HearthError('ABORTED', `cancelled. ${done}`)
        if (isGone(error))
          throw new HearthError('HOST_GONE', `Hearth ended before it answered ${name}. ${done}`, { call: name })
        return rethrow(error)
      }
      begun.add(name)
      try {
        const signals = [options.signal, signal].filter((given) => given !== undefined)
        const result = await link.call(path, input, { ...options, signal: AbortSignal.any(signals) })
        answered.add(name)
        return eachStep(result, (step) => step.catch(fail))
      } catch (error) {
        return fail(error)
      }
    },
  })
  return {
    api: createORPCClient(calls()),
    until: (signal) => createORPCClient(calls(signal)),
    close: () => socket.close(),
    closed,
  }
}

/** The WebSocket as oRPC's client takes a port. */
const portOf = (socket: WebSocket): Port => ({
  postMessage: (message) => {
    if (socket.readyState !== WebSocket.OPEN) throw new Error('the socket is not open')
    socket.send(String(message))
  },
  on: (event, listener) => {
    if (event === 'message')
      socket.addEventListener('message', ({ data }) => void (typeof data === 'string' && listener({ data })))
    else socket.once('close', () => listener())
  },
})

/** A host that ended shows as an abort of the call, as a closed stream, or as a socket that takes nothing any more. */
const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof HearthError) &&
  (error.name === 'AbortError' || /was closed or aborted|socket is not open/i.test(error.message))

/** What a command that was cut off has left behind, as far as the answers tell. */
function whatWasDone(begun: ReadonlySet<string>, answered: ReadonlySet<string>): string {
  const sends = [...begun].filter((name) => sending.has(name))
  if (sends.length === 0) return 'Nothing was sent to the network; give the command again'
  return sends.every((name) => answered.has(name))
    ? 'The transaction was sent, and Hearth follows it while it runs: hearth wallet transactions'
    : 'It is not known whether the transaction was sent; look before you give the command again: ' +
        'hearth wallet transactions'
}

/** Brings the host's errors back as HearthErrors, whichever way they came. */
function rethrow(error: unknown): never {
  if (error instanceof ORPCError && isErrorCode(error.code))
    throw new HearthError(error.code, error.message, error.data as Record<string, string>)
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST')
    throw new HearthError('BAD_INPUT', issuesOf(error.data) ?? error.message)
  throw error
}

function issuesOf(data: unknown): string | null {
  const issues = (data as { issues?: { message?: string; path?: unknown[] }[] } | undefined)?.issues
  return issues?.length
    ? issues.map((issue) => `${issue.path?.join('.') || 'input'}: ${issue.message}`).join('; ')
    : null
}
