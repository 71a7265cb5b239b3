import { implement, onError, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import type { AnyContractRouter } from '@orpc/contract'
import { HearthError } from '../../../common/errors/index.ts'
import type { Port } from './spawner.ts'

/** Maps what a handler throws to what crosses the border: {code, message, data}, never a stack. */
export function toRpcError(error: unknown): never {
  if (error instanceof HearthError) throw new ORPCError(error.code, { message: error.message, data: error.details, cause: error })
  throw error
}

/** The port of this child process to its parent: Electron's, or Node's IPC channel. */
export function parentPort(): Port {
  const electron = (process as { parentPort?: Port }).parentPort
  if (electron) return electron
  return {
    postMessage: (message) => void process.send?.(message),
    on: (event, listener) => {
      if (event === 'message') process.on('message', (data) => listener({ data }))
      else process.on('disconnect', () => listener())
    },
  }
}

/**
 * Runs a child process: answers its contract on the parent's port and ends when the parent does. An orphan would hold
 * files and the processor that the next host needs.
 */
export function serveChild(router: Parameters<typeof createHandler>[0]): void {
  const port = parentPort()
  port.on('close', () => process.exit(0))
  createHandler(router).upgrade(port)
}

const createHandler = (router: ConstructorParameters<typeof RPCHandler>[0]): RPCHandler<Record<never, never>> => new RPCHandler(router, { interceptors: [onError(toRpcError)] })

export { implement }
export type { AnyContractRouter }
