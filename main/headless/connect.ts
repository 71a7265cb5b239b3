import { createORPCClient, onError, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket } from 'ws'
import type { Api } from '../../common/api/index.ts'
import { HearthError, isErrorCode } from '../../common/errors/index.ts'
import type { HostInfo } from './host-info.ts'

/** A client of a running host, over its WebSocket. @throws HearthError HOST_GONE when it does not answer */
export async function connect({
  origin,
  token,
}: Pick<HostInfo, 'origin' | 'token'>): Promise<{ api: Api; close: () => void }> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, ['hearth.v1', `token.${token}`])
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', (error) => reject(new HearthError('HOST_GONE', `the host does not answer: ${error.message}`)))
  })
  socket.on('error', () => {})
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket, interceptors: [onError(rethrow)] })
  return { api: createORPCClient(link), close: () => socket.close() }
}

/** Brings the host's errors back as HearthErrors, whichever way they came. */
export function rethrow(error: unknown): never {
  if (error instanceof ORPCError && isErrorCode(error.code))
    throw new HearthError(error.code, error.message, error.data as Record<string, string>)
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST')
    throw new HearthError('BAD_INPUT', issuesOf(error.data) ?? error.message)
  if ((error as Error).name === 'AbortError')
    throw new HearthError('HOST_GONE', 'the host ended in the middle of a call')
  throw error
}

function issuesOf(data: unknown): string | null {
  const issues = (data as { issues?: { message?: string; path?: unknown[] }[] } | undefined)?.issues
  return issues?.length
    ? issues.map((issue) => `${issue.path?.join('.') || 'input'}: ${issue.message}`).join('; ')
    : null
}
